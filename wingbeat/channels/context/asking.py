"""Asking the team's own system after a customer: signed, briefly, seldom, and kept in memory only.

An answer is known for a day, and fresh for some minutes. What is older is shown with its age while
a new one is asked for. It never touches the disk: backups, exports and erasures find none of it.
"""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches

from wingbeat.channels import reaching
from wingbeat.channels.context import shape, trouble
from wingbeat.channels.context.models import ContextPanel
from wingbeat.channels.context.setting import UNENCRYPTED
from wingbeat.channels.context.trouble import NoAnswer
from wingbeat.channels.mail.secrets import CannotOpen, opened
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address, BusinessEvent

SECONDS = 4.0
KNOWN_FOR = timedelta(days=1)
MOST_IDS = 20
# There are few threads that serve pages; a slow system must not hold more of them than this.
AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Known:
    """An answer, and when it was given."""

    panel: shape.Panel
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the panel now; `trouble` says why it is not as it is at this moment."""

    known: Known | None = None
    is_fresh: bool = False
    trouble: NoAnswer | None = None
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """How a call went that was made to see whether it works."""

    milliseconds: int | None
    panel: shape.Panel | None = None
    trouble: NoAnswer | None = None


def look(setting: ContextPanel, about: Conversation, *, now: datetime, may_ask: bool) -> Shown:
    """Return what is known of a conversation's customer; ask only if told to, or nothing is."""
    records = same_person(about.customer)
    addresses = _addresses(records)
    if not addresses:  # whoever was erased is asked after no more
        return Shown(is_fresh=True)
    key = f"context:{setting.at.timestamp()}:{records[0]}"
    known: Known | None = caches["panels"].get(key)
    is_fresh = known is not None and _is_fresh(known, setting, now)
    if is_fresh or setting.rests(now):
        return Shown(known, is_fresh=is_fresh, rests=not is_fresh)
    if known is not None and not may_ask:
        return Shown(known)
    if not AT_ONCE.acquire(blocking=False):
        return Shown(known, trouble=trouble.too_many())
    try:
        panel, _answer = _ask(setting, _question(records, addresses, about.pk, now), now=now)
    except NoAnswer as why:
        setting.note_failure(str(why), now=now)
        return Shown(known, trouble=why, rests=setting.rests(now))
    finally:
        AT_ONCE.release()
    setting.note_success()
    known = Known(panel, now)
    caches["panels"].set(key, known, KNOWN_FOR.total_seconds())
    return Shown(known, is_fresh=True)


def try_out(setting: ContextPanel, email: str, *, now: datetime) -> Trial:
    """Ask after an address as a conversation would, and say how it went."""
    address = Address.objects.of(email)
    records = same_person(address.customer) if address else []
    addresses = _addresses(records) or [email.strip().lower()]
    try:
        panel, answer = _ask(setting, _question(records, addresses, None, now), now=now)
    except NoAnswer as why:
        return Trial(None, trouble=why)
    setting.note_success()
    return Trial(int(answer.seconds * 1000), panel)


def _is_fresh(known: Known, setting: ContextPanel, now: datetime) -> bool:
    return now - known.at < timedelta(minutes=setting.fresh_for_minutes)


def _addresses(records: list[int]) -> list[str]:
    rows = Address.objects.filter(customer__in=records, customer__erasures__isnull=True)
    return list(rows.order_by("pk").values_list("email", flat=True))


def _question(
    records: list[int], addresses: list[str], conversation: int | None, now: datetime
) -> dict[str, Any]:
    """Return what is told: whom it is about, and no word of theirs."""
    events = BusinessEvent.objects.of(records)[:MOST_IDS]
    return {
        "type": "context.asked",
        "timestamp": now.isoformat(),
        "conversation": conversation,
        "customer": {
            "id": records[0] if records else None,
            "other_ids": records[1:],
            "addresses": addresses,
            "external_ids": list(events.values_list("external_id", flat=True)),
        },
    }


def _ask(
    setting: ContextPanel, question: dict[str, Any], *, now: datetime
) -> tuple[shape.Panel, reaching.Answer]:
    body = json.dumps(question, separators=(",", ":")).encode()
    try:
        headers = reaching.signed(
            opened(setting.secret), f"ctx_{uuid.uuid4().hex}", int(now.timestamp()), body
        )
        answer = reaching.post(
            setting.address, body, headers, seconds=SECONDS, unencrypted=str(UNENCRYPTED)
        )
    except reaching.CannotReach as why:
        raise trouble.of_reaching(why, SECONDS) from why
    except CannotOpen as why:
        raise trouble.of_key(why) from why
    if not answer.is_fine:
        raise trouble.of_status(answer)
    try:
        return shape.read(answer.body, only=setting.labels), answer
    except shape.WrongShape as why:
        raise trouble.of_shape(why) from why
