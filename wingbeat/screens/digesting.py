"""The digest: a mail that tells agents who chose it what concerns them and they have not seen.

Bundled, never one a line of talk; what was told once by mail is not told again. It says only what
its reader may see at that moment, and nothing of anybody's words.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail import own_mail
from wingbeat.channels.mail.identity import notification_id
from wingbeat.channels.mail.mime import wire_address
from wingbeat.channels.mail.own_mail import CannotSend, MayHaveLeft
from wingbeat.desk.automation.availability import here_now
from wingbeat.desk.care.notification import Concern, Notification, concerns
from wingbeat.desk.people.models import Agent
from wingbeat.screens.entering import as_chosen_by
from wingbeat.screens.notified import Line, line_of, told_together

log = logging.getLogger(__name__)
MOST_TOLD = 30  # conversations in one mail


def send_due(now: datetime) -> int:
    """Mail whoever is due a digest; return how many mails left."""
    if not own_mail.can_send():
        return 0
    chosen = Agent.objects.at_work().exclude(notifies_by_mail="").filter(here_now(now))
    return sum(_digest(agent, now) for agent in chosen)


def _digest(agent: Agent, now: datetime) -> bool:
    rows = Notification.objects.visible_to(agent).not_mailed()
    new = list(rows.select_related("conversation__inbox", "by").order_by("-at", "-pk"))
    if not new or not _is_due(agent, new, now):
        return False
    told = concerns(new)
    # first, so that what may have left is not sent again, whatever happens in between
    mailed = Notification.objects.filter(pk__in=[row.pk for row in new])
    mailed.update(mailed_at=now)
    with as_chosen_by(agent):
        mail = mail_of(agent, told)
    try:
        own_mail.hand_in(mail, through=told[0].conversation.inbox)
    except MayHaveLeft as why:
        log.warning("A digest may have left or not, and is not sent again: %s", why)
    except CannotSend as why:
        log.warning("A digest did not leave and is tried again: %s", why)
        mailed.update(mailed_at=None)
        return False
    return True


def _is_due(agent: Agent, new: Sequence[Notification], now: datetime) -> bool:
    ever = Notification.objects.filter(agent=agent).aggregate(latest=Max("mailed_at"))["latest"]
    if agent.notifies_by_mail == "bundled":
        # what stands for so long they have not seen; what came since goes along
        pause = timedelta(minutes=settings.WINGBEAT["notification_minutes"])
        return now - min(row.at for row in new) >= pause and (not ever or now - ever >= pause)
    with as_chosen_by(agent):
        here = timezone.localtime(now)
        today = bool(ever) and timezone.localtime(ever).date() == here.date()
    return here.hour >= agent.notifies_at_hour and not today


def mail_of(agent: Agent, told: Sequence[Concern]) -> EmailMessage:
    """Return the digest of these concerns, in the running language."""
    lines = [line_of(concern) for concern in told]
    one = told[0].conversation
    # an answer becomes a note only where it is clear about what, and the words were not closed off
    answerable = len(told) == 1 and not one.is_restricted
    about = one.pk if answerable else 0
    domain = wire_address(one.inbox.address).rpartition("@")[2]
    number = notification_id(
        conversation_id=about, agent_id=agent.pk, number=told[0].reasons[0].pk, domain=domain
    )
    return EmailMessage(
        _("Notification: %(title)s") % {"title": lines[0].title}
        if len(lines) == 1
        else told_together(len(lines)),
        "\n".join(_words(lines, answerable=answerable)),
        to=[agent.email],
        headers={"Message-ID": number},
    )


def _words(lines: Sequence[Line], *, answerable: bool) -> Iterator[str]:
    for line in lines[:MOST_TOLD]:
        yield f"#{line.conversation_id}  {line.title}"
        yield from line.reasons
        if settings.DESK_ADDRESS:
            yield f"{settings.DESK_ADDRESS}{line.url}"
        yield ""
    if len(lines) > MOST_TOLD:
        yield _("And %(n)d more.") % {"n": len(lines) - MOST_TOLD}
        yield ""
    yield "-- "
    if answerable:
        yield _("An answer to this mail becomes a note for your colleagues; no customer sees it.")
    else:
        yield _("Answer in the conversations themselves: an answer to this mail reaches nobody.")
    yield _("You chose this mail at the desk, under Settings and Notifications.")
