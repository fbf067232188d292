"""One case of indifference, neglect or contempt is enough to be found, among many others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.screens.agent.hinting import line, read
from wingbeat.desk.care.today import today_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
OTHERS = 60


def person(name: str) -> Party:
    return {"name": name, "address": f"{name.lower()}@home.example"}


def begun(inbox: Inbox, name: str, *, hours_ago: float) -> Conversation:
    at = timezone.now() - timedelta(hours=hours_ago)
    return cast.opened(inbox, cast.said(sender=person(name), subject=f"Of {name}", at=at))


def found(desk: Client, question: str) -> list[str]:
    page = desk.get("/views/new/", {"q": question}).content.decode()
    return [name for name in (*(f"C{n}" for n in range(OTHERS)), "Nora") if f"Of {name}<" in page]


def test_one_neglected_person_is_found_among_many_who_were_answered(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    for number in range(OTHERS):
        one = begun(support, f"C{number}", hours_ago=40)
        answer, at = cast.letter(to=(person(f"C{number}"),)), timezone.now() - timedelta(hours=39)
        one.reply(answer, by=ada, at=at, seen=None)
    assert found(desk, "is:late") == []
    forgotten = begun(support, "Nora", hours_ago=25)
    begun(support, "Waits", hours_ago=1)  # nobody is neglected before the promise is past
    assert found(desk, "is:late") == ["Nora"]
    assert [act.conversation for act in today_of(ada, now=timezone.now())] == [forgotten]
    answer = cast.letter(to=(person("Nora"),))
    forgotten.reply(answer, by=ada, at=timezone.now(), seen=None)
    assert found(desk, "is:late") == []
    assert today_of(ada, now=timezone.now()) == []


def test_indifferent_and_contemptuous_words_are_named_before_they_leave(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    one = begun(support, "Nora", hours_ago=1)
    assert "helps" in line(read(desk, one, "Hello Nora, thank you for your message. Kind regards"))
    Agent.objects.filter(pk=ada.pk).update(hears_manner=True)
    hard = "Hello Nora, you failed to attach invoice 4711. Send it by mail, then we check it today."
    assert "did not get to attach" in read(desk, one, hard)
    kind = "Hello Nora, you did not get to attach invoice 4711. Send it, then we check it today."
    assert "did not get to" not in line(read(desk, one, kind))
