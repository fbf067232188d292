"""What an old desk kept in fields of its own, in custom fields here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import (
    About,
    CustomField,
    CustomValue,
    Shape,
    WrongValue,
)
from wingbeat.desk.customers.models import Customer, Organization
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.moving.shapes import OldField
from wingbeat.desk.people.models import Agent

Holder = Conversation | Customer | Organization
ABOUT = {
    Conversation: About.CONVERSATION, Customer: About.CUSTOMER, Organization: About.ORGANIZATION,
}  # fmt: skip


class Knowing:
    """Makes the fields that are missing, and fills in what nobody here has said otherwise."""

    def __init__(self, *, by: Agent, at: datetime, skip: Callable[[str, str], None]) -> None:
        self._by, self._at, self._skip = by, at, skip
        self._fields: dict[OldField, CustomField] = {}

    def forget(self) -> None:
        """Forget rows that a transaction which was taken back had made."""
        self._fields.clear()

    def keep(self, told: Iterable[tuple[str, Holder, OldField, str]]) -> None:
        """Keep values, each with the name of its conversation on the old desk.

        What a person here has written is left alone.
        """
        wanted: dict[tuple[int, str, int], CustomValue] = {}
        for ref, holder, old, typed in told:
            about = ABOUT[type(holder)]
            try:
                field = self._field(old, about)
                text = field.held(typed)
            except WrongValue as why:
                self._skip(ref, str(why))
                continue
            if text:
                row = CustomValue(field=field, text=text, folded=text.casefold(), by=self._by)
                row.at = self._at
                setattr(row, str(about), holder)
                wanted[(field.pk, str(about), holder.pk)] = row
        for about in About:
            self._put({key: row for key, row in wanted.items() if key[1] == about}, about)

    def _put(self, wanted: dict[tuple[int, str, int], CustomValue], about: About) -> None:
        column = f"{about.value}_id"
        holders = {f"{column}__in": {key[2] for key in wanted}}
        here = CustomValue.objects.filter(field__in={key[0] for key in wanted}, **holders)
        new = dict(wanted)
        changed = []
        for row in here if wanted else ():
            told = new.pop((row.field_id, about.value, getattr(row, column)), None)
            if told is not None and row.by_id == self._by.pk and row.text != told.text:
                row.text, row.folded, row.at = told.text, told.folded, told.at
                changed.append(row)
        CustomValue.objects.bulk_create(new.values())
        CustomValue.objects.bulk_update(changed, ["text", "folded", "at"])

    def _field(self, old: OldField, about: About) -> CustomField:
        """Return the field of that name; one that tells of something else leaves it to another."""
        if old not in self._fields:
            name = old.name.lower()[:40]
            same = CustomField.objects.filter(name=name).first()
            if same is not None and same.about != about:
                name = f"{about.value}_{name}"[:40]
                same = CustomField.objects.filter(name=name).first()
            if same is None:
                same = CustomField.objects.create(
                    name=name, label=old.label[:60], about=about, shape=Shape(old.shape)
                )
                record(Kind.FIELD_CHANGED, by=self._by, at=self._at, facts={"field": same.pk})
            self._fields[old] = same
        return self._fields[old]
