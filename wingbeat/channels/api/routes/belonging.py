"""What a conversation belongs to: related ones, follow-ups, whoever follows, and its fields."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import access, shapes, showing
from wingbeat.channels.api.access import changing, conversation_of, conversations, doing
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import ConversationShape, InPath, Number, Shape, Short, Text
from wingbeat.desk.conversations import custom_field, linking, mentioning
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.linking import Link
from wingbeat.desk.conversations.their_word import take_their_word
from wingbeat.desk.customers.blocking import block

router = Router(tags=["conversations"])
ONE = "/conversations/{number}"


class LinkShape(Shape):
    """That two conversations belong together."""

    number: int = Field(description="The other one.")
    kind: Literal["related", "follow_up"]
    at: datetime


class FieldChanged(shapes.Sent):
    """A field as it should be from now on; of what it tells and what it holds is settled."""

    label: Annotated[Short, Field(min_length=1, max_length=60, examples=["Order number"])]
    name: Annotated[Text, Field(max_length=40, examples=["order_number"])]
    choices: list[Annotated[Short, Field(max_length=custom_field.LONGEST)]] = Field(
        [],
        max_length=custom_field.MOST_CHOICES,
        description="For a choice: what to choose from, no commas.",
    )
    inbox: Number | None = Field(None, description="Shown in this one; null: in every inbox.")
    is_offered: Annotated[bool, Field(description="Agents find it; what it holds is kept.")] = True


class FieldSent(FieldChanged):
    """A new field, with the name by which questions ask for it."""

    about: Literal["conversation", "customer", "organization"]
    holds: Literal["text", "number", "date", "choice", "yesno"]


class FieldShape(Shape):
    """A field of the desk's own, with the name by which questions ask for it."""

    id: int
    name: str
    label: str
    about: Literal["conversation", "customer", "organization"]
    holds: Literal["text", "number", "date", "choice", "yesno"]
    choices: list[str]
    inbox: int | None
    is_offered: bool


class FieldValues(Shape):
    """What fields hold, by name; the empty string where one holds nothing."""

    fields: dict[str, str]


class FieldsSent(shapes.Sent):
    """What fields are to hold, by name; those not named stay as they are."""

    fields: Annotated[
        dict[str, Annotated[Text, Field(max_length=custom_field.LONGEST)]],
        Field(max_length=100, examples=[{"order_number": "4711"}]),
    ]


@router.get(f"{ONE}/related", response=answers(Page[LinkShape]))
def list_related(request: HttpRequest, number: InPath, where: AskedPage) -> dict[str, Any]:
    """List the conversations that are linked with it, of those that may be read."""
    found = conversation_of(request, number)
    rows = Link.objects.of(found, conversations(request))
    return page(rows, ("pk",), where, lambda row: _link(row, found.pk))


@router.put(f"{ONE}/related/{{other}}", response=answers(None, 204))
def link(request: KeyRequest, number: InPath, other: InPath) -> None:
    """Say that two conversations are related; each stays what it is."""
    with changing(request, number) as (found, by, at):
        told = f"There is no conversation #{other} that you may read."
        to = access.named(conversations(request).whole(), other, "path.other", told)
        linking.link(found, to=to, by=by, at=at)


@router.delete(f"{ONE}/related/{{other}}", response=answers(None, 204))
def unlink(request: KeyRequest, number: InPath, other: InPath) -> None:
    """Take a link off, whichever of the two it was made in."""
    with changing(request, number) as (found, by, at):
        linking.unlink(found, other=other, by=by, at=at)


@router.post(f"{ONE}/follow-ups", response=answers(ConversationShape, 201))
def follow_up(request: KeyRequest, number: InPath) -> Status[Any]:
    """Begin a conversation that goes on where this one has ended; we owe its first word."""
    with changing(request, number) as (found, by, at):
        new = linking.follow_up(found, by=by, at=at)
        return Status(201, showing.answered(request, new))


@router.put(f"{ONE}/following", response=answers(None, 204))
def follow(request: KeyRequest, number: InPath) -> None:
    """Follow it: whom the key acts as hears of it from now on."""
    with changing(request, number) as (found, by, at):
        mentioning.follow(found, by=by, at=at)


@router.delete(f"{ONE}/following", response=answers(None, 204))
def unfollow(request: KeyRequest, number: InPath) -> None:
    """Follow it no longer."""
    with changing(request, number) as (found, by, at):
        mentioning.unfollow(found, by=by, at=at)


@router.post(f"{ONE}/word", response=answers(ConversationShape))
def take_word(request: KeyRequest, number: InPath) -> ConversationShape:
    """Take the customer's thanks as their word that it is solved, where they said no more."""
    return showing.done(request, number, take_their_word)


@router.delete(f"{ONE}/links", response=answers(None, 204))
def close_links(request: KeyRequest, number: InPath) -> None:
    """Close every link to the customer's page that our mails have brought so far."""
    with changing(request, number) as (found, by, at):
        found.close_links(by=by, at=at)


