"""Views: whose they are, and how many stand in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.conversations import cause, view_counts
from wingbeat.desk.conversations.asking.reading import CannotRead
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.view import CannotKeep, ForWhom, View, ViewCount, drop, keep
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
NOW = cast.after(days=1)


def kept(name: str, question: str = "state:us", **more: Any) -> View:
    ada = cast.ada()
    return keep(View(name=name, question=question, owner=ada, **more), by=ada, at=NOW)


def count(view: View, agent: Agent) -> int | None:
    return ViewCount.objects.get(view=view, agent=agent).count


def test_one_finds_ones_own_those_of_ones_teams_and_those_for_all() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    team = cast.support_team(ada, max_)
    kept("Z mine")
    kept("A team's", for_whom=ForWhom.TEAM, team=team)
    kept("A for all", for_whom=ForWhom.ALL)
    names = {agent: [view.name for view in View.objects.visible_to(agent)]
             for agent in (ada, max_, olga)}  # fmt: skip
    assert names[ada] == ["Z mine", "A team's", "A for all"]
    assert names[max_] == ["A team's", "A for all"]
    assert names[olga] == ["A for all"]


def test_who_may_change_a_view() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    team = cast.support_team(ada, lead=max_)
    own = kept("own")
    teams = kept("team's", for_whom=ForWhom.TEAM, team=team)
    everybodys = kept("all", for_whom=ForWhom.ALL)
    may = {
        agent: [view.may_be_changed_by(agent) for view in (own, teams, everybodys)]
        for agent in (ada, max_, olga, cast.lena())
    }
    assert may[ada] == [True, True, True]
    assert may[max_] == [False, True, False]
    assert may[olga] == [False, True, True]
    assert may[cast.lena()] == [False, False, False]


def test_a_view_is_kept_in_one_spelling_and_told_in_the_journal() -> None:
    view = kept("x", "STATE:us   tag:a,,b")
    assert view.question == "state:us tag:a,b"
    drop(view, by=cast.ada(), at=NOW)
    told = Entry.objects.filter(kind="view.changed").order_by("pk")
    assert [entry.facts["change"] for entry in told] == ["kept", "dropped"]


def test_a_new_name_empties_no_view_and_is_what_its_question_says() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    conversation = cast.opened(inbox)
    parcels = cause.Cause.objects.create(name="Parcels")
    cause.mark(conversation, parcels, by=ada, at=NOW)
    conversation.assign(agent=ada, team=cast.support_team(), by=ada, at=NOW)
    asked = f'inbox:Support team:support assignee:"{ada.name}",nobody cause:Parcels'
    view = kept("mine", asked)
    for row in (inbox, cast.support_team(), ada, parcels):
        type(row).objects.filter(pk=row.pk).update(name="Else")
    renamed = View.objects.get(pk=view.pk)
    assert renamed.question_in(Names(ada)) == (
        "inbox:Else team:Else assignee:Else,nobody cause:Else"
    )
    found = Conversation.objects.visible_to(ada).asked(renamed.query, by=ada, now=NOW)
    assert list(found) == [conversation]
    again = keep(renamed, by=ada, at=NOW)
    assert list(Conversation.objects.all().asked(again.query, by=ada, now=NOW)) == [conversation]


def test_the_new_name_of_an_inbox_is_not_told_to_who_does_not_read_it() -> None:
    inbox = cast.support(cast.ada())
    view = kept("all", "inbox:Support", for_whom=ForWhom.ALL)
    type(inbox).objects.update(name="Secret")
    assert view.question_in(Names(cast.max_())) == "inbox:Support"


def test_what_cannot_be_read_or_shown_is_not_kept() -> None:
    with pytest.raises(CannotRead):
        kept("x", "state:nothing")
    with pytest.raises(CannotKeep, match="name"):
        kept("  ")
    with pytest.raises(CannotKeep, match="team"):
        kept("x", for_whom=ForWhom.TEAM, team=cast.support_team())
    assert not View.objects.exists()


def test_counts_are_what_each_sees_and_stop_behind_99() -> None:
    ada = cast.ada()
    lena, inbox = cast.lena(), cast.support(ada)
    view = kept("all", for_whom=ForWhom.ALL)
    first = cast.opened(inbox)
    first.admit(lena, by=ada, at=NOW)
    cast.opened(inbox)
    for agent in (ada, lena):
        view_counts.want([view], agent=agent, at=NOW)
    view_counts.count_views(NOW)
    assert (count(view, ada), count(view, lena)) == (2, 1)
    Conversation.objects.bulk_create(
        [Conversation(inbox=inbox, customer=first.customer, opened_at=NOW, latest_at=NOW,
                      waits_for_us_since=NOW, due_at=NOW) for _ in range(150)]
    )  # fmt: skip
    first.tag("new", by=ada, at=NOW)
    view_counts.count_views(NOW)
    assert view_counts.told(count(view, ada)) == "99+"


def test_only_what_somebody_looks_at_is_counted() -> None:
    ada = cast.ada()
    seen, _unseen = kept("seen"), kept("unseen")
    assert view_counts.count_views(NOW) == 0
    view_counts.want([seen], agent=ada, at=NOW)
    assert view_counts.count_views(NOW) == 1
    assert view_counts.count_views(NOW + view_counts.WANTED_FOR) == 0


def test_what_cannot_have_changed_is_not_counted_again() -> None:
    ada = cast.ada()
    still, moving = kept("still"), kept("moving", "waits>3d")
    view_counts.want([still, moving], agent=ada, at=NOW)
    assert view_counts.count_views(NOW) == 2
    assert view_counts.count_views(NOW) == 1
    cast.opened(cast.support(ada))
    assert view_counts.count_views(NOW) == 2
    assert count(still, ada) == 1


def test_to_look_again_soon_writes_nothing() -> None:
    ada, view = cast.ada(), kept("x")
    view_counts.want([view], agent=ada, at=NOW)
    with CaptureQueriesContext(connection) as captured:
        view_counts.want([view], agent=ada, at=NOW + timedelta(seconds=1))
    assert [query["sql"][:6] for query in captured] == ["SELECT"]
