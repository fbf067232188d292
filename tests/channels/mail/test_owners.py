"""Nothing that comes in stays unanswered for want of an owner: it has one, or is in the tray."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail import fuzzed
from tests.channels.mail.letters import trusting
from wingbeat.channels.mail import intake
from wingbeat.channels.mail.models import IN_TRAY, Judgement, RawMail, Source
from wingbeat.desk.conversations.assigning import owner_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.waiting import waits_since

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_of_a_thousand_fuzzed_mails_none_is_without_owner_or_tray() -> None:
    cast.olga()
    support = cast.support(cast.ada())
    trusting(support)
    first = cast.opened(support).pk  # PostgreSQL goes on counting where another test stopped
    Inbox.objects.create(name="Sales", address="sales@desk.example")  # no team answers it yet
    raws = list(fuzzed.mails(1_000, seed=42, first=first))
    for raw in raws:
        intake.store(raw, source=Source.SMTP, at=cast.NOON)
    for _turn in range(3):
        intake.judge_stored(limit=1_000, at=cast.NOON)

    assert [row.content() for row in RawMail.objects.order_by("pk")] == raws
    for row in RawMail.objects.select_related("became__conversation"):
        assert row.judgement != Judgement.STORED, row.why
        assert row.why, row.pk
        if row.judgement in IN_TRAY:
            continue
        if row.became is None:  # the same as one that stands in the tray
            assert row.judgement == Judgement.DUPLICATE
            continue
        conversation = row.became.conversation
        assert owner_of(conversation) is not None, row.pk
        if conversation.waits_for_us_since is not None:
            assert conversation.due_at is not None, "whoever waits has a time until which"
    judgements = set(RawMail.objects.values_list("judgement", flat=True))
    assert judgements >= {"opened", "joined", "margin", "duplicate", "spam", "loop", "no_inbox"}


def test_of_a_thousand_fuzzed_mails_none_changes_since_when_a_customer_waits() -> None:
    cast.olga()
    cast.support(cast.ada())
    for raw in fuzzed.mails(300, seed=7):
        intake.store(raw, source=Source.SMTP, at=cast.NOON)
    intake.judge_stored(limit=300, at=cast.NOON)
    assert Message.objects.exists()
    for conversation in Conversation.objects.all():
        assert conversation.waits_for_us_since == waits_since(conversation)
