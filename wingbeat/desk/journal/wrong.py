"""What somebody filled in and cannot be kept so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _


class WrongFields(ValueError):
    """Some fields cannot stand as they are; `fields` says of each why."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


def save_named(row: Model, otherwise: str = "") -> None:
    """Save a row; raise WrongFields with `otherwise` where another has the name that is its own."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        told = otherwise or _("There is one named “%(name)s” already.") % {"name": row}
        raise WrongFields({"name": told}) from error


def all_of(*checks: Callable[[], Any]) -> list[Any]:
    """Return what each check returns; raise one WrongFields with all that any of them refuses."""
    found: list[Any] = []
    wrong: dict[str, str] = {}
    for check in checks:
        try:
            found.append(check())
        except WrongFields as why:
            wrong |= why.fields
    if wrong:
        raise WrongFields(wrong)
    return found
