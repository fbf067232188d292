"""Words stay as long as the owner chose: told first, taken by the nightly job, facts left."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail import letters
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.privacy.models import Keeping, What
from wingbeat.channels.privacy.retaining import TooShort, keep_for, over, tidy
from wingbeat.config.jobs.schedule import SCHEDULE
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.message import Message, MessageText
from wingbeat.desk.conversations.splitting import split
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return cast.olga()


def _ended(olga: Agent, **when: float) -> Conversation:
    sender = {"name": "Nora", "address": f"nora{Customer.objects.count()}@x.example"}
    said = cast.said(sender=sender, at=cast.after(**when))  # type: ignore[arg-type]  # a party
    conversation = cast.opened(cast.support(), said)
    conversation.end(reason=Reason.ANSWERED, by=olga, at=cast.after(**when))
    return conversation


def _texts() -> list[str]:
    return [text.text for text in MessageText.objects.order_by("pk")]


def test_only_what_is_over_loses_its_words(olga: Agent) -> None:
    old, young = _ended(olga), _ended(olga, days=50)
    waiting = cast.opened(cast.support())
    keep_for(What.ENDED, 60, by=olga, at=cast.NOON)
    now = cast.after(days=61)
    assert list(over(What.ENDED, 60, now=now)) == [old]
    assert tidy(now) == 1
    assert _texts() == ["(erased)", "My lamp does not light.", "My lamp does not light."]
    assert Message.objects.count() == 3
    assert Entry.objects.filter(kind="conversation.emptied").count() == 1
    assert {young.pk, waiting.pk} == set(
        Conversation.objects.filter(emptying__isnull=True).values_list("pk", flat=True)
    )
    assert tidy(now) == 0


@pytest.mark.parametrize("way", ["split", "part of another", "split of what was merged"])
def test_words_that_an_open_conversation_reads_too_stay_until_it_is_over(
    olga: Agent, way: str
) -> None:
    old = cast.opened(cast.support())
    lent = split(old, list(old.messages_to_show()), by=olga, at=cast.NOON)
    if way == "part of another":
        whole = cast.opened(cast.support(), cast.said(at=cast.after(days=90)))
        lent.merge(into=whole, by=olga, at=cast.NOON)
    if way == "split of what was merged":
        target = cast.opened(cast.support())
        old.merge(into=target, by=olga, at=cast.NOON)
        old = target
    old.end(reason=Reason.ANSWERED, by=olga, at=cast.NOON)
    keep_for(What.ENDED, 60, by=olga, at=cast.NOON)
    now = cast.after(days=70)
    assert tidy(now) == 0
    assert "(erased)" not in _texts()
    lent.refresh_from_db()
    whole = Conversation.objects.get(pk=lent.merged_into_id or lent.pk)
    whole.end(reason=Reason.ANSWERED, by=olga, at=cast.NOON)
    tidy(cast.after(days=170))
    tidy(cast.after(days=170))
    assert {*_texts()} == {"(erased)"}


def test_without_a_choice_everything_stays(olga: Agent) -> None:
    _ended(olga)
    assert tidy(cast.after(days=9_999)) == 0
    assert _texts() == ["My lamp does not light."]


def test_blocked_mail_goes_and_joined_mail_stays(olga: Agent) -> None:
    cast.support()
    letters.taken_in(letters.mail())
    block("nora@customers.example", by=olga, at=cast.NOON)
    letters.taken_in(letters.mail("Buy!"))
    keep_for(What.TRAY, 30, by=olga, at=cast.NOON)
    assert tidy(cast.after(days=29)) == 0
    assert tidy(cast.after(days=31)) == 1
    assert RawMail.objects.get().became is not None


def test_a_merged_part_goes_with_its_whole(olga: Agent) -> None:
    part, whole = _ended(olga), _ended(olga, days=50)
    part.merge(into=whole, by=olga, at=cast.after(days=50))
    keep_for(What.ENDED, 30, by=olga, at=cast.NOON)
    assert tidy(cast.after(days=60)) == 0
    assert tidy(cast.after(days=90)) == 1
    assert _texts() == ["(erased)", "(erased)"]


def test_a_month_is_the_least_and_a_choice_is_told_once(olga: Agent) -> None:
    with pytest.raises(TooShort, match="29 days are too few"):
        keep_for(What.ENDED, 29, by=olga, at=cast.NOON)
    for days in (90, 90, None):
        keep_for(What.ENDED, days, by=olga, at=cast.NOON)
    assert not Keeping.objects.exists()
    told = [entry.facts for entry in Entry.objects.filter(kind="keeping.changed").order_by("pk")]
    assert [(one["before"], one["after"]) for one in told] == [(None, 90), (90, None)]


def test_the_nightly_job_is_on_the_schedule() -> None:
    assert f"{tidy.__module__}.{tidy.__name__}" in {scheduled.call for scheduled in SCHEDULE}
