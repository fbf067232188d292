"""Names in notes: begun for who thanks, marked for who reads, told where they name nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.mentioning import marked
from wingbeat.desk.people.models import Agent, Role

pytestmark = pytest.mark.django_db


def noted(desk: Client, support: Inbox, words: str) -> str:
    path = f"/conversations/{cast.opened(support).pk}/notes/"
    return desk.post(path, {"text": words, "format": "plain"}, follow=True).content.decode()


def test_who_is_named_in_a_note_is_marked(desk: Client, support: Inbox) -> None:
    assert "<mark>@Max</mark>, look" in noted(desk, support, "@Max, look")


def test_a_name_that_nobody_has_is_told(desk: Client, support: Inbox) -> None:
    assert "Nobody is called @Zz here" in noted(desk, support, "@Zz and @Max, look")


def test_a_name_that_several_have_is_told_so(desk: Client, support: Inbox) -> None:
    cast.max_()
    Agent.objects.invite(email="planck@desk.example", name="Max Planck", role=Role.AGENT)
    page = noted(desk, support, "@Max, look")
    assert "Several are called @Max here" in page
    assert "Nobody is called" not in page


def test_only_words_are_marked_and_not_what_stands_in_tags() -> None:
    html = '<a href="https://x.example/@Max">@max Stone</a>'
    assert marked(html, ["Max Stone"]) == html.replace("@max Stone", "<mark>@max Stone</mark>")


def test_a_note_can_open_with_a_colleague_named(desk: Client, support: Inbox) -> None:
    path = f"/conversations/{cast.opened(support).pk}/composer/note/"
    assert desk.get(f"{path}?names=Max Stone").context["composer"].html == "@Max Stone&nbsp;"
    assert desk.get(f"{path}?names=<b>Zz").context["composer"].html == ""
