"""Making a webhook, stopping it, letting it go on, and calling again for what was done before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from wingbeat.channels import reaching
from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.mail.secrets import sealed
from wingbeat.channels.webhooks.models import Webhook, WebhookCall
from wingbeat.channels.webhooks.seeing import seen_by
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

MOST_AGAIN = 10_000
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def subscribe(
    address: str, key: ApiKey, kinds: Sequence[str], *, by: Agent, at: datetime
) -> tuple[Webhook, str]:
    """Make a webhook that sees what a key sees; return it with the secret that signs its calls.

    Raises:
        CannotReach: if the address is none that can be called.
    """
    reaching.check_address(address)
    secret = reaching.new_secret()
    webhook = Webhook.objects.create(
        address=address, key=key, kinds=list(kinds), secret=sealed(secret), by=by, at=at
    )
    _tell(webhook, "made", by=by, at=at)
    return webhook, secret


@transaction.atomic
def stop(webhook: Webhook, why: str, *, by: Agent, at: datetime) -> None:
    """Call it no more; what is done meanwhile can be called for later."""
    webhook.stopped_at, webhook.stopped_why = at, why[:300]
    webhook.save(update_fields=["stopped_at", "stopped_why"])
    _tell(webhook, "stopped", by=by, at=at)


@transaction.atomic
def go_on(webhook: Webhook, *, by: Agent, at: datetime) -> None:
    """Call it again from now on, beginning with what still waits."""
    webhook.stopped_at = webhook.failing_since_at = webhook.rests_until_at = None
    webhook.stopped_why = ""
    webhook.save(update_fields=["stopped_at", "failing_since_at", "rests_until_at", "stopped_why"])
    _tell(webhook, "went_on", by=by, at=at)


@transaction.atomic
def call_again(webhook: Webhook, first: int, last: int, *, by: Agent, at: datetime) -> int:
    """Owe a webhook again what was done from one position of the journal to another."""
    entries = Entry.objects.filter(position__gte=first, position__lte=last)
    wanted = seen_by(webhook, list(entries.order_by("position")[:MOST_AGAIN]))
    _tell(webhook, "called_again", by=by, at=at)
    return WebhookCall.objects.owe(webhook, wanted, at=at)


@transaction.atomic
def remove(webhook: Webhook, *, by: Agent, at: datetime) -> None:
    """Let it go, with what is known of its calls."""
    pk = webhook.pk
    webhook.delete()
    webhook.pk = pk
    _tell(webhook, "removed", by=by, at=at)


def forget_old(now: datetime) -> int:
    """Forget calls that are a month old; return how many."""
    return WebhookCall.objects.filter(at__lt=now - KEPT_FOR).delete()[0]


def _tell(webhook: Webhook, change: str, *, by: Agent, at: datetime) -> None:
    record(Kind.WEBHOOK_CHANGED, by=by, at=at, facts={"webhook": webhook.pk, "change": change})
