"""Requests that nobody's form sends: each is answered, none breaks a page or leads elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.urls.converters import UUIDConverter
from pytest_django import Settings

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import far_server
from tests.screens.addresses import ADDRESSES, RULES
from wingbeat.config.jobs import working
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db
# What a query may hold, by every name that some page reads.
NAMES = (
    "after anew answer article as below days find from inbox language list message notes open page "
    "pk place q show thanks to token until view way who word next"
).split()
VALUES = (
    "\0", "9" * 30, "9" * 5_000, "-1", "²", "٣", "1e9", "nan", "\ud800", "' OR 1=1 --", "[]",
    "{{7*7}}", "a:" * 2_000, '"' * 99, "(" * 500, "2026-13-45", "0001-01-01T00:00",
    "//evil.example/", "../" * 20,
)  # fmt: skip


def queries() -> Iterator[str]:
    """Every name with every value in turn, some at a time."""
    values = cycle(VALUES)
    while True:
        yield "&".join(f"{name}={quoted(next(values))}" for name in NAMES)


def quoted(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "surrogatepass"))


def path_of(name: str, number: int) -> str:
    """An address with a number where it holds one, and a token that nobody has."""
    kwargs: dict[str, Any] = {
        key: uuid4() if isinstance(kind, UUIDConverter) else number
        for key, kind in ADDRESSES[name].items()
    }
    return reverse(name, kwargs=kwargs | {key: own[0] for key, own in RULES[name].more.items()})


def opened() -> Conversation:
    return cast.opened(cast.support(cast.ada(), cast.max_()))


@pytest.mark.slow
@pytest.mark.parametrize("who", ["olga", "nobody"])
def test_no_query_breaks_a_page(who: str) -> None:
    conversation, client = opened(), Client()
    if who == "olga":
        cast.support(cast.olga())
        client.force_login(cast.olga())
    paths = [path_of(name, conversation.pk) for name in RULES]
    person = conversation.participants.get()
    paths.append(reverse("customer:page", args=[links.own_link(person, at=cast.NOON)]))
    broken, query = [], queries()
    for path in paths:
        for _turn in range(len(VALUES) // 4):
            asked = f"{path}?{next(query)}"
            try:
                answer = client.get(asked)
            except Exception as error:  # noqa: BLE001  whatever it is, it is a broken page
                broken.append(f"{path}: {error!r:.200}")
                break
            assert "evil.example" not in answer.get("Location", "").partition("?")[0], path
    assert "\n".join(broken) == ""


def _takes_no_nul(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Refuse what PostgreSQL refuses, on every database."""
    if "\0" in repr(params).replace("\\x00", "\0"):
        raise ValueError(sql)
    return execute(sql, params, many, context)


@pytest.mark.parametrize("who", ["olga", "nobody"])
def test_no_zero_byte_in_a_path_reaches_a_query(who: str) -> None:
    conversation, client = opened(), Client()
    if who == "olga":
        cast.support(cast.olga())
        client.force_login(cast.olga())
    broken = []
    with connection.execute_wrapper(_takes_no_nul):
        for path in ["/help/lamps/", *(path_of(name, conversation.pk) for name in RULES)]:
            parts = path.strip("/").split("/")
            for place in range(len(parts)):
                for part in ("%00", parts[place] + "%00"):
                    asked = "/".join(["", *parts[:place], part, *parts[place + 1 :], ""])
                    try:
                        client.get(asked)
                    except Exception as error:  # noqa: BLE001  whatever it is, it is a broken page
                        broken.append(f"{asked}: {error!r:.200}")
    assert "\n".join(broken) == ""


@pytest.mark.slow
def test_no_number_in_a_path_breaks_a_page() -> None:
    client = Client()
    cast.support(cast.olga())
    client.force_login(cast.olga())
    numbered = [name for name, kinds in ADDRESSES.items() if name in RULES and kinds]
    broken = []
    for name in numbered:
        for number in (0, 2**63, 10**30):
            for method in (client.get, client.post):
                try:
                    method(path_of(name, number))
                except Exception as error:  # noqa: BLE001  as above
                    broken.append(f"{name} {number}: {error!r:.200}")
    assert "\n".join(broken) == ""


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example/", "https://evil.example/", "/\\evil.example/", "\\\\evil.example",
        "javascript:alert(1)", "https:evil.example", "%2f%2fevil.example", "/%09/evil.example", "http:///evil.example",
    ],
)  # fmt: skip
def test_logging_in_leads_nowhere_else(client: Client, to: str) -> None:
    cast.ada()
    form = {"login": "ada@desk.example", "password": "a quiet password", "next": to}
    answer = client.post("/account/login/", form)
    assert answer.status_code == 302
    asked = "https://desk.example/account/login/"
    led_to = urljoin(asked, answer["Location"].replace("\\", "/"))  # as browsers read it
    assert urlsplit(led_to).netloc == "desk.example"


@pytest.mark.parametrize("address", ["https://desk.example", ""])
def test_a_mailed_link_leads_to_the_desk_whatever_the_request_says(
    settings: Settings, address: str
) -> None:
    settings.ALLOWED_HOSTS, settings.DESK_ADDRESS = ["desk.example"], address
    cast.ada()
    with far_server() as far:
        sent.account(cast.support(), far)
    told = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_FORWARDED": "host=evil.example"}
    for headers in ({"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "desk.example", **told}):
        client = Client(**headers)  # type: ignore[arg-type]  # headers are its defaults
        client.post("/account/password/reset/", {"email": "ada@desk.example"})
    while working.work_once("w", threading.Event()):
        pass
    (reset,) = mail.outbox  # of the two requests the first was refused
    assert f"{address or 'http://desk.example'}/account/password/reset/key/" in str(reset.body)
    assert "evil.example" not in str(reset.message())


HOSTS = (
    "evil.example",
    "testserver.evil.example",
    "testserver@evil.example",
    "a b",
    "testserver:x",
)


@pytest.mark.parametrize("host", HOSTS)
def test_whoever_asks_for_another_host_is_refused_by_every_address(host: str) -> None:
    conversation, client = opened(), Client(HTTP_HOST=host)
    client.force_login(cast.ada())
    person = conversation.participants.get()
    paths = [path_of(name, conversation.pk) for name in ADDRESSES if name in RULES]
    paths.append(reverse("customer:page", args=[links.own_link(person, at=cast.NOON)]))
    for path in paths:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 400, path
            assert host not in answer.content.decode(), path
            assert not answer.cookies, path
    assert not Entry.objects.filter(agent_id=cast.ada().pk).exists()