@router.post(f"{ONE}/blocking", response=answers(ConversationShape))
def block_sender(request: KeyRequest, number: InPath) -> ConversationShape:
    """Block the customer's address and end this as spam: their mail goes silently to the tray."""
    with changing(request, number) as (found, by, at):
        address = found.customer.first_address
        if not address:
            raise Unusable({"path.number": "This customer has no address that could be blocked."})
        block(address, by=by, at=at)
        if not found.is_over:
            found.end(by=by, at=at, reason="spam")
        return showing.answered(request, found)


@router.get("/fields", response=answers(Page[FieldShape]))
def list_fields(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List the fields in what may be read, by number; for the scope admin those retired too."""
    every, is_admins = custom_field.CustomField.objects.all(), request.auth.allows(Scope.ADMIN)
    rows = every if is_admins else every.known_to(request.auth.agent)
    return page(rows, ("pk",), where, _field)


@router.post("/fields", response=answers(FieldShape, 201))
def make_field(request: KeyRequest, body: FieldSent) -> Status[FieldShape]:
    """Make a field; it needs the scope admin."""
    who = doing(request, Scope.ADMIN)
    return Status(
        201, _kept(custom_field.CustomField(about=body.about, shape=body.holds), body, who)
    )


@router.put("/fields/{id}", response=answers(FieldShape))
def change_field(request: KeyRequest, id: InPath, body: FieldChanged) -> FieldShape:
    """Call a field otherwise, show it elsewhere or no longer; it needs the scope admin."""
    who = doing(request, Scope.ADMIN)
    return _kept(get_object_or_404(custom_field.CustomField, pk=id), body, who)


@router.get(f"{ONE}/fields", response=answers(FieldValues))
def get_fields(request: HttpRequest, number: InPath) -> FieldValues:
    """Read what the fields beside a conversation hold, of it and of its customer."""
    found = conversation_of(request, number)
    known = custom_field.CustomField.objects.in_inbox(found.inbox_id)
    return _held(custom_field.told_of(known, found.customer, found))


@router.put(f"{ONE}/fields", response=answers(FieldValues))
def tell_fields(request: KeyRequest, number: InPath, body: FieldsSent) -> FieldValues:
    """Say what fields hold; empty words take a value back. All are kept, or none."""
    with changing(request, number) as (found, by, at):
        known = custom_field.CustomField.objects.in_inbox(found.inbox_id)
        custom_field.tell(_said(body, known), found.customer, found, by=by, at=at)
        return _held(custom_field.told_of(known, found.customer, found))


@router.get("/customers/{id}/fields", response=answers(FieldValues))
def get_customers_fields(request: HttpRequest, id: InPath) -> FieldValues:
    """Read what the fields of a customer and their organization hold."""
    known = custom_field.CustomField.objects.known_to(asker(request))
    return _held(custom_field.told_of(known, access.customer_of(request, id)))


@router.put("/customers/{id}/fields", response=answers(FieldValues))
def tell_customers_fields(request: KeyRequest, id: InPath, body: FieldsSent) -> FieldValues:
    """Say what fields of a customer or their organization hold. All are kept, or none."""
    found, who = access.customer_of(request, id), doing(request)
    known = custom_field.CustomField.objects.known_to(who["by"]).exclude(about="conversation")
    custom_field.tell(_said(body, known), found, **who)
    return _held(custom_field.told_of(known, found))


def _kept(row: custom_field.CustomField, body: FieldChanged, who: access.Doing) -> FieldShape:
    told = f"There is no inbox {body.inbox}."
    row.inbox = access.named_if(Inbox.objects.all(), body.inbox, "body.inbox", told)
    row.label, row.name = body.label, body.name
    with transaction.atomic():
        custom_field.keep(row, choices=body.choices, **who)
        if body.is_offered != (row.retired_at is None):
            custom_field.offer(row, is_offered=body.is_offered, **who)
    return _field(row)


def _said(
    body: FieldsSent, known: custom_field.CustomFieldQuerySet
) -> dict[custom_field.CustomField, str]:
    """Return fields with what they are to hold; every one that does not go is named."""
    rows = {row.name: row for row in known}
    said, wrong = {}, {}
    for name, text in body.fields.items():
        try:
            rows[name].held(text)
            said[rows[name]] = text
        except KeyError:
            wrong[f"body.fields.{name}"] = f"There is no field “{name}” here."
        except custom_field.WrongValue as why:
            wrong[f"body.fields.{name}"] = str(why)
    if wrong:
        raise Unusable(wrong)
    return said


def _held(told: list[Any]) -> FieldValues:
    return FieldValues(fields={one.field.name: one.text for one in told})


def _field(row: custom_field.CustomField) -> FieldShape:
    return FieldShape.of(row, holds=row.shape, is_offered=row.retired_at is None)


def _link(row: Link, here: int) -> LinkShape:
    return LinkShape.of(row, number=row.target_id if row.source_id == here else row.source_id)
