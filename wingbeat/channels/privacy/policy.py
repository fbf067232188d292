"""The retention policy: one readable file that says of every column what it holds, and how long."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import models

FILE = Path(__file__).with_name("policy.toml")


@dataclass(frozen=True, slots=True)
class TablePolicy:
    """What a table holds: of customers, of staff, of customers but kept, and facts about nobody."""

    lasts: str
    person: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    fact: tuple[str, ...] = ()
    # How a row leads to the customer it is about, where exporting and erasing need to know no more.
    path: str = ""
    title: str = ""

    @property
    def columns(self) -> list[str]:
        return [*self.person, *self.staff, *self.kept, *self.fact]


@cache
def lasting() -> dict[str, str]:
    """Return every span of the policy with what it means."""
    return dict(_read()["lasts"])


@cache
def policy() -> dict[str, TablePolicy]:
    """Return what the file says, by table, such as `customers.Customer`."""
    lists = ("person", "staff", "kept", "fact")
    return {
        name: TablePolicy(
            lasts=row["lasts"], path=row.get("path", ""), title=row.get("title", ""),
            **{key: tuple(row.get(key, ())) for key in lists},
        )
        for name, row in _read().items() if name != "lasts"
    }  # fmt: skip


def our_tables() -> list[type[models.Model]]:
    """Return every table of the desk's own."""
    return [model for model in apps.get_models() if model.__module__.startswith("wingbeat.")]


def every_column_is_covered(
    app_configs: Sequence[AppConfig] | None = None, **_more: Any
) -> list[checks.CheckMessage]:
    """Fail for every column the policy forgets, names twice or names in vain."""
    known = policy()
    labels = {model._meta.label for model in our_tables()}
    problems = [_wrong(model, known.get(model._meta.label)) for model in our_tables()]
    gone = [f"remove [{name!r}]: there is no such table" for name in known if name not in labels]
    strange = [
        f"{name}: lasts = {row.lasts!r} is none of {', '.join(lasting())}"
        for name, row in known.items()
        if row.lasts not in lasting()
    ]
    return [
        checks.Error(text, hint=f"Edit {FILE}.", id="privacy.E001")
        for text in [*filter(None, problems), *gone, *strange]
    ]


def _wrong(model: type[models.Model], row: TablePolicy | None) -> str:
    name = model._meta.label
    columns = [field.name for field in model._meta.concrete_fields]
    written = row.columns if row else []
    missing = [column for column in columns if column not in written]
    extra = sorted({c for c in written if c not in columns or written.count(c) > 1})
    if extra:
        return f"{name} names {', '.join(extra)} twice, or in vain."
    if not missing:
        return ""
    staff = [c for c in missing if model._meta.get_field(c).related_model is _agent()]
    rest = [column for column in missing if column not in staff]
    lines = [] if row else [f'["{name}"]', 'lasts = "conversation"  # or another span']
    lines += [f"staff = {staff!r}"] if staff else []
    lines += [f"fact = {rest!r}  # or person, where it tells of a customer"] if rest else []
    return f"The retention policy does not cover {name}. Add:\n" + "\n".join(lines)


def _agent() -> Any:
    return apps.get_model(settings.AUTH_USER_MODEL)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
