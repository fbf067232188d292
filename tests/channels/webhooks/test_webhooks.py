"""Webhooks: what they hear, how they are called, and what happens when nobody answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from tests import cast
from tests.channels.listener import Listener, listening
from wingbeat.channels import reaching
from wingbeat.channels.api.keys import make_key, make_programs_key, revoke
from wingbeat.channels.api.models import Scope
from wingbeat.channels.webhooks import calling
from wingbeat.channels.webhooks.models import Webhook, WebhookCall
from wingbeat.channels.webhooks.subscribing import (
    KEPT_FOR,
    call_again,
    forget_old,
    go_on,
    subscribe,
)
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal import sealing
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db
SOON = cast.after(hours=1)


@pytest.fixture
def far(settings: Settings) -> Iterator[Listener]:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with listening() as listener:
        yield listener


@pytest.fixture
def support() -> Inbox:
    return cast.support(cast.ada())


def subscribed(far: Listener, *inboxes: Inbox, kinds: tuple[str, ...] = ()) -> tuple[Webhook, str]:
    olga = cast.olga()
    key, _secret = make_programs_key("Shop", Scope.READ, inboxes, by=olga, at=cast.NOON)
    return subscribe(far.url, key, kinds, by=olga, at=cast.NOON - timedelta(days=1))


def owed(now: datetime = SOON) -> int:
    sealing.seal()
    return calling.owe_calls(now)


def test_what_was_done_is_told_with_ids_and_signed(far: Listener, support: Inbox) -> None:
    _webhook, secret = subscribed(far, support, kinds=("conversation.opened",))
    found = cast.opened(support)
    assert owed() == 1
    assert calling.make_calls(SOON) == 1
    ((path, headers, body),) = far.heard
    told = json.loads(body)
    assert path == "/wingbeat"
    assert (told["type"], told["data"]["conversation"]) == ("conversation.opened", found.pk)
    assert "lamp" not in body.decode(), "never words"
    assert cast.NORA["address"] not in body.decode()
    id_, at = headers["webhook-id"], int(headers["webhook-timestamp"])
    assert (
        headers["webhook-signature"]
        == (reaching.signed(secret, id_, at, body)["webhook-signature"])
    )
    call = WebhookCall.objects.get()
    assert (call.state, call.status, call.said) == ("taken", 200, "thanks")


def test_it_is_told_once_and_hears_only_of_what_came_after_it(
    far: Listener, support: Inbox
) -> None:
    cast.opened(support)
    webhook, _secret = subscribed(far, support)
    Webhook.objects.update(at=cast.after(days=1))
    assert owed() == 0
    cast.opened(support, cast.said(sender=cast.OTTO, at=cast.after(days=2)))
    count = owed()
    assert count > 0
    assert owed() == 0
    assert webhook.calls.count() == count


def test_it_hears_of_nothing_that_its_key_may_not_see(far: Listener, support: Inbox) -> None:
    subscribed(far, support)
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    cast.opened(sales, cast.said(sender=cast.OTTO))
    here = cast.opened(support)
    here.restrict(to=[], by=cast.ada(), at=SOON)
    owed()
    heard = Entry.objects.filter(pk__in=WebhookCall.objects.values("entry"))
    assert not heard.exists()


def test_what_is_closed_meanwhile_is_not_told_any_more(far: Listener, support: Inbox) -> None:
    subscribed(far, support, kinds=("conversation.opened",))
    found = cast.opened(support)
    owed()
    found.restrict(to=[], by=cast.ada(), at=SOON)
    calling.make_calls(SOON)
    assert far.heard == []
    assert WebhookCall.objects.get().state == "given_up"


def test_a_merged_conversation_is_heard_of_where_it_is_read(far: Listener, support: Inbox) -> None:
    subscribed(far, support, kinds=("conversation.opened", "conversation.merged"))
    one, into = cast.opened(support), cast.opened(support, cast.said(sender=cast.OTTO))
    one.merge(into=into, by=cast.ada(), at=SOON)
    assert owed() == 3
    Conversation.objects.filter(pk=into.pk).update(is_restricted=True)
    calling.make_calls(SOON)
    assert far.heard == []


def test_silence_is_met_with_patience_and_then_with_a_message(
    far: Listener, support: Inbox
) -> None:
    webhook, _secret = subscribed(far, support, kinds=("conversation.opened",))
    cast.opened(support)
    owed()
    far.status, far.body = 500, b"we are down"
    now, first = SOON, WebhookCall.objects.get()
    while not Webhook.objects.get().stopped_at:
        calling.make_calls(now)
        if not WebhookCall.objects.filter(state="waiting").exists():  # it is given up: one more
            assert first.called_at is None or now - SOON > timedelta(hours=23)
            cast.opened(support, cast.said(at=now))
            owed(now)
        now += timedelta(minutes=20)
        assert now < SOON + timedelta(days=4)
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("given_up", len(calling.DELAYS) + 1)
    assert first.called_at is not None
    assert timedelta(hours=23) < first.called_at - SOON < timedelta(hours=26)
    assert now - SOON > calling.FAILS_FOR
    webhook.refresh_from_db()
    assert webhook.stopped_why == "we are down"
    (letter,) = mail.outbox
    assert letter.to == ["olga@desk.example"]
    assert "we are down" in letter.body
    before = len(far.heard)
    calling.make_calls(now + timedelta(days=1))
    assert len(far.heard) == before, "it is left alone"


def test_it_goes_on_and_hears_again_what_it_missed(far: Listener, support: Inbox) -> None:
    webhook, _secret = subscribed(far, support, kinds=("conversation.opened",))
    far.status = 410
    cast.opened(support)
    owed()
    calling.make_calls(SOON)
    webhook.refresh_from_db()
    assert webhook.stopped_at, "gone is gone at once"
    cast.opened(support, cast.said(sender=cast.OTTO))
    assert owed() == 0
    olga = cast.olga()
    go_on(webhook, by=olga, at=SOON)
    far.status = 200
    assert call_again(webhook, 1, 10**6, by=olga, at=SOON) == 2
    calling.make_calls(SOON + timedelta(hours=1))
    ids = [headers["webhook-id"] for _path, headers, _body in far.heard]
    assert len(set(ids)) == 2, "the same thing has the same id, however often it is told"


def test_one_that_fails_holds_up_no_other(far: Listener, support: Inbox) -> None:
    subscribed(far, support, kinds=("conversation.opened",))
    olga = cast.olga()
    key, _secret = make_key("mine", Scope.READ, by=olga, at=cast.NOON)
    subscribe("http://10.0.0.1/x", key, ["conversation.opened"], by=olga, at=cast.NOON)
    Webhook.objects.update(at=cast.NOON - timedelta(days=1))
    for number in range(3):
        sender = {"name": "", "address": f"c{number}@customers.example"}
        cast.opened(support, cast.said(sender=sender))  # type: ignore[arg-type]  # a party
    owed()
    assert calling.make_calls(SOON) == 3
    assert WebhookCall.objects.filter(attempts__gt=0, state="waiting").count() == 1


def test_a_revoked_key_ends_it(far: Listener, support: Inbox) -> None:
    webhook, _secret = subscribed(far, support)
    revoke(webhook.key, by=cast.olga(), at=SOON)
    cast.opened(support)
    assert owed() == 0


def test_its_secret_stands_in_no_row(far: Listener, support: Inbox) -> None:
    webhook, secret = subscribed(far, support)
    assert secret.removeprefix("whsec_") not in str(Webhook.objects.values_list())
    assert webhook.secret


def test_old_calls_are_forgotten(far: Listener, support: Inbox) -> None:
    subscribed(far, support)
    cast.opened(support)
    count = owed()
    assert forget_old(SOON + KEPT_FOR - timedelta(minutes=1)) == 0
    assert forget_old(SOON + KEPT_FOR + timedelta(minutes=1)) == count
