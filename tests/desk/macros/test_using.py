"""Macros: whose they are, their words in the customer's language, and steps that go along."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests import cast
from wingbeat.desk.conversations import replying
from wingbeat.desk.conversations.assigning import CannotAssign
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.steps import Act, Step, read, wakes_at
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.macros import using
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.macros.preparing import Prepared, keep, throw_away
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
LATER = cast.after(hours=1)
STEPS = (Step(Act.END, "answered"), Step(Act.TAG, "delivery"), Step(Act.TAKE))


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def conversation(ada: Agent) -> Conversation:
    return cast.opened(cast.support(ada, cast.max_()))


def macro(
    by: Agent, html: str = "<p>Hello {{customer.first_name|there}}.</p>", **more: object
) -> Macro:
    said = {"name": "Hello", "language": "en", "html": html, "text": html, **more}
    return keep(None, Prepared(**said), by=by, at=cast.NOON)  # type: ignore[arg-type]  # fields of every kind


def replied(conversation: Conversation, by: Agent, *steps: Step) -> Message:
    return conversation.reply(cast.letter(), by=by, at=LATER, seen=None, steps=steps)


def test_a_private_one_is_its_owners_a_teams_the_teams_and_the_rest_everybodys(ada: Agent) -> None:
    max_, lena = cast.max_(), cast.lena()
    team = cast.support_team(ada)
    own, teams, all_ = macro(ada, owner=ada), macro(ada, team=team), macro(ada)
    assert set(Macro.objects.usable_by(ada)) == {own, teams, all_}
    assert set(Macro.objects.usable_by(max_)) == {all_}
    assert set(Macro.objects.changeable_by(ada)) == {own, teams}
    assert set(Macro.objects.changeable_by(cast.olga())) == {teams, all_}
    assert not Macro.objects.changeable_by(lena).exists()


def test_it_speaks_the_customers_language_and_calls_them_by_name(
    ada: Agent, conversation: Conversation
) -> None:
    found = macro(ada)
    german = "<p>Guten Tag {{customer.first_name|zusammen}}.</p>"
    keep(found, Prepared("Hello", "de", german, german), by=ada, at=cast.NOON)
    assert using.words(found, conversation, ada) == "<p>Hello Nora.</p>"
    conversation.customer.language = "de-AT"
    assert using.words(Macro.objects.get(), conversation, ada) == "<p>Guten Tag Nora.</p>"
    conversation.customer.name = ""
    assert using.words(Macro.objects.get(), conversation, ada) == "<p>Guten Tag zusammen.</p>"


@pytest.mark.parametrize(
    ("name", "first"), [("Nora Lind", "Nora"), ("Lind, Nora", "Nora"), ("nora@x.example", "there")]
)
def test_people_are_called_by_their_first_name(
    ada: Agent, conversation: Conversation, name: str, first: str
) -> None:
    conversation.customer.name = name
    assert using.words(macro(ada), conversation, ada) == f"<p>Hello {first}.</p>"


def test_typing_finds_it_by_name_folder_shortcut_and_words(ada: Agent) -> None:
    found = macro(ada, folder="Delivery", shortcut="late", html="<p>The parcel is late.</p>")
    for typed in ("hell", "deliv", ";la", "parcel late"):
        assert list(Macro.objects.named(typed)) == [found], typed
    assert not Macro.objects.named("parcel early").exists()


def test_a_shortcut_is_ones_own_before_the_desks_and_no_two_are_alike(ada: Agent) -> None:
    macro(ada, shortcut="late")
    own = macro(ada, shortcut="late", owner=ada)
    assert Macro.objects.usable_by(ada).by_shortcut("LATE") == own
    with pytest.raises(WrongFields, match="late"):
        macro(ada, shortcut="late", owner=ada)


def test_it_counts_uses_and_never_who(ada: Agent, conversation: Conversation) -> None:
    found = macro(ada)
    draft = Draft.objects.create(
        agent=ada, conversation=conversation, inbox=conversation.inbox, saved_at=cast.NOON
    )
    entries = Entry.objects.count()
    using.put_into(draft, found, by=ada, at=LATER)
    found.refresh_from_db()
    assert found.used == 1
    assert Entry.objects.count() == entries


def test_a_light_agent_gets_the_words_and_not_the_steps(
    conversation: Conversation, ada: Agent
) -> None:
    lena = cast.lena()
    draft = Draft.objects.create(
        agent=lena, conversation=conversation, inbox=conversation.inbox, saved_at=cast.NOON
    )
    using.put_into(draft, macro(ada, steps=STEPS), by=lena, at=LATER)
    assert draft.html == "<p>Hello Nora.</p>"
    assert draft.steps == []


def test_steps_run_with_the_reply_the_ending_last(conversation: Conversation, ada: Agent) -> None:
    replied(conversation, ada, *STEPS)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assignee) == ("ended", ada)
    assert conversation.taggings.get().tag.name == "delivery"


def test_undo_takes_the_steps_back_and_gives_them_to_the_draft(
    conversation: Conversation, ada: Agent
) -> None:
    conversation.tag("lamps", by=ada, at=cast.NOON)
    message = replied(conversation, ada, *STEPS)
    draft = replying.undo(message, by=ada, at=cast.after(hours=1, seconds=5))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.assignee) == ("us", None)
    assert conversation.waits_for_us_since == cast.NOON
    assert [row.tag.name for row in conversation.taggings.all()] == ["lamps"]
    assert read(draft.steps) == STEPS


def test_undo_leaves_what_a_colleague_has_changed_since(
    conversation: Conversation, ada: Agent
) -> None:
    message = replied(conversation, ada, Step(Act.TAKE))
    conversation.assign(agent=cast.max_(), by=cast.max_(), at=cast.after(hours=1, seconds=2))
    replying.undo(message, by=ada, at=cast.after(hours=1, seconds=5))
    assert Conversation.objects.get().assignee == cast.max_()


def test_an_undone_snooze_wakes_it(conversation: Conversation, ada: Agent) -> None:
    message = replied(conversation, ada, Step(Act.SNOOZE, "3"))
    conversation.refresh_from_db()
    assert conversation.snoozed_until == datetime.fromisoformat("2026-03-05T09:00+00:00")
    replying.undo(message, by=ada, at=cast.after(hours=1, seconds=5))
    assert Conversation.objects.get().snoozed_until is None


def test_a_step_that_cannot_be_done_stops_the_send_whole(
    conversation: Conversation, ada: Agent
) -> None:
    with pytest.raises(CannotAssign, match="has left"):
        replied(conversation, ada, Step(Act.TAG, "delivery"), Step(Act.AGENT, "999999"))
    assert not conversation.messages.filter(kind="agent").exists()
    assert not conversation.taggings.exists()


def test_days_are_mornings_and_hours_are_hours() -> None:
    assert wakes_at("0", at=cast.NOON) == cast.after(hours=3)
    assert wakes_at("1", at=cast.NOON) == cast.after(hours=21)
    assert wakes_at("2026-03-09T08:30+01:00", at=cast.NOON).isoformat().startswith("2026-03-09")


def test_thrown_away_it_is_gone_with_an_entry(ada: Agent) -> None:
    throw_away(macro(ada), by=ada, at=LATER)
    assert not Macro.objects.exists()
    entry = Entry.objects.filter(kind="macro.changed").latest("pk")
    assert entry.facts["gone"] is True
