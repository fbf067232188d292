"""A reader of the journal that owes calls, and the calls themselves: signed, retried, logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _, override

from wingbeat.channels import reaching, shadow
from wingbeat.channels.mail.own_mail import CannotSend
from wingbeat.channels.mail.secrets import CannotOpen, opened
from wingbeat.channels.webhooks.models import CallState, Webhook, WebhookCall
from wingbeat.channels.webhooks.seeing import seen_by
from wingbeat.channels.webhooks.subscribing import stop
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)
READER = "webhooks"
# After the first try; all of them together take a day.
DELAYS = tuple(timedelta(seconds=one) for one in (10, 60, 300, 1_800, 7_200, 21_600, 54_000))
FAILS_FOR = timedelta(days=3)  # then it is stopped, and its owner is told
HELD_FOR = timedelta(minutes=2)  # by the process that makes a call
AT_ONCE = 20
GONE = 410


def owe_calls(now: datetime, limit: int = 500) -> int:
    """Read on in the journal and owe each webhook what it may hear of; return how many."""

    def act(entries: Sequence[Entry]) -> int:
        owed = 0
        for webhook in Webhook.objects.calling():
            since = [one for one in entries if one.at >= webhook.at]
            owed += WebhookCall.objects.owe(webhook, seen_by(webhook, since), at=now)
        return owed

    return reading.read_on(READER, act, limit)


def make_calls(now: datetime) -> int:
    """Make the calls whose time has come; return how many were taken: none in shadow mode.

    A webhook that fails rests, so that its other calls do not each wait for the same silence.
    """
    if shadow.holds():
        return 0
    waiting = WebhookCall.objects.filter(
        webhook=OuterRef("pk"), state=CallState.WAITING, next_at__lte=now
    )
    rested = Q(rests_until_at__isnull=True) | Q(rests_until_at__lte=now)
    taken = 0
    for webhook in Webhook.objects.calling().filter(rested, Exists(waiting)):
        for call in WebhookCall.objects.due(webhook, now)[:AT_ONCE]:
            if not WebhookCall.objects.claim(call.pk, now=now, until=now + HELD_FOR):
                continue
            if not _call(webhook, call, now=now):
                break
            taken += 1
    return taken


def payload(entry: Entry) -> bytes:
    """Return what is told of an entry: ids and small facts, never words or addresses."""
    told = {
        "type": entry.kind,
        "timestamp": entry.at.isoformat(),
        "data": {
            "position": entry.position,
            "agent": entry.agent_id,
            "inbox": entry.inbox_id,
            "conversation": entry.conversation_id,
            "customer": entry.customer_id,
            "message": entry.message_id,
            "facts": entry.facts,
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _call(webhook: Webhook, call: WebhookCall, *, now: datetime) -> bool:
    """Make one call; say whether the webhook goes on."""
    entry = Entry.objects.get(pk=call.entry)
    call.attempts, call.called_at = call.attempts + 1, now
    if not seen_by(webhook, [entry]):  # it was closed to them since
        _close(call, CallState.GIVEN_UP, said=_("The key may not see it any more."))
        return True
    body = payload(entry)
    try:
        headers = reaching.signed(
            opened(webhook.secret), f"evt_{entry.pk}", int(now.timestamp()), body
        )
        answer = reaching.post(webhook.address, body, headers)
    except (reaching.CannotReach, CannotOpen) as why:
        call.status = call.milliseconds = None
        return _failed(webhook, call, str(why), now=now)
    call.status, call.milliseconds = answer.status, int(answer.seconds * 1000)
    said = answer.body.decode("utf-8", "replace").replace("\x00", "")
    if not answer.is_fine:
        return _failed(webhook, call, said or f"HTTP {answer.status}", now=now)
    if webhook.failing_since_at:
        Webhook.objects.filter(pk=webhook.pk).update(failing_since_at=None, rests_until_at=None)
        webhook.failing_since_at = None
    _close(call, CallState.TAKEN, said=said)
    return True


def _close(call: WebhookCall, state: CallState, *, said: str) -> None:
    call.state, call.said = state, said[:300]
    call.save()


def _failed(webhook: Webhook, call: WebhookCall, said: str, *, now: datetime) -> bool:
    """Keep a call for later, or give it up after a day; stop what has failed for days."""
    delay = DELAYS[min(call.attempts, len(DELAYS)) - 1]
    call.next_at = now + delay
    state = CallState.GIVEN_UP if call.attempts > len(DELAYS) else CallState.WAITING
    _close(call, state, said=said)
    webhook.failing_since_at = webhook.failing_since_at or now
    webhook.rests_until_at = now + min(delay, DELAYS[3])
    webhook.save(update_fields=["failing_since_at", "rests_until_at"])
    if call.status == GONE or now - webhook.failing_since_at >= FAILS_FOR:
        stop(webhook, said, by=Agent.objects.system(), at=now)
        _tell_owner(webhook)
    return False


def _tell_owner(webhook: Webhook) -> None:
    with override(webhook.by.language or None):
        words = _(
            "%(address)s did not take what the desk told it, so it is told nothing more: "
            "%(why)s\n\nNothing is lost. Mend it, let it go on in the settings of the desk "
            "under Programs, and call again for what was done meanwhile."
        ) % {"address": webhook.address, "why": webhook.stopped_why}
        try:
            send_mail(_("A webhook was stopped"), words, None, [webhook.by.email])
        except CannotSend as why:  # its page says it too
            log.warning("Its owner could not be told that %s was stopped: %s", webhook, why)
