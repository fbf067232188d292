"""Finds a law's report by its name, and loads it only when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
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


def laws_there() -> tuple[str, ...]:
    """Return the names of the laws that can report, in their order."""
    return tuple(law for law in LAWS if find_spec(f"wingbeat.laws.{law}") is not None)


def report_of(law: str) -> LawReport:
    """Return a law's module `report`."""
    if law not in laws_there():
        raise NoSuchLaw(f"{law}: no such law; there are: {', '.join(laws_there())}")
    return cast("LawReport", import_module(f"wingbeat.laws.{law}.report"))


def shipped_policy(law: str) -> Any:
    """Return a law's policy as it is shipped."""
    kind: type[Any] = report_of(law).POLICY
    return shipped(kind, f"wingbeat.laws.{law}")
