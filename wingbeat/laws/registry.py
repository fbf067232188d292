"""Finds a law's report by its name, and loads it only when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from wingbeat.laws import LAWS
from wingbeat.laws.policy import shipped
from wingbeat.laws.readings import Report


class LawReport(Protocol):
    """What each law's module `report` has."""

    NEEDS: tuple[str, ...]  # tables it cannot do without, by their names in facts.SHAPES
    MAY_USE: tuple[str, ...]  # tables that let it say more
    POLICY: type[Any]

    def report(self, tables: Mapping[str, Any], policy: Any, *, as_of: int) -> Report:
        """Return what the law concludes from Ibis tables, as of a second since 1970."""
        ...


class NoSuchLaw(LookupError):
    """No law of that name is there; the text lists those that are."""


def report_of(law: str) -> LawReport:
    """Return a law's module `report`."""
    if law not in LAWS:
        raise NoSuchLaw(f"{law}: no such law; there are: {', '.join(LAWS)}")
    return cast("LawReport", import_module(f"wingbeat.laws.{law}.report"))


def shipped_policy(law: str) -> Any:
    """Return a law's policy as it is shipped."""
    kind: type[Any] = report_of(law).POLICY
    return shipped(kind, f"wingbeat.laws.{law}")
