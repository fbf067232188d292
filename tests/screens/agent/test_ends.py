"""How conversations end: shares side by side for who may see them; ratings where they count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations import by_link
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.coming_again import ReturnQuestion
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import NotTheirWord
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.rating import Rating, rate
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.shares import Said, shares_of
from wingbeat.desk.people.models import Agent, Role, Team

pytestmark = pytest.mark.django_db


def one_of_each(inbox: Inbox, by: Agent) -> list[Conversation]:
    now = timezone.now()
    found = [cast.opened(inbox, cast.said(at=now)) for _state in range(5)]
    us, customer, quiet, ended, solved = found
    customer.reply(cast.letter(), by=by, at=now, seen=None)
    quiet.reply(cast.letter(), by=by, at=now, seen=None)
    Conversation.objects.filter(pk=quiet.pk).update(latest_at=now - timedelta(days=20))
    ended.end(by=by, at=now, reason="answered")
    with pytest.raises(NotTheirWord):
        solved.solve(by=by, at=now)
    solved.solve(by=Agent.objects.system(), at=now)
    assert us.state == "us"
    return found


def judged(conversation: Conversation, value: int, comment: str = "") -> Rating:
    at = timezone.now()
    said = cast.said(comment, at=at, came_by="link")
    person = conversation.customer
    return by_link.judge(conversation, person, value, said, by=Agent.objects.system())


def test_five_shares_stand_side_by_side_and_are_never_added(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    one_of_each(support, ada)
    now = timezone.now()
    shares = shares_of([support.pk], since=now - timedelta(days=30), now=now)[support.pk]
    counts = (shares.waits_for_us, shares.waits_for_customer, shares.quiet)
    assert (*counts, shares.ended, shares.solved, shares.n) == (1, 1, 1, 1, 1, 5)
    page = desk.get("/ends/").content.decode()
    for name in ("waits_for_us", "waits_for_customer", "quiet", "ended", "solved"):
        assert f'data-number="ends.{name}">20 % <small>1 of 5</small>' in page
    assert "40 %" not in page


def test_silence_bounds_every_share_of_the_happy(desk: Client, support: Inbox, ada: Agent) -> None:
    found = one_of_each(support, ada)
    judged(found[3], 5)
    said = Said(could=100, did=3, happy=3)
    assert (said.at_least, said.at_most) == (0.03, 1.0)
    page = desk.get("/ends/").content.decode()
    assert "20 % to 100 %" in page
    ReturnQuestion.objects.create(
        conversation=found[4], customer=found[4].customer, asked_at=timezone.now()
    )
    page = desk.get("/ends/").content.decode()
    assert '<span data-number="ends.would_return.answered">0 of 1</span>' in page


def test_a_number_never_covers_more_than_its_reader_may_see(
    client_of: ClientOf, support: Inbox, ada: Agent
) -> None:
    hidden = Inbox.objects.create(name="Board", address="board@desk.example")
    hidden.teams.add(Team.objects.create(name="Board"))
    cast.opened(hidden, cast.said(at=timezone.now()))
    shut = cast.opened(support, cast.said(at=timezone.now()))
    shut.restrict(to=[], by=ada, at=timezone.now())
    assert "Nobody wrote in this time." in client_of(ada).get("/ends/").content.decode()
    page = client_of(cast.olga()).get("/ends/").content.decode()
    assert "Board" in page
    assert "Support <span" not in page
    assert client_of(cast.lena()).get("/ends/").status_code == 404


def test_more_conversations_ask_no_more_questions(desk: Client, support: Inbox, ada: Agent) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get("/ends/?days=90")
        return len(captured)

    one_of_each(support, ada)
    desk.get("/ends/")
    few = asked()
    for found in one_of_each(support, ada):
        judged(found, 5)
    assert asked() == few


def test_their_own_word_stands_on_top_where_its_reader_may_see_it(
    desk: Client, client_of: ClientOf, support: Inbox, ada: Agent
) -> None:
    found = cast.opened(support, cast.said(at=timezone.now()))
    judged(found, 3, "It took a while.")
    for path in (f"/conversations/{found.pk}/", f"/customers/{found.customer_id}/"):
        page = desk.get(path).content.decode()
        assert page.index("It took a while.") < page.index('class="facts"')
    assert "The customer said: so-so" in desk.get(f"/conversations/{found.pk}/").content.decode()
    other = cast.opened(support, cast.said(at=timezone.now()))
    found.restrict(to=[], by=cast.max_(), at=timezone.now())
    assert "It took a while." not in desk.get(f"/conversations/{other.pk}/").content.decode()


def test_words_beside_a_bad_rating_wait_for_an_answer(support: Inbox, ada: Agent) -> None:
    found = cast.opened(support, cast.said(at=timezone.now()))
    found.end(by=ada, at=timezone.now(), reason="answered")
    judged(found, 5, "Lovely.")
    found.refresh_from_db()
    assert found.state == "ended"
    judged(found, 1, "It still does not light.")
    found.refresh_from_db()
    assert found.state == "us"
    assert found.excerpt == "It still does not light."


def test_whoever_ends_on_a_bad_word_is_told_to_ask_first(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    found = cast.opened(support, cast.said(at=timezone.now()))
    path, told = f"/conversations/{found.pk}/", "Ask them before you end it."
    assert told not in desk.get(path).content.decode()
    judged(found, 1)
    assert told in desk.get(path).content.decode()
    receive(found, cast.said("Fine now.", at=timezone.now()), by=Agent.objects.system())
    assert told not in desk.get(path).content.decode()


def test_a_rating_is_changed_within_its_episode_and_new_in_the_next(support: Inbox) -> None:
    found = cast.opened(support)
    system = Agent.objects.system()
    for days, value in ((0, 1), (3, 5), (40, 3)):
        rate(found, found.customer, value, "", by=system, at=cast.after(days=days))
    assert sorted(Rating.objects.values_list("value", flat=True)) == [3, 5]


def test_light_roles_see_no_shares(client_of: ClientOf, support: Inbox) -> None:
    light = cast.lena()
    assert light.role == Role.LIGHT
    assert "/ends/" not in client_of(light).get("/").content.decode()


def test_one_may_note_what_came_of_a_dispute_and_find_it_by_that(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    kinds = {"gave_up": "they gave up", "truth": "we found what was true"}
    found = {}
    for reason, words in kinds.items():
        one = cast.opened(support, cast.said(at=timezone.now()))
        page = desk.get(f"/conversations/{one.pk}/").content.decode()
        assert f'name="reason" value="{reason}"' in page
        desk.post(f"/conversations/{one.pk}/ending/", {"reason": reason})
        assert words in desk.get(f"/conversations/{one.pk}/").content.decode()
        found[reason] = one
    plain = cast.opened(support, cast.said(at=timezone.now()))
    plain.end(by=ada, at=timezone.now(), reason="answered")
    for reason, one in found.items():
        rows = Conversation.objects.visible_to(ada)
        assert list(rows.asked(read(f"ended:{reason}"), by=ada, now=timezone.now())) == [one]
        one.refresh_from_db()
        assert one.state == "ended", "it stays ended, and is no solution"
