"""The only door to a customer's page: a link tells who asks, and what they may read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from wingbeat.channels.mail.gathering import clock_of, language_of
from wingbeat.desk.conversations import links, sharing
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.brand import brand_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message, MessageKind, MessageText, Participant
from wingbeat.desk.customers.models import Address, Customer
from wingbeat.screens.customer.page import hidden_address
from wingbeat.screens.help_site import wear

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who opened their link: who they are, and the conversation it is for."""

    token: str
    participant: Participant
    conversation: Conversation
    customer: Customer | None
    emails: frozenset[str]
    may_act: bool
    now: datetime

    @property
    def is_the_customer(self) -> bool:
        """Say whether the conversation is theirs, and not one in which they are in copy."""
        return self.customer is not None and self.customer.pk == self.conversation.customer_id

    def messages(self) -> list[Message]:
        return sharing.shared_with(self.conversation, self.emails)

    def message(self, pk: int) -> Message:
        """Return a message that they may read."""
        found = next((message for message in self.messages() if message.pk == pk), None)
        if found is None:
            raise Http404
        return found

    def file(self, token: UUID) -> Attachment:
        """Return a file of a message that they may read."""
        file = Attachment.objects.filter(token=token, message__isnull=False).first()
        if file is None or file.message_id not in {message.pk for message in self.messages()}:
            raise Http404
        return file


View = Callable[Concatenate[HttpRequest, Guest, P], HttpResponse]


def for_guests(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let whoever has a link in as its participant, in their language and by their clock.

    The link is all that lets anybody in, and no other site can know it: there is no cookie that a
    forged form could lean on, so forms need none either, and old browsers may refuse them all.
    """

    @wraps(view)
    def admitted(
        request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        now = timezone.now()
        try:
            guest = _guest(request, token, now)
        except links.NoSuchLink:
            raise Http404 from None
        except links.LinkOver as over:
            return private(_over(request, token, over.participant, now))
        except links.PageClosed:
            return private(render(request, "customer/closed.html", status=410))
        wear(request, brand_of(guest.conversation.inbox))
        with speaking_to(guest.conversation, guest.customer):
            return private(view(request, guest, *args, **kwargs))

    return csrf_exempt(admitted)


def speaking_to(conversation: Conversation, customer: Customer | None) -> translation.override:
    """Speak the language that a customer writes, or their inbox's."""
    person = customer or conversation.customer
    theirs = MessageText.objects.filter(
        message__conversation=conversation, message__kind=MessageKind.CUSTOMER
    )
    newest = theirs.order_by("-message__at").values_list("text_new", flat=True).first()
    language = language_of(person, conversation.inbox, newest or conversation.excerpt)
    return translation.override(language)


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page out of indexes, caches, and the addresses that browsers tell other sites."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    if "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-store"
    return response


def whole(conversation: Conversation) -> Conversation:
    """Return the conversation that is read in the place of this one."""
    if conversation.merged_into_id is None:
        return conversation
    return Conversation.objects.with_people().get(pk=whole_of(conversation.pk))


def _guest(request: HttpRequest, token: str, now: datetime) -> Guest:
    participant = links.participant_of(token, now=now)
    conversation = whole(participant.conversation)
    links.require_page(conversation, participant.email)
    address = Address.objects.of(participant.email)
    return Guest(
        token=token,
        participant=participant,
        conversation=conversation,
        customer=address.customer if address is not None else None,
        emails=sharing.addresses_of(participant.email),
        may_act=_may_act(request, participant),
        now=now,
    )


def _may_act(request: HttpRequest, participant: Participant) -> bool:
    """Say whether the forms are theirs: an agent who opens a customer's link only reads.

    Their word is theirs to say. At the team inbox the agents are the customers.
    """
    user = request.user
    if not user.is_authenticated or settings.WINGBEAT["demo"]:
        return True
    return str(getattr(user, "email", "")) == participant.email


def _over(
    request: HttpRequest, token: str, participant: Participant, now: datetime
) -> HttpResponse:
    conversation = whole(participant.conversation)
    wear(request, brand_of(conversation.inbox))
    with speaking_to(conversation, None):
        context = {"token": token, "address": hidden_address(participant.email)}
        return render(request, "customer/over.html", context, status=410)


def clock_for(guest: Guest) -> object:
    """Return the zone whose time a guest is told."""
    return clock_of(guest.customer or guest.conversation.customer, guest.conversation.inbox)
