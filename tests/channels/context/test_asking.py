"""Asking the team's own system: a real one on loopback, quick, slow, huge, hostile or silent."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.cache import caches
from pytest_django import Settings

from tests import cast
from tests.channels.listener import Listener, listening
from wingbeat.channels import reaching
from wingbeat.channels.context import asking, setting
from wingbeat.channels.context.asking import Shown, look, try_out
from wingbeat.channels.context.models import PATIENCE, ContextPanel
from wingbeat.channels.privacy.erasing import erase
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.business import Told, tell
from wingbeat.desk.customers.merging import merge
from wingbeat.desk.customers.models import BusinessKind
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db
ORDERS = {"sections": [{"title": "Orders", "rows": [{"label": "Latest", "value": "A-1042"}]}]}
DOCS = Path(__file__).parents[3] / "docs" / "run" / "context-panel.md"


@pytest.fixture
def far(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    caches["panels"].clear()
    with listening() as listener:
        listener.body = json.dumps(ORDERS).encode()
        yield listener


@pytest.fixture
def conversation(db: None) -> Conversation:
    return cast.opened(cast.support(cast.ada()))


def kept(address: str, **more: object) -> tuple[ContextPanel, str]:
    asked = {"title": "Orders", "address": address, "labels": (), "fresh_for_minutes": 15, **more}
    return setting.keep(setting.Asked(**asked), by=cast.olga(), at=cast.NOON)  # type: ignore[arg-type]  # as a form gives it


def looked(about: Conversation, now: datetime = cast.NOON, *, may_ask: bool = False) -> Shown:
    panel = ContextPanel.objects.in_use()
    assert panel is not None
    return look(panel, about, now=now, may_ask=may_ask)


def values(shown: Shown) -> list[str]:
    assert shown.known is not None
    return [row.value for section in shown.known.panel.sections for row in section.rows]


def test_it_is_told_addresses_and_ids_and_no_word(
    far: Listener, conversation: Conversation
) -> None:
    _panel, secret = kept(far.url)
    otto = cast.opened(conversation.inbox, cast.said(sender=cast.OTTO)).customer
    merge(otto, into=conversation.customer, by=cast.ada(), at=cast.NOON)
    told = Told(BusinessKind.ORDER, cast.NOON, "order-4711")
    tell(conversation.customer, told, by=cast.ada(), at=cast.NOON)
    assert values(looked(conversation)) == ["A-1042"]
    ((_path, headers, body),) = far.heard
    assert json.loads(body)["customer"] == {
        "id": conversation.customer_id, "other_ids": [otto.pk],
        "addresses": [cast.NORA["address"], cast.OTTO["address"]], "external_ids": ["order-4711"],
    }  # fmt: skip
    assert json.loads(body)["conversation"] == conversation.pk
    assert "lamp" not in body.decode()
    assert "Nora" not in body.decode()
    id_, at = headers["webhook-id"], int(headers["webhook-timestamp"])
    signed = reaching.signed(secret, id_, at, body)
    assert headers["webhook-signature"] == signed["webhook-signature"]


def test_an_answer_is_fresh_for_a_while_then_shown_old_while_a_new_one_is_asked_for(
    far: Listener, conversation: Conversation
) -> None:
    kept(far.url, fresh_for_minutes=10)
    looked(conversation)
    assert looked(conversation, cast.after(minutes=9)).is_fresh
    assert len(far.heard) == 1
    old = looked(conversation, cast.after(minutes=11))
    assert (values(old), old.is_fresh) == (["A-1042"], False)
    assert len(far.heard) == 1, "the page is not kept waiting for a new one"
    far.body = json.dumps(ORDERS).replace("A-1042", "A-2000").encode()
    new = looked(conversation, cast.after(minutes=11), may_ask=True)
    assert (values(new), new.is_fresh) == (["A-2000"], True)


def test_another_setting_forgets_what_was_known(far: Listener, conversation: Conversation) -> None:
    kept(far.url)
    looked(conversation)
    asked = setting.Asked("Orders", far.url, ["Nothing"], 15)
    setting.keep(asked, by=cast.olga(), at=cast.after(minutes=1))
    assert values(looked(conversation, cast.after(minutes=2))) == []


def test_whoever_was_erased_is_asked_after_no_more(
    far: Listener, conversation: Conversation
) -> None:
    kept(far.url)
    looked(conversation)
    erase(conversation.customer, by=cast.olga(), at=cast.NOON)
    conversation.refresh_from_db()
    shown = looked(conversation, cast.after(hours=1), may_ask=True)
    assert shown.known is None
    assert len(far.heard) == 1


@pytest.mark.parametrize("how", ["waits", "drips"])
def test_a_slow_system_costs_half_a_second_here_and_keeps_what_was_known(
    far: Listener, conversation: Conversation, how: str
) -> None:
    kept(far.url)
    looked(conversation)
    setattr(far, f"{how}_for", 1.5)
    started = time.monotonic()
    shown = looked(conversation, cast.after(hours=1), may_ask=True)
    assert time.monotonic() - started < 1.2
    assert values(shown) == ["A-1042"]
    assert shown.trouble is not None
    assert not shown.is_fresh


def test_after_three_failures_it_is_left_alone_for_longer_each_time(
    far: Listener, conversation: Conversation
) -> None:
    kept(far.url)
    far.status = 500
    for _turn in range(PATIENCE):
        assert not looked(conversation, may_ask=True).known
    calls = len(far.heard)
    assert looked(conversation, cast.after(seconds=59), may_ask=True).rests
    assert len(far.heard) == calls == PATIENCE
    assert looked(conversation, cast.after(seconds=61), may_ask=True).rests
    panel = ContextPanel.objects.get()
    assert panel.rests_until_at == cast.after(seconds=61) + timedelta(minutes=2)
    assert panel.failing_since_at == cast.NOON
    far.status = 200
    assert looked(conversation, cast.after(minutes=5), may_ask=True).is_fresh
    mended = ContextPanel.objects.get()
    assert (mended.failures, mended.rests_until_at, mended.failed_why) == (0, None, "")


def test_no_more_calls_are_made_at_once_than_threads_can_be_spared(
    far: Listener, conversation: Conversation
) -> None:
    kept(far.url)
    for _call in range(2):
        assert asking.AT_ONCE.acquire(blocking=False)
    try:
        shown = looked(conversation, may_ask=True)
    finally:
        asking.AT_ONCE.release(2)
    assert "others" in str(shown.trouble)
    assert far.heard == []
    assert ContextPanel.objects.get().failures == 0, "it is not to blame"


TROUBLES = [
    ({"status": 301, "location": "http://169.254.169.254/"}, "HTTP 301", "address where that ends"),
    ({"status": 401}, "HTTP 401", "signature"),
    ({"status": 403}, "HTTP 403", "new secret"),
    ({"status": 404}, "HTTP 404", "path"),
    ({"status": 503}, "HTTP 503", "log says why"),
    ({"body": b"<html>"}, "no JSON", "docs/run"),
    ({"body": b'{"sections": 7}'}, "sections is no list", "docs/run"),
    ({"body": b"x" * 3_000_000}, "more than 64 kB", "docs/run"),
    ({"waits_for": 1.0}, "did not answer within", "quicker"),
]


@pytest.mark.parametrize(("wrong", "what", "remedy"), TROUBLES)
def test_a_trial_says_of_each_failure_what_to_do(
    far: Listener, wrong: dict[str, object], what: str, remedy: str
) -> None:
    panel, _secret = kept(far.url)
    for name, value in wrong.items():
        setattr(far, name, value)
    trouble = try_out(panel, "nora@customers.example", now=cast.NOON).trouble
    assert trouble is not None
    assert what in str(trouble)
    assert remedy in trouble.remedy
    assert len(far.heard) == 1, "a redirect is not followed"


def test_a_trial_names_closed_doors_strange_hosts_and_inner_ones(
    far: Listener, settings: Settings
) -> None:
    closed, _secret = kept("http://127.0.0.1:9/")
    said = try_out(closed, "a@b.example", now=cast.NOON).trouble
    assert said is not None
    assert "Nothing listens" in said.remedy
    strange, _none = kept("https://no-such-host.invalid/")
    said = try_out(strange, "a@b.example", now=cast.NOON).trouble
    assert said is not None
    assert "spelled" in said.remedy
    plain, _none = kept(far.url.replace("http://", "https://"))
    said = try_out(plain, "a@b.example", now=cast.NOON).trouble
    assert said is not None
    assert "certificate" in said.remedy
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ()}
    inner, _none = kept("https://127.0.0.1/")
    said = try_out(inner, "a@b.example", now=cast.NOON).trouble
    assert said is not None
    assert "WINGBEAT_INTERNAL_NETWORKS" in str(said)
    assert far.heard == []


def test_addresses_of_customers_go_nowhere_unencrypted(settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ()}
    with pytest.raises(reaching.CannotReach, match="https"):
        kept("http://shop.example.org/")


def test_a_network_of_ones_own_lets_nothing_leave_it_unencrypted(
    far: Listener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.41.0.4", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    outside, _secret = kept("http://shop.example.org/")
    said = try_out(outside, "a@b.example", now=cast.NOON).trouble
    assert said is not None
    assert "Use https" in str(said)
    assert "another address" in said.remedy


def test_the_secret_is_sealed_and_the_journal_holds_no_address(far: Listener) -> None:
    panel, secret = kept(far.url)
    new = setting.renew_secret(panel, by=cast.olga(), at=cast.NOON)
    assert new != secret
    stored = str(ContextPanel.objects.values_list())
    assert secret.removeprefix("whsec_") not in stored
    assert new.removeprefix("whsec_") not in stored
    setting.remove(panel, by=cast.olga(), at=cast.NOON)
    told = (
        Entry.objects.filter(kind="context.changed").order_by("pk").values_list("facts", flat=True)
    )
    assert [one["change"] for one in told] == ["made", "secret", "removed"]


def test_the_server_of_the_documentation_answers(far: Listener, conversation: Conversation) -> None:
    panel, secret = kept(far.url)
    text = DOCS.read_text(encoding="utf-8").partition("## A server to start from")[2]
    lines = text.partition("## When")[0].strip().splitlines()
    code = "\n".join(line.removeprefix("    ") for line in lines)
    code = code.replace("whsec_...", secret, 1).replace("8099", "0").replace(
        "ThreadingHTTPServer((", "server = ThreadingHTTPServer(("
    ).replace(".serve_forever()", "")  # fmt: skip
    assert len([line for line in lines if line.strip()]) <= 25
    made: dict[str, object] = {}
    exec(code, made)
    server = made["server"]
    assert isinstance(server, ThreadingHTTPServer)
    made["Handler"].log_message = lambda *_words: None  # type: ignore[attr-defined]  # be quiet
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        panel.address = f"http://127.0.0.1:{server.server_port}/"
        now = datetime.now(tz=cast.NOON.tzinfo)
        assert values(look(panel, conversation, now=now, may_ask=True)) == ["A-1042"]
        late = try_out(panel, cast.NORA["address"], now=now - timedelta(minutes=6))
        assert "HTTP 403" in str(late.trouble)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
