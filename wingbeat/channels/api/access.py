"""The only door from a key to rows: it gets what whom it acts as may see, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from wingbeat.channels.api.errors import NotAllowed, Stale, Unusable
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.care.grant import Grant
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.audience import found_by, read_in
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.customers import merging
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.knowledge.models import ArticlePicture
from wingbeat.desk.knowledge.pictures import LARGEST_SMALL
from wingbeat.desk.people.models import Agent

Row = TypeVar("Row", bound=Model)


def conversations(request: HttpRequest) -> ConversationQuerySet:
    return Conversation.objects.visible_to(asker(request))


def conversation_of(request: HttpRequest, number: int) -> Conversation:
    """Return the conversation, or the one it is read as part of."""
    found = found_by(asker(request), number)
    if found is None:
        raise Http404
    return found


def message_of(request: HttpRequest, pk: int) -> tuple[Message, Conversation]:
    """Return a message and a conversation in which it is read: its own, or a split."""
    message = get_object_or_404(Message.objects.with_words(), pk=pk)
    found = read_in(asker(request), message)
    if found is None:
        raise Http404
    return message, found


def attachment_of(request: HttpRequest, token: UUID) -> Attachment:
    file = Attachment.objects.filter(token=token, message__isnull=False).first()
    if file is None or file.message_id is None:
        raise Http404
    message_of(request, file.message_id)
    return file


def customer_of(request: HttpRequest, pk: int) -> Customer:
    """Return a person with whom, or of whom, a conversation may be read."""
    rows = Customer.objects.select_related("organization").prefetch_related("addresses")
    found = rows.filter(pk=pk).first()
    if found is None or not knows(request, found):
        raise Http404
    return found


def knows(request: HttpRequest, customer: Customer) -> bool:
    records, visible = merging.same_person(customer), conversations(request)
    return visible.of(records).exists() or visible.with_words_of(records).exists()


def grant_of(request: HttpRequest, pk: int) -> Grant:
    """Return a grant of a conversation that may be read."""
    rows = Grant.objects.visible_to(asker(request))
    return get_object_or_404(rows.select_related("conversation", "by", "second"), pk=pk)


def inbox_named(request: HttpRequest, pk: int) -> Inbox:
    """Return the inbox that a body names; raise Unusable if it may not be read."""
    told = f"There is no inbox {pk} that this key may read."
    return named(Inbox.objects.filter(pk__in=asker(request).inbox_ids), pk, "body.inbox", told)


def named(rows: QuerySet[Row], pk: int, field: str, otherwise: str) -> Row:
    """Return the row that a field names; raise Unusable with `otherwise` if it is none of these."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Unusable({field: otherwise})
    return found


def named_if(rows: QuerySet[Row], pk: int | None, field: str, otherwise: str) -> Row | None:
    """Return what `named` does; None where the field is null."""
    return None if pk is None else named(rows, pk, field, otherwise)


def to_sign(
    request: KeyRequest, signed: Agent | Inbox | Brand, pk: int | None
) -> ArticlePicture | None:
    """Return the picture that a body names for a signature; light agents can only keep theirs."""
    rows = ArticlePicture.objects.filter(size__lte=LARGEST_SMALL)
    if asker(request).is_light:
        rows = rows.filter(pk=signed.signature_picture_id or 0)
    told = f"There is no picture {pk} of at most {LARGEST_SMALL >> 10} kB."
    return named_if(rows, pk, "body.signature_picture", told)


def mail_of(request: HttpRequest, pk: int) -> RawMail:
    """Return a mail in the tray of an inbox that may be read."""
    return get_object_or_404(RawMail.objects.in_tray().visible_to(asker(request)), pk=pk)


def allowed(request: KeyRequest, scope: Scope, *, for_light: bool = False) -> Agent:
    """Return whom the key acts as, if it may do what needs a scope.

    Raises:
        NotAllowed: if the scope is too small, or a light agent's own hands are tied.
    """
    key = request.auth
    if not key.allows(scope):
        raise NotAllowed(f"This needs a key with the scope {scope}; this one has {key.scope}.")
    if key.agent.is_light and scope != Scope.READ and not for_light:
        raise NotAllowed("A light agent reads what they are let into, writes notes, and answers.")
    return key.agent


class Doing(TypedDict):
    """Who does something, and when: what every verb takes."""

    by: Agent
    at: datetime


def doing(request: KeyRequest, scope: Scope = Scope.WRITE, *, for_light: bool = False) -> Doing:
    """Return who does something by a key, and when; raise what `allowed` does."""
    return {"by": allowed(request, scope, for_light=for_light), "at": timezone.now()}


def router_for_admins(*tags: str) -> Router:
    """Return a router whose every address is for the scope admin: none of them can forget."""

    def gated(run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def passed(request: KeyRequest, **values: Any) -> Any:
            allowed(request, Scope.ADMIN)
            return run(request, **values)

        return passed

    router = Router(tags=list(tags))
    router.add_decorator(gated, mode="operation")
    return router


def own_message_of(request: HttpRequest, pk: int) -> tuple[Message, Conversation]:
    """Return a message to change, and its own conversation: a split only shows it."""
    message = get_object_or_404(Message.objects.with_words(), pk=pk)
    return message, conversation_of(request, message.conversation_id)


@contextmanager
def changing_message(
    request: KeyRequest, pk: int
) -> Iterator[tuple[Message, Conversation, Agent, datetime]]:
    """Find a message to change, with where, who and when; light agents change their own replies."""
    message, found = own_message_of(request, pk)
    is_own = message.agent_id == asker(request).pk
    with changing(request, found.pk, for_light=is_own) as (place, agent, at):
        yield message, place, agent, at


@contextmanager
def changing(
    request: KeyRequest, number: int, *, for_light: bool = False
) -> Iterator[tuple[Conversation, Agent, datetime]]:
    """Find a conversation to change, with who changes it and when; all or nothing, one at a time.

    Raises:
        Stale: if `If-Match` names another state than it is in.
    """
    from wingbeat.channels.api.showing import etag_of  # shapes need what is found here

    with transaction.atomic():
        pk = conversation_of(request, number).pk
        agent = allowed(request, Scope.WRITE, for_light=for_light)
        Conversation.objects.select_for_update().get(pk=pk)
        found = conversation_of(request, pk)
        wanted = request.headers.get("If-Match")
        if wanted and wanted not in {"*", etag_of(found)}:
            raise Stale
        yield found, agent, timezone.now()
