"""Preparing macros: keeping what somebody wrote, and throwing one away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations import placeholders, steps
from wingbeat.desk.conversations.steps import Step
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.macros.models import Macro, MacroText
from wingbeat.desk.people.models import Agent, Team


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a macro is to be; `html` is clean, `text` its words, both in `language`."""

    name: str
    language: str
    html: str
    text: str
    shortcut: str = ""
    folder: str = ""
    owner: Agent | None = None
    team: Team | None = None
    steps: tuple[Step, ...] = ()


@transaction.atomic
def keep(macro: Macro | None, said: Prepared, *, by: Agent, at: datetime) -> Macro:
    """Make a macro, or change one; without words its text in that language goes.

    Raises:
        WrongPlaceholder: if its words name something that cannot be filled in.
        WrongFields: if those who see it would see two with one shortcut.
    """
    placeholders.check(said.html)
    row = macro or Macro()
    row.name, row.folder, row.shortcut = said.name, said.folder, said.shortcut.lower()
    row.owner, row.team, row.changed_at = said.owner, said.team, at
    row.steps = steps.written(said.steps)
    taken = Macro.objects.filter(shortcut=row.shortcut, owner=row.owner, team=row.team)
    other = taken.exclude(pk=row.pk).first() if row.shortcut else None
    if other is not None:
        told = _("“%(name)s” has the shortcut %(shortcut)s; choose another one.")
        wrong = told % {"name": other.name, "shortcut": other.shortcut}
        raise WrongFields({"shortcut": wrong})
    row.save()
    if said.text:
        MacroText.objects.update_or_create(
            macro=row, language=said.language, defaults={"html": said.html, "text": said.text}
        )
    else:
        row.texts.filter(language=said.language).delete()
    record(Kind.MACRO_CHANGED, by=by, at=at, facts={"macro": row.pk})
    return row


@transaction.atomic
def throw_away(macro: Macro, *, by: Agent, at: datetime) -> None:
    """Delete a macro; what was sent with it stays as it is."""
    pk = macro.pk
    macro.delete()
    record(Kind.MACRO_CHANGED, by=by, at=at, facts={"macro": pk, "gone": True})
