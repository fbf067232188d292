"""Macros and articles through the API: written in a language at a time, by whoever may."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import Scope
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Team

pytestmark = pytest.mark.django_db
HELLO: dict[str, Any] = {
    "name": "Hello", "language": "en", "text": "Hello {{customer.first_name|there}},",
    "shortcut": "hello", "steps": [{"act": "tag", "value": "#Greeted"}],
}  # fmt: skip
LAMP: dict[str, Any] = {"language": "en", "title": "The lamp", "text": "Turn it."}


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada()))


@pytest.fixture
def ada(found: Conversation) -> Program:
    return Program.of(cast.ada())


def test_a_macro_is_written_in_two_languages(ada: Program, found: Conversation) -> None:
    made = ada.send("/macros", HELLO, 201)
    assert made["steps"] == [["tag", "greeted"]]
    path = f"/macros/{made['id']}"
    both = ada.send(path, {**HELLO, "language": "de", "text": "Guten Tag,"}, method="PUT")
    assert set(both["words"]) == {"en", "de"}
    assert set(ada.send(path, {**HELLO, "text": ""}, method="PUT")["words"]) == {"de"}
    filled = ada.get(f"/conversations/{found.pk}/macros/{made['id']}")
    assert "Guten Tag" in str(filled["words"])
    ada.send(path, None, 204, "DELETE")
    assert ada.get("/macros")["items"] == []


def test_every_step_that_cannot_be_done_is_named(ada: Program) -> None:
    steps = [
        {"act": "agent", "value": "999"}, {"act": "end", "value": "bored"},
        {"act": "snooze", "value": "soon"}, {"act": "tag", "value": "#"},
    ]  # fmt: skip
    told = ada.send("/macros", {**HELLO, "steps": steps}, 422)
    places = [one["field"] for one in told["error"]["fields"]]
    assert places == [f"body.steps.{place}.value" for place in range(4)]
    both = [{"act": "snooze", "value": "1"}, {"act": "end", "value": "answered"}]
    told = ada.send("/macros", {**HELLO, "steps": both}, 422)
    assert [one["field"] for one in told["error"]["fields"]] == ["body.steps"]


def test_words_that_nothing_could_fill_in_and_a_taken_shortcut_are_refused(ada: Program) -> None:
    told = ada.send("/macros", {**HELLO, "text": "Hello {{customer.shoe_size}}"}, 422)
    assert told["error"]["code"] == "wrong_placeholder"
    ada.send("/macros", HELLO, 201)
    told = ada.send("/macros", HELLO, 422)["error"]["fields"]
    assert [one["field"] for one in told] == ["body.shortcut"]
    told = ada.send("/macros", {**HELLO, "language": "xx", "shortcut": ""}, 422)
    assert told["error"]["fields"][0]["field"] == "body.language"


def test_whose_a_macro_is_decides_who_changes_it(ada: Program) -> None:
    ada.send("/macros", {**HELLO, "for_whom": "all"}, 403)
    ours, theirs = Team.objects.get(), Team.objects.create(name="Sales")
    told = ada.send("/macros", {**HELLO, "for_whom": "team", "team": theirs.pk}, 422)
    assert told["error"]["fields"][0]["field"] == "body.team"
    ada.send("/macros", {**HELLO, "for_whom": "team", "team": ours.pk}, 201)
    of_all = Program.of(cast.olga()).send("/macros", {**HELLO, "for_whom": "all"}, 201)
    ada.send(f"/macros/{of_all['id']}", HELLO, 403, "PUT")
    private = Program.of(cast.max_()).send("/macros", HELLO, 201)
    ada.send(f"/macros/{private['id']}", HELLO, 404, "PUT")
    ada.send(f"/macros/{private['id']}", None, 404, "DELETE")


def test_an_article_is_written_published_and_withdrawn(ada: Program) -> None:
    made = ada.send("/articles", LAMP, 201)
    path = f"/articles/{made['id']}"
    assert ada.get("/articles")["items"] == []
    shown = ada.send(f"{path}/publications/en", None, method="PUT")
    first = shown["languages"][0]
    assert first["newest"] == first["published"]
    assert [one["title"] for one in ada.get("/articles")["items"]] == ["The lamp"]
    ada.send(path, {**LAMP, "text": "Turn it twice."}, method="PUT")
    assert "twice" not in ada.get("/articles")["items"][0]["text"], "a draft until published"
    versions = ada.get(f"{path}/versions", language="en")["items"]
    assert [one["text"] for one in versions] == ["Turn it twice.", "Turn it."]
    assert ada.send(f"{path}/publications/en", None, method="DELETE")["languages"][0] == {
        **first, "newest": versions[0]["id"], "published": None,
    }  # fmt: skip
    told = ada.send(f"{path}/publications/hu", None, 409, "PUT")
    assert told["error"]["code"] == "nothing_to_publish"
    assert ada.get(f"{path}/versions", language="hu")["items"] == []


def test_an_article_in_another_language_is_the_same_article(ada: Program) -> None:
    made = ada.send("/articles", LAMP, 201)
    german = {**LAMP, "language": "de", "title": "Die Lampe", "collection": "Light"}
    both = ada.send(f"/articles/{made['id']}", german, method="PUT")
    assert [one["title"] for one in both["languages"]] == ["Die Lampe", "The lamp"]
    assert [one["collection"] for one in ada.get("/written-articles")["items"]] == ["Light"]
    assert ada.get("/written-articles", due="true")["items"] == []
    verified = ada.send(f"/articles/{made['id']}/verification")
    assert verified["verified_at"] is not None
    assert ada.get(f"/articles/{made['id']}/feedback")["items"] == []
    for field, value in (("owner", 10**9), ("brand", "Nobody's")):
        wrong = ada.send("/articles", {**LAMP, field: value}, 422)
        assert wrong["error"]["fields"][0]["field"] == f"body.{field}"


def test_markup_of_an_article_is_cleaned(ada: Program) -> None:
    made = ada.send("/articles", {**LAMP, "html": "<p>x<script>alert(1)</script></p>"}, 201)
    (version,) = ada.get(f"/articles/{made['id']}/versions")["items"]
    assert "script" not in version["html"]


def test_a_light_agent_writes_neither(ada: Program) -> None:
    made = ada.send("/articles", LAMP, 201)
    lena = Program.of(cast.lena(), Scope.WRITE)
    lena.send("/articles", LAMP, 403)
    lena.send("/macros", HELLO, 403)
    lena.get(f"/articles/{made['id']}", 403)
    before = Entry.objects.count()
    lena.send(f"/articles/{made['id']}/publications/en", None, 403, "PUT")
    assert Entry.objects.count() == before
