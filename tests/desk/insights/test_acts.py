"""What words do becomes moments: in languages in which it is heard rightly, and in no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.desk.insights.lives import caught_up, kept
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.insights.evaluating import evaluate, rebuild
from wingbeat.desk.insights.moment import Moment
from wingbeat.desk.people.models import Agent
from wingbeat.laws import coaching, hearing

pytestmark = pytest.mark.django_db

OURS = "We are very sorry for the long wait. The lamp leaves today. Have a nice day!"
THEIRS = "This is unacceptable, and your service is terrible. I want my money back."


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada)


def told(inbox: Inbox, *turns: tuple[Agent | None, str]) -> Conversation:
    """Open a conversation and let it go on: None is the customer."""
    conversation = cast.opened(inbox)
    for number, (agent, text) in enumerate(turns, start=1):
        at = cast.after(hours=number)
        if agent is None:
            receive(conversation, cast.said(text, at=at), by=Agent.objects.system())
        else:
            conversation.reply(cast.letter(text), by=agent, at=at, seen=None)
    caught_up()
    return conversation


def kinds() -> list[str]:
    return list(Moment.objects.order_by("at", "seq").values_list("kind", flat=True))


def test_an_apology_a_farewell_and_a_complaint_are_kept_with_their_message(
    support: Inbox, ada: Agent
) -> None:
    conversation = told(support, (ada, OURS), (None, THEIRS))
    assert kinds()[:4] == ["first_words_in_time", "apology", "farewell", "complaint"]
    _opening, ours, theirs = conversation.messages.order_by("at")
    evidence = dict(Moment.objects.values_list("kind", "evidence"))
    assert evidence["apology"] == evidence["farewell"] == f"message {ours.pk}"
    assert evidence["complaint"] == f"message {theirs.pk}"


def test_rebuilding_hears_the_same(support: Inbox, ada: Agent) -> None:
    told(support, (ada, OURS), (None, THEIRS), (cast.max_(), "Sorry. A new lamp leaves today."))
    before = kept()
    assert {row[4] for row in before} >= {"apology", "complaint", "handed_over"}
    assert rebuild(cast.after(days=50)) == 0
    Moment.objects.all().delete()
    rebuild(cast.after(days=50))
    assert kept() == before


@pytest.mark.parametrize(
    "text",
    [
        "Es tut uns sehr leid, dass Sie so lange gewartet haben. Einen schönen Tag noch!",
        "Нам очень жаль, что вам пришлось ждать так долго. Хорошего вам дня!",
        "Nagyon sajnáljuk a hosszú várakozást. A lámpa ma indul.",
    ],
)
def test_where_it_is_not_heard_rightly_nothing_is_told(
    support: Inbox, ada: Agent, text: str
) -> None:
    told(support, (ada, text))
    assert kinds() == ["first_words_in_time"]


def test_below_nine_in_ten_an_act_is_silent(
    support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = {"en": {"apologizes": 0.89, "farewell": 0.91, "complains": 0.89}}
    monkeypatch.setattr(coaching, "_heard", lambda: heard)
    told(support, (ada, OURS), (None, THEIRS))
    assert not {"apology", "complaint"} & set(kinds())
    assert "farewell" in kinds()


def test_a_no_is_told_only_where_another_way_would_be_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = "Unfortunately we do not ship to islands."
    with_way = f"{bare} Another option is a shop near you."
    assert hearing.our_acts(bare) == frozenset(), "in English a no is not heard rightly enough"
    sure = {"refuses": 0.95, "bare_no": 0.95}
    monkeypatch.setattr(coaching, "_heard", lambda: {"en": sure})
    assert (hearing.our_acts(bare), hearing.our_acts(with_way)) == (hearing.A_NO, frozenset())
    sure["alternative"] = 0.95
    assert hearing.our_acts(with_way) == hearing.ANOTHER_WAY


def test_what_a_reply_quotes_are_not_our_words(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    html = "<p>It leaves today.</p><blockquote><p>Sorry to ask. Kind regards</p></blockquote>"
    letter = Letter(
        html=html, text="It leaves today.\n\nSorry to ask. Kind regards", to=(cast.NORA,)
    )
    conversation.reply(letter, by=ada, at=cast.after(hours=1), seen=None)
    caught_up()
    assert kinds() == ["first_words_in_time"]


def test_who_is_answered_by_somebody_else_was_handed_over_once(support: Inbox, ada: Agent) -> None:
    bo = cast.max_()
    conversation = told(
        support, (ada, "We look."), (ada, "Still."), (bo, "It is mended."), (bo, "Yes.")
    )
    handed = Moment.objects.get(kind="handed_over")
    assert handed.at == cast.after(hours=3)
    third = conversation.messages.get(at=cast.after(hours=3))
    assert handed.evidence == f"message {third.pk}"


def test_assigning_alone_hands_over_nothing_that_a_customer_notices(
    support: Inbox, ada: Agent
) -> None:
    conversation = told(support, (ada, "We look."))
    conversation.assign(agent=cast.max_(), team=None, by=ada, at=cast.after(hours=2))
    caught_up()
    assert "handed_over" not in kinds()


def test_more_messages_are_not_more_questions(support: Inbox, ada: Agent) -> None:
    def questions(count: int) -> int:
        one = cast.opened(support)
        for hours in range(count):
            at = cast.after(hours=hours + 1)
            one.reply(cast.letter(OURS), by=ada, at=at, seen=None)
            receive(one, cast.said(THEIRS, at=at + timedelta(minutes=5)), by=ada)
        with CaptureQueriesContext(connection) as asked:
            evaluate([one.pk], now=cast.after(days=9))
        return len(asked)

    assert questions(2) == questions(6)
