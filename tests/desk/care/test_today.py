"""Today from facts: what comes up, whose it is, in which order, and that it empties."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests import cast
from tests.desk.knowledge.articles import published, written
from wingbeat.desk.care.dismissing import ActKind, Reason, dismiss
from wingbeat.desk.care.promise import promise
from wingbeat.desk.care.today import Act, effects, today_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import solve
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.rating import rate
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.knowledge.upkeep import wants
from wingbeat.desk.knowledge.writing import judge, publish, verify, withdraw
from wingbeat.desk.people.models import Agent, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada, cast.max_())


def acts(agent: Agent, now: datetime) -> list[Act]:
    return today_of(Agent.objects.get(pk=agent.pk), now=now)


def told(agent: Agent, now: datetime) -> list[tuple[str, str]]:
    return [(str(act.kind), act.reason) for act in acts(agent, now)]


def avoided(agent: Agent, now: datetime) -> list[Act]:
    return [act for act in acts(agent, now) if act.kind == ActKind.AVOIDANCE]


def test_whoever_waits_past_the_promise_comes_up_and_a_newcomer_first(
    support: Inbox, ada: Agent
) -> None:
    old = cast.opened(support, cast.said(sender=cast.OTTO))
    old.reply(cast.letter(to=(cast.OTTO,)), by=ada, at=cast.after(minutes=1), seen=None)
    receive(old, cast.said("And now?", sender=cast.OTTO, at=cast.after(minutes=2)), by=ada)
    new = cast.opened(support, cast.said(at=cast.after(minutes=5)))
    assert acts(ada, cast.after(hours=1)) == []
    past = (new.due_at or cast.NOON) + timedelta(minutes=1)
    late = acts(ada, past)
    assert [(act.conversation, act.reason) for act in late] == [(new, "newcomer"), (old, "next")]
    new.reply(cast.letter(), by=ada, at=past, seen=None)
    assert [act.conversation for act in acts(ada, past)] == [old]


def test_it_is_the_owners_first_and_everybodys_after_two_days(support: Inbox, ada: Agent) -> None:
    max_ = cast.max_()
    conversation = cast.opened(support)
    conversation.assign(agent=max_, team=None, by=ada, at=cast.NOON)
    due_at = conversation.due_at
    assert due_at is not None
    assert (
        told(ada, due_at + timedelta(hours=47)),
        len(acts(max_, due_at + timedelta(hours=47))),
    ) == ([], 1)
    assert len(acts(ada, due_at + timedelta(hours=49))) == 1
    conversation.assign(agent=None, team=Team.objects.get(), by=ada, at=cast.NOON)
    assert len(acts(ada, due_at + timedelta(hours=1))) == 1
    stranger = Agent.objects.invite(email="eve@desk.example", name="Eve")
    assert acts(stranger, due_at + timedelta(days=9)) == []


def test_whoever_tried_two_doors_twice_before_an_answer_comes_up(
    support: Inbox, ada: Agent
) -> None:
    shop = Inbox.objects.create(name="Shop", address="shop@desk.example")
    shop.teams.add(Team.objects.get())

    def goes_from_door_to_door(**when: float) -> Conversation:
        cast.opened(support, cast.said(at=cast.after(**when)))
        return cast.opened(shop, cast.said(at=cast.after(minutes=5, **when)))

    goes_from_door_to_door()
    goes_from_door_to_door(hours=40)
    assert avoided(ada, cast.after(hours=41)) == []
    again = goes_from_door_to_door(days=3)
    assert [act.conversation for act in avoided(ada, cast.after(days=3, hours=1))] == [again]
    again.reply(cast.letter(), by=ada, at=cast.after(days=3, hours=2), seen=None)
    assert avoided(ada, cast.after(days=3, hours=3)) == []


def test_what_was_answered_before_or_stands_behind_a_closed_door_is_no_avoidance(
    support: Inbox, ada: Agent
) -> None:
    hr = Inbox.objects.create(name="HR", address="hr@desk.example")
    reads_both = Agent.objects.invite(email="eve@desk.example", name="Eve")
    for inbox in (support, hr):
        team = Team.objects.create(name=f"Both of {inbox}")
        team.memberships.create(agent=reads_both)
        inbox.teams.add(team)
    for day in (0, 3):
        first = cast.opened(hr, cast.said(at=cast.after(days=day)))
        second = cast.opened(support, cast.said(at=cast.after(days=day, minutes=5)))
    now = cast.after(days=3, hours=1)
    assert [act.conversation for act in avoided(reads_both, now)] == [second]
    assert avoided(ada, now) == []
    first.reply(cast.letter(), by=reads_both, at=cast.after(days=3, minutes=2), seen=None)
    assert avoided(reads_both, now) == []


def test_a_promise_comes_up_near_its_time_and_goes_when_kept(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    conversation.reply(cast.letter(), by=ada, at=cast.NOON, seen=None)
    row = promise(conversation, "Send it", due_at=cast.after(hours=10), by=ada, at=cast.NOON)
    assert told(ada, cast.after(hours=7.9)) == []
    assert told(ada, cast.after(hours=8.1)) == [("promise", "near")]
    assert told(ada, cast.after(hours=11)) == [("promise", "late")]
    row.keep(by=ada, at=cast.after(hours=9))
    assert told(ada, cast.after(hours=11)) == []


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_mail_that_failed_after_a_good_case_comes_up(
    support: Inbox, ada: Agent, ends_well: bool
) -> None:
    conversation = cast.opened(support)
    conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=1), seen=None)
    words = "Thank you!" if ends_well else "It still does not light."
    receive(conversation, cast.said(words, at=cast.after(minutes=2)), by=ada)
    invoice = conversation.reply(
        cast.letter("Your invoice."), by=ada, at=cast.after(minutes=3), seen=None
    )
    assert told(ada, cast.after(hours=1)) == []
    Outgoing.objects.filter(message=invoice).update(state=Delivery.BOUNCED)
    expected = [("last_step", "reply")] if ends_well else []
    assert told(ada, cast.after(hours=1)) == expected
    Message.objects.filter(pk=invoice.pk).update(automatic="reply")
    assert told(ada, cast.after(hours=1)) == ([("last_step", "automatic")] if ends_well else [])
    Outgoing.objects.filter(message=invoice).update(state=Delivery.SENT)
    assert told(ada, cast.after(hours=1)) == []


def test_a_bad_word_that_nobody_answered_comes_up(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=1), seen=None)
    system = Agent.objects.system()
    solve(conversation, by=system, at=cast.after(hours=1))
    rate(conversation, conversation.customer, 1, "Slow.", by=system, at=cast.after(hours=2))
    (act,) = acts(ada, cast.after(hours=3))
    assert (act.kind, act.words) == (ActKind.BAD_END, "Slow.")
    conversation.reply(cast.letter("We are sorry."), by=ada, at=cast.after(hours=4), seen=None)
    assert acts(ada, cast.after(hours=5)) == []


def test_what_was_put_aside_comes_back_unless_somebody_spoke(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=1), seen=None)
    conversation.snooze(until=cast.after(days=1), by=ada, at=cast.after(hours=1))
    assert told(ada, cast.after(hours=2)) == []
    conversation.wake(by=Agent.objects.system(), at=cast.after(days=1))
    assert told(ada, cast.after(days=1, hours=1)) == [("follow_up", "")]
    assert told(cast.max_(), cast.after(days=1, hours=1)) == []
    conversation.reply(
        cast.letter("Does it light?"), by=ada, at=cast.after(days=1, hours=2), seen=None
    )
    assert told(ada, cast.after(days=1, hours=3)) == []


def test_a_helper_is_thanked_by_a_person_within_a_week(support: Inbox, ada: Agent) -> None:
    max_ = cast.max_()
    mine, not_mine = cast.opened(support), cast.opened(support)
    for one in (mine, not_mine):
        one.reply(cast.letter(), by=ada, at=cast.after(minutes=1), seen=None)
        one.assign(agent=max_ if one == not_mine else ada, team=None, by=ada, at=cast.NOON)
        one.note(cast.letter("Ask the maker.", to=()), by=max_, at=cast.after(hours=1))
    (act,) = acts(ada, cast.after(hours=2))
    assert (act.conversation, act.helper) == (mine, max_.name)
    assert acts(ada, cast.after(days=8)) == []
    mine.note(cast.letter("@Max thank you!", to=()), by=ada, at=cast.after(hours=3))
    assert acts(ada, cast.after(hours=4)) == []


def test_an_article_comes_up_only_in_a_lull(support: Inbox, ada: Agent) -> None:
    Article.objects.create(audience="public", owner=ada, due_at=cast.NOON)
    assert told(ada, cast.after(hours=1)) == [("article", "wording")]
    conversation = cast.opened(support)
    late = (conversation.due_at or cast.NOON) + timedelta(hours=1)
    assert [kind for kind, _reason in told(ada, late)] == ["silence"]


def test_what_grows_worse_because_nobody_looks_at_it_is_brought_to_whoever_owns_it(
    support: Inbox, ada: Agent
) -> None:
    article = written()
    verify(article, by=ada, at=cast.NOON)
    assert told(ada, cast.after(days=1)) == []
    reader, at = Agent.objects.system(), cast.after(days=2)
    judge(article, "en", has_helped=True, comment="Thank you.", by=reader, at=at)
    assert told(ada, cast.after(days=3)) == [], "it still helps"
    judge(article, "en", has_helped=False, comment="There is no fuse.", by=reader, at=at)
    assert told(ada, cast.after(days=3)) == [("article", "steps")]
    assert told(cast.max_(), cast.after(days=3)) == [], "it is its owner's"
    verify(article, by=ada, at=cast.after(days=4))
    assert told(ada, cast.after(days=5)) == []


def test_an_article_that_nobody_looks_at_is_brought_to_those_who_lead(
    support: Inbox, ada: Agent
) -> None:
    max_ = cast.max_()
    cast.support_team(ada, lena := cast.lena(), lead=max_)
    article = Article.objects.create(audience="public", owner=ada, due_at=cast.NOON)
    assert told(max_, cast.after(days=13)) == []
    assert told(max_, cast.after(days=15)) == [("article", "wording")]
    assert told(lena, cast.after(days=15)) == [], "whoever leads nobody is left alone"
    Agent.objects.filter(pk=article.owner_id).update(is_active=False)
    assert told(max_, cast.after(hours=1)) == [("article", "wording")]


def test_upkeep_comes_in_three_sorts_each_with_its_reason(support: Inbox, ada: Agent) -> None:
    fuse = published("Changing a fuse", "Turn it left.").article
    link = f'See <a href="/help/en/{fuse.pk}-changing-a-fuse/">the fuse</a>.'
    dark = published("When a lamp stays dark", link).article
    assert told(ada, cast.after(days=1)) == []
    withdraw(fuse, "en", by=ada, at=cast.after(days=2))
    verify(fuse, by=ada, at=cast.after(days=2))
    assert told(ada, cast.after(days=3)) == [("article", "links")]
    publish(fuse, "en", by=ada, at=cast.after(days=4))
    verify(dark, by=ada, at=cast.after(days=4))
    assert told(ada, cast.after(days=5)) == []
    reader, at = Agent.objects.system(), cast.after(days=6)
    judge(dark, "en", has_helped=False, comment="No fuse there.", by=reader, at=at)
    assert told(ada, cast.after(days=7)) == [("article", "steps")]
    verify(dark, by=ada, at=cast.after(days=8))
    Article.objects.exclude(pk=dark.pk).update(due_at=cast.after(days=999))
    assert told(ada, cast.after(days=189)) == [("article", "wording")]


def test_only_a_link_of_ours_to_what_is_gone_wants_upkeep(
    support: Inbox, ada: Agent, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "help.lamps.example", "*"]
    fuse = published("Changing a fuse", "Turn it left.").article
    published("Die Sicherung", "Nach links.", language="de", article=fuse)
    place = f"/help/en/{fuse.pk}-changing-a-fuse/"
    ours = ("", "https://help.lamps.example", "//HELP.lamps.example:443", "http://localhost:8000")
    theirs = ("https://vendor.example", "//vendor.example", "https://[vendor.example")
    linking = [_linking(f"{host}{place}") for host in ours]
    others = [_linking(f"{host}{place}") for host in theirs]
    others += [_linking(f"/img/{fuse.pk}-a.png"), _linking(f"/help/de/{fuse.pk}-die-sicherung/")]
    withdraw(fuse, "en", by=ada, at=cast.after(days=2))
    assert set(Article.objects.due(cast.after(days=2))) == set(linking)
    assert {_wanted(one) for one in linking} == {"links"}
    assert {_wanted(one) for one in others} == {"wording"}
    withdraw(fuse, "de", by=ada, at=cast.after(days=3))
    assert set(Article.objects.due(cast.after(days=3))) == {*linking, others[-1]}


def _linking(address: str) -> Article:
    html = f'See <a href="{address}">it</a>.'
    return published("When a lamp stays dark", html).article


def _wanted(article: Article) -> str:
    return wants(article, article.versions.get().html)


def test_waved_away_is_until_tomorrow_or_until_something_new(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    now = (conversation.due_at or cast.NOON) + timedelta(hours=1)
    dismiss(ActKind.SILENCE, conversation.pk, Reason.LATER, by=ada, at=now)
    assert acts(ada, now) == []
    assert len(acts(cast.max_(), now)) == 1, "it is one agent's own"
    assert len(acts(ada, now + timedelta(days=1))) == 1
    dismiss(ActKind.SILENCE, conversation.pk, Reason.WRONG, by=ada, at=now)
    assert acts(ada, now + timedelta(days=30)) == []
    conversation.reply(cast.letter(), by=ada, at=now, seen=None)
    receive(conversation, cast.said("Hello?", at=now + timedelta(hours=1)), by=ada)
    assert len(acts(ada, now + timedelta(days=9))) == 1


def test_order_is_by_effect_a_minute(support: Inbox, ada: Agent) -> None:
    for number in range(2):
        conversation = cast.opened(support, cast.said(at=cast.after(hours=number)))
        promise(conversation, "Send it", due_at=cast.after(hours=30), by=ada, at=cast.NOON)
    found = acts(ada, cast.after(hours=29))
    assert len(found) == 4
    assert [act.effect for act in found] == sorted((a.effect for a in found), reverse=True)
    worth = effects()
    # by hand from the law of memory: (100 + 200 + 400 + 200) / 10 and (300 + 600) / 15
    assert worth["silence.newcomer"] == 90
    assert worth["promise.near"] == 60
    assert worth["last_step"] == 100
