"""Custom fields: what a desk wants to know of a conversation, a customer or an organization."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Customer, Organization
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent, Role

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

LONGEST = 300
MOST_CHOICES = 50
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class WrongValue(ValueError):
    """A field cannot hold this; the text says which value, and what it holds."""


class About(models.TextChoices):
    """What a field tells something of."""

    CONVERSATION = "conversation", gettext_lazy("the conversation")
    CUSTOMER = "customer", gettext_lazy("the customer")
    ORGANIZATION = "organization", gettext_lazy("the organization")


class Shape(models.TextChoices):
    """What a field holds."""

    TEXT = "text", gettext_lazy("text")
    NUMBER = "number", gettext_lazy("a number")
    DATE = "date", gettext_lazy("a day")
    CHOICE = "choice", gettext_lazy("one of several")
    YES_NO = "yesno", gettext_lazy("yes or no")


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def known_to(self, agent: Agent) -> CustomFieldQuerySet:
        """Those of every inbox and of those that an agent reads; the desk itself knows all."""
        on_offer = self.filter(retired_at__isnull=True).order_by("about", Lower("label"), "pk")
        if agent.role == Role.SYSTEM:
            return on_offer
        return on_offer.filter(Q(inbox__isnull=True) | Q(inbox__in=agent.inbox_ids))

    def in_inbox(self, inbox_id: int) -> CustomFieldQuerySet:
        """Those that whoever reads a conversation of an inbox finds beside it."""
        on_offer = self.filter(retired_at__isnull=True).order_by("about", Lower("label"), "pk")
        return on_offer.filter(Q(inbox__isnull=True) | Q(inbox=inbox_id))


class CustomField(models.Model):
    """A field with the name by which views ask for it; of one inbox, or of all without one."""

    name = models.CharField(max_length=40, unique=True)
    label = models.CharField(gettext_lazy("label"), max_length=60)
    about = models.CharField(max_length=12, choices=About.choices)
    shape = models.CharField(max_length=6, choices=Shape.choices)
    choices = models.JSONField(default=list)
    inbox = models.ForeignKey(Inbox, models.CASCADE, null=True, related_name="custom_fields")
    retired_at = models.DateTimeField(null=True)  # no longer shown; what it held is kept

    objects: ClassVar[CustomFieldQuerySet] = CustomFieldQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    def __str__(self) -> str:
        return self.label

    def held(self, typed: str) -> str:
        """Return a value as it is kept; nothing stays nothing.

        Raises:
            WrongValue: if the field cannot hold it.
        """
        value = " ".join(typed.split())
        if not value:
            return ""
        readers: Mapping[str, Callable[[str], str]] = {
            Shape.NUMBER: _number,
            Shape.DATE: _day,
            Shape.CHOICE: lambda text: _one_of(text, self.choices),
            Shape.YES_NO: lambda text: _one_of(text, ["yes", "no"]),
        }
        try:
            kept = readers[Shape(self.shape)](value) if self.shape in readers else value
        except ValueError as why:
            told = _("“%(value)s” does not go into “%(field)s”: %(why)s")
            facts = {"value": value[:40], "field": self.label, "why": why}
            raise WrongValue(told % facts) from why
        if len(kept) > LONGEST:
            told = _("“%(field)s” holds at most %(n)d characters.")
            raise WrongValue(told % {"field": self.label, "n": LONGEST})
        return kept


class CustomValue(Deed):
    """What a field holds for one conversation, customer or organization, and who said so."""

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="values_held")
    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, null=True, related_name="custom_values"
    )
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="custom_values")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, related_name="custom_values"
    )
    text = models.CharField(max_length=LONGEST)
    folded = models.CharField(max_length=2 * LONGEST)  # without capitals, to be found by

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer=None, organization=None, conversation__isnull=False)
                | Q(conversation=None, organization=None, customer__isnull=False)
                | Q(conversation=None, customer=None, organization__isnull=False),
                name="custom_value_of_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=["field", about],
                    name=f"custom_value_once_a_{about}",
                    condition=Q(**{f"{about}__isnull": False}),
                )
                for about in ("conversation", "customer", "organization")
            ),
        ]
        indexes = [models.Index(fields=["field", "folded"], name="custom_value_found")]


@dataclass(frozen=True, slots=True)
class Told:
    """A field beside what it holds for somebody; the empty string where it holds nothing."""

    field: CustomField
    text: str

    @property
    def shown(self) -> str:
        if self.field.shape == Shape.YES_NO and self.text:
            return _("yes") if self.text == "yes" else _("no")
        return self.text


def told_of(
    fields: Iterable[CustomField], customer: Customer, conversation: Conversation | None = None
) -> list[Told]:
    """Return fields with what they hold, in at most three queries; one query where there are none.

    Of a person with several records the one asked about comes first.
    """
    asked = [one for one in fields if one.about != About.ORGANIZATION or customer.organization_id]
    asked = [one for one in asked if conversation or one.about != About.CONVERSATION]
    if not asked:
        return []
    records = same_person(customer)
    whose = Q(customer__in=records)
    whose |= Q(conversation=conversation) if conversation else Q()
    whose |= Q(organization=customer.organization_id) if customer.organization_id else Q()
    rows = CustomValue.objects.filter(whose, field__in=asked)
    held: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: row.customer_id == customer.pk):
        held[row.field_id] = row.text
    return [Told(one, held.get(one.pk, "")) for one in asked]


@transaction.atomic
def tell(
    said: Mapping[CustomField, str],
    customer: Customer,
    conversation: Conversation | None = None,
    *,
    by: Agent,
    at: datetime,
) -> None:
    """Keep what fields are to hold, empty for nothing; one entry for all that has changed.

    Raises:
        WrongValue: with every value that does not go; nothing is kept then.
    """
    holders = {
        About.CONVERSATION: conversation,
        About.CUSTOMER: customer,
        About.ORGANIZATION: customer.organization,
    }
    changed = [
        field.pk
        for field, text in _all_held(said).items()
        if _put(field, text, holders[About(field.about)], by=by, at=at)
    ]
    if not changed:
        return
    record(
        Kind.FIELDS_CHANGED,
        by=by,
        at=at,
        inbox_id=conversation.inbox_id if conversation else None,
        conversation_id=conversation.pk if conversation else None,
        customer_id=customer.pk,
        facts={f"field_{pk}": True for pk in changed},
    )


@transaction.atomic
def keep(field: CustomField, *, choices: Sequence[str], by: Agent, at: datetime) -> CustomField:
    """Make a field, or change its label, choices and inbox; what it tells of stays as it was.

    Raises:
        WrongFields: if its name is taken or cannot be asked for, or choices are missing.
    """
    field.label = " ".join(field.label.split())[:60]
    field.name = field.name.strip().lower()
    if not NAME.fullmatch(field.name):
        told = _("“%(name)s” cannot be asked for: use a-z, 0-9, - and _, beginning with a letter.")
        raise WrongFields({"name": told % {"name": field.name[:40]}})
    if CustomField.objects.exclude(pk=field.pk).filter(name=field.name).exists():
        told = _("There is a field “%(name)s” already.")
        raise WrongFields({"name": told % {"name": field.name}})
    wanted = list(dict.fromkeys(" ".join(one.split()) for one in choices if one.strip()))
    if field.shape == Shape.CHOICE and not 0 < len(wanted) <= MOST_CHOICES:
        told = _("Write its values, one a line: at least one, at most %(n)d.")
        raise WrongFields({"choices": told % {"n": MOST_CHOICES}})
    if any("," in one or len(one) > LONGEST for one in wanted):
        told = _("A value has no comma and at most %(n)d characters.")
        raise WrongFields({"choices": told % {"n": LONGEST}})
    field.choices = wanted if field.shape == Shape.CHOICE else []
    field.save()
    record(Kind.FIELD_CHANGED, by=by, at=at, facts={"field": field.pk})
    return field


@transaction.atomic
def offer(field: CustomField, *, is_offered: bool, by: Agent, at: datetime) -> None:
    """Show a field again, or no longer; what it holds is kept."""
    field.retired_at = None if is_offered else at
    field.save(update_fields=["retired_at"])
    record(Kind.FIELD_CHANGED, by=by, at=at, facts={"field": field.pk, "offered": is_offered})


def holding(name: str, values: Iterable[str], *, by: Agent) -> Q:
    """Return the conversations for which a field holds one of these; `none` is for nothing.

    A field that the asker does not know holds nothing for nobody: its values stay unknown.
    """
    wanted = set(values)
    field = CustomField.objects.known_to(by).filter(name=name).first()
    if field is None:
        return Q(pk__in=[])
    rows = CustomValue.objects.filter(field=field)
    place = {
        About.CONVERSATION: ("pk", "conversation"),
        About.CUSTOMER: ("customer", "customer"),
        About.ORGANIZATION: ("customer__organization", "organization"),
    }[About(field.about)]
    column, holder = place
    folded = {_kept_or_typed(field, value).casefold() for value in wanted - {"none"}}
    asked = Q(**{f"{column}__in": rows.filter(folded__in=folded).values(holder)})
    if "none" in wanted:
        asked |= ~Q(**{f"{column}__in": rows.values(holder)})
        asked |= Q(**{f"{column}__isnull": True})
    return asked


def _kept_or_typed(field: CustomField, value: str) -> str:
    try:
        return field.held(value)
    except WrongValue:
        return value


def _all_held(said: Mapping[CustomField, str]) -> dict[CustomField, str]:
    held, wrong = {}, []
    for field, typed in said.items():
        try:
            held[field] = field.held(typed)
        except WrongValue as why:
            wrong.append(str(why))
    if wrong:
        raise WrongValue(" ".join(wrong))
    return held


def _put(
    field: CustomField,
    text: str,
    holder: Conversation | Customer | Organization | None,
    *,
    by: Agent,
    at: datetime,
) -> bool:
    if holder is None:
        raise WrongValue(
            _("There is nobody here of whom “%(field)s” could tell.") % {"field": field}
        )
    place: dict[str, Any] = {"field": field, field.about: holder}
    row = CustomValue.objects.filter(**place).first()
    if (row.text if row else "") == text:
        return False
    if not text:
        CustomValue.objects.filter(**place).delete()
        return True
    said = {"text": text, "folded": text.casefold(), "by": by, "at": at}
    CustomValue.objects.update_or_create(**place, defaults=said)
    return True


def _number(text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError(_("write a number such as 12 or 12.5"))
    return f"{number.normalize():f}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(_("write a day such as 2026-03-31")) from None


def _one_of(text: str, known: Sequence[str]) -> str:
    found = next((one for one in known if one.casefold() == text.casefold()), None)
    if found is None:
        raise ValueError(_("use one of: %(known)s") % {"known": ", ".join(known)})
    return found
