"""A new link: for whoever's own is over, and for each of several people who got one mail."""

from __future__ import annotations

import logging
from urllib.parse import urljoin

from django.core.mail import EmailMessage
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from wingbeat.channels.mail import own_mail
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.brand import brand_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, Participant
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.screens.customer import limits
from wingbeat.screens.customer.access import private, speaking_to, whole
from wingbeat.screens.customer.page import hidden_address
from wingbeat.screens.help_site import wear

MAILS_AN_HOUR = 3
MAILS_OF_ONE_COMPUTER = 20
log = logging.getLogger(__name__)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a mail to several people leads to: each may ask for a link of their own."""
    message = _mail_of(token)
    wear(request, brand_of(message.conversation.inbox))
    with speaking_to(message.conversation, None):
        context = {"token": token, "addresses": _named_in(message)}
        return private(render(request, "customer/shared.html", context))


@csrf_exempt
@require_POST
def fresh(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a new link to the participant whose old one this is, or who was named in the mail.

    The answer is the same whether a mail leaves or not: it goes to that address or nowhere.
    """
    participant = _asked_for(request, token)
    conversation = whole(participant.conversation)
    wear(request, brand_of(conversation.inbox))
    allowed = limits.within("links", participant.pk, most=MAILS_AN_HOUR) and limits.within(
        "links", limits.computer_of(request), most=MAILS_OF_ONE_COMPUTER
    )
    with speaking_to(conversation, None):
        shown = {"address": hidden_address(participant.email)}
        if not allowed:
            return private(render(request, "customer/not_sent.html", shown, status=429))
        try:
            links.require_page(conversation, participant.email)
            _mail(request, conversation, participant)
        except links.PageClosed:
            return private(render(request, "customer/closed.html", status=410))
        except own_mail.CannotSend as why:
            log.error("A customer's link could not be mailed: %s", why)
            return private(render(request, "customer/not_sent.html", shown, status=503))
        return private(render(request, "customer/sent.html", shown))


def _asked_for(request: HttpRequest, token: str) -> Participant:
    if not token.startswith("m"):
        try:
            return links.participant_of(token, now=timezone.now())
        except links.LinkOver as over:
            return over.participant
        except links.NoSuchLink:
            raise Http404 from None
    message, asked = _mail_of(token), request.POST.get("address", "")
    if asked not in {address for address, _name in _named_in(message)}:
        raise Http404
    found = Participant.objects.of_message(message, asked)
    if found is None:
        raise Http404
    return found


def _mail_of(token: str) -> Message:
    try:
        return links.mail_of(token)
    except links.NoSuchLink:
        raise Http404 from None


def _named_in(message: Message) -> list[tuple[str, str]]:
    """Return addresses and names that stand in the mail itself; never those in Bcc."""
    parties = message.words.recipients
    everyone = [*parties.get("to", ()), *parties.get("cc", ())]
    return [(party["address"], party["name"]) for party in everyone if party["address"]]


def _mail(request: HttpRequest, conversation: Conversation, participant: Participant) -> None:
    now = timezone.now()
    path = reverse("customer:page", args=[links.own_link(participant, at=now)])
    base = brand_of(conversation.inbox).site or request.build_absolute_uri("/")
    words = _(
        "Hello,\n\nhere is your link to “%(subject)s”:\n\n%(link)s\n\n"
        "It is for you alone and works for %(days)d days. Nobody needs to answer this mail.\n"
    )
    subject = conversation.subject or _("Your conversation")
    facts = {"subject": subject, "link": urljoin(base, path), "days": links.LASTS_DAYS}
    mail = EmailMessage(_("Your link: %(subject)s") % facts, words % facts, to=[participant.email])
    own_mail.hand_in(mail, through=conversation.inbox)
    with transaction.atomic():
        record(Kind.LINK_MAILED, by=Agent.objects.system(), at=now, on=conversation)
