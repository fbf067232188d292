"""Setting the context panel up, changing it, and taking it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wingbeat.channels import reaching
from wingbeat.channels.context.models import ContextPanel
from wingbeat.channels.mail.secrets import sealed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

UNENCRYPTED = _(
    "Use https: the call names your customers’ addresses. Without it only systems in a "
    "network that WINGBEAT_INTERNAL_NETWORKS names can be asked."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an owner wants: whom to ask, what of the answer is shown, and how long it is fresh."""

    title: str
    address: str
    labels: Sequence[str]
    fresh_for_minutes: int


def check_address(url: str) -> None:
    """Raise `CannotReach` unless a customer's addresses may be sent there."""
    reaching.check_address(url)
    if urlsplit(url).scheme != "https" and not settings.WINGBEAT["internal_networks"]:
        raise reaching.CannotReach(str(UNENCRYPTED))


@transaction.atomic
def keep(asked: Asked, *, by: Agent, at: datetime) -> tuple[ContextPanel, str]:
    """Set it up or change it; return it, with its new secret where it has one.

    Raises:
        CannotReach: if the address is none that may be asked.
    """
    check_address(asked.address)
    row = ContextPanel.objects.in_use() or ContextPanel(pk=1)
    secret = "" if row.secret else reaching.new_secret()
    row.secret = row.secret or sealed(secret)
    row.title, row.address, row.labels = asked.title, asked.address, list(asked.labels)
    row.fresh_for_minutes = asked.fresh_for_minutes
    row.failures, row.failed_why = 0, ""
    row.failing_since_at = row.rests_until_at = None
    row.by, row.at = by, at
    row.save()
    _tell("made" if secret else "changed", by=by, at=at)
    return row, secret


@transaction.atomic
def renew_secret(row: ContextPanel, *, by: Agent, at: datetime) -> str:
    """Sign with another secret from now on; return it."""
    secret = reaching.new_secret()
    row.secret, row.by, row.at = sealed(secret), by, at
    row.save(update_fields=["secret", "by", "at"])
    _tell("secret", by=by, at=at)
    return secret


@transaction.atomic
def remove(row: ContextPanel, *, by: Agent, at: datetime) -> None:
    """Ask it no more; what it answered is forgotten."""
    row.delete()
    _tell("removed", by=by, at=at)


def _tell(change: str, *, by: Agent, at: datetime) -> None:
    record(Kind.CONTEXT_CHANGED, by=by, at=at, facts={"change": change, "panel": 1})
