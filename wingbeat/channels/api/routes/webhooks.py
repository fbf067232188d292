"""Webhooks: which systems are told what is done, what became of each call; for the scope admin."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import Field

from wingbeat.channels import reaching
from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import doing, router_for_admins
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Number, Shape, Text
from wingbeat.channels.webhooks import subscribing
from wingbeat.channels.webhooks.models import Webhook
from wingbeat.desk.journal.recording import Kind

router = router_for_admins("webhooks")
ONE = "/webhooks/{id}"


class WebhookShape(Shape):
    """An address that is told what is done, as far as its key may see it."""

    id: int
    address: str
    key: int
    acts_as: int = Field(description="Through whose eyes it sees.")
    kinds: list[str] = Field(description="What it is told; empty: everything.")
    failing_since_at: datetime | None
    stopped_at: datetime | None
    stopped_why: str
    at: datetime


class WebhookMade(WebhookShape):
    """A webhook just made, with the secret that signs its calls: it is told this once."""

    secret: str


class WebhookSent(shapes.Sent):
    """Where it leads, which key lends it its eyes, and what it wants to hear."""

    address: Annotated[
        Text, Field(min_length=1, max_length=500, examples=["https://shop.example.org/wingbeat"])
    ]
    key: Number = Field(description="A program's key, or one of your own: see `keys`.")
    kinds: list[str] = Field([], max_length=100, examples=[["conversation.ended"]])


class StoppingSent(shapes.Sent):
    why: Annotated[Text, Field(max_length=300)] = ""


class CallShape(Shape):
    """One call, and what was answered last."""

    id: int
    state: Literal["waiting", "taken", "given_up"]
    attempts: int
    status: int | None
    said: str
    milliseconds: int | None
    at: datetime
    called_at: datetime | None


class RangeSent(shapes.Sent):
    """From which position of the journal to which."""

    first: Number
    last: Number


class CalledAgain(Shape):
    calls: int = Field(description="How many it is owed again.")


class KeyShape(Shape):
    """A key whose eyes a webhook may borrow; its secret is kept nowhere."""

    id: int
    name: str
    scope: str
    acts_as: int
    begins: str
    used_at: datetime | None


@router.get("/keys", response=answers(Page[KeyShape]))
def list_keys(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List the keys that may be lent to a webhook, programs' and one's own; keys make no keys."""
    return page(ApiKey.objects.lent_to(request.auth.agent), ("-pk",), where, _key)


@router.get("/webhooks", response=answers(Page[WebhookShape]))
def list_webhooks(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List them, newest first."""
    return page(Webhook.objects.listed(), ("-pk",), where, _webhook)


@router.post("/webhooks", response=answers(WebhookMade, 201))
def make_webhook(request: KeyRequest, body: WebhookSent) -> Status[WebhookMade]:
    """Make one; the secret that signs its calls is in this answer and nowhere after it."""
    who, wrong = doing(request), {}
    key = ApiKey.objects.lent_to(who["by"]).filter(pk=body.key).first()
    if key is None:
        wrong["body.key"] = f"There is no key {body.key} that may be lent: see /keys."
    unknown = [kind for kind in body.kinds if kind not in set(Kind)]
    if unknown:
        wrong["body.kinds"] = f"Nothing is called {', '.join(unknown)}."
    try:
        reaching.check_address(body.address)
    except reaching.CannotReach as why:
        wrong["body.address"] = str(why)
    if key is None or wrong:
        raise Unusable(wrong)
    made, secret = subscribing.subscribe(body.address, key, body.kinds, **who)
    return Status(201, WebhookMade.of(made, acts_as=key.agent_id, secret=secret))


@router.get(ONE, response=answers(WebhookShape))
def get_webhook(request: KeyRequest, id: InPath) -> WebhookShape:
    """Read how one is."""
    return _webhook(_of(id))


@router.delete(ONE, response=answers(None, 204))
def drop_webhook(request: KeyRequest, id: InPath) -> None:
    """Let it go, with what is known of its calls."""
    subscribing.remove(_of(id), **doing(request))


@router.put(f"{ONE}/stop", response=answers(WebhookShape))
def stop_webhook(request: KeyRequest, id: InPath, body: StoppingSent) -> WebhookShape:
    """Call it no more; what is done meanwhile can be called for later."""
    found = _of(id)
    if found.stopped_at is None:
        subscribing.stop(found, body.why, **doing(request))
    return _webhook(found)


@router.delete(f"{ONE}/stop", response=answers(WebhookShape))
def let_webhook_go_on(request: KeyRequest, id: InPath) -> WebhookShape:
    """Call it again from now on, beginning with what still waits."""
    found = _of(id)
    if found.stopped_at is not None:
        subscribing.go_on(found, **doing(request))
    return _webhook(found)


@router.get(f"{ONE}/calls", response=answers(Page[CallShape]))
def list_calls(request: KeyRequest, id: InPath, where: AskedPage) -> dict[str, Any]:
    """List its calls of the last month and what was answered, newest first."""
    return page(_of(id).calls.all(), ("-pk",), where, CallShape.of)


@router.post(f"{ONE}/calls", response=answers(CalledAgain, 202))
def call_again(request: KeyRequest, id: InPath, body: RangeSent) -> Status[CalledAgain]:
    """Call again for what was done from one position of the journal to another."""
    owed = subscribing.call_again(_of(id), body.first, body.last, **doing(request))
    return Status(202, CalledAgain(calls=owed))


def _of(pk: int) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("key__agent"), pk=pk)


def _webhook(row: Webhook) -> WebhookShape:
    return WebhookShape.of(row, acts_as=row.key.agent_id)


def _key(row: ApiKey) -> KeyShape:
    return KeyShape.of(row, acts_as=row.agent_id)
