"""What concerns whom the key acts as: notifications, Today, and how they like to work."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed, to_sign
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import Number, Shape, Short, Spoken, Text, Zone
from wingbeat.desk.care import notification
from wingbeat.desk.care.dismissing import Reason, dismiss
from wingbeat.desk.care.notification import Notification
from wingbeat.desk.care.today import Act, today_of
from wingbeat.desk.people.models import Agent

router = Router(tags=["oneself"])
WhyCode = Literal["assigned", "mentioned", "failed", "promise", "words", "followed"]


class NotificationShape(Shape):
    """That something concerns whom the key acts as, until they have seen it."""

    id: int
    conversation: int
    why: WhyCode
    by: int
    times: int = Field(description="How often since they looked last.")
    at: datetime
    seen_at: datetime | None


class SeeingSent(shapes.Sent):
    """Which conversation was looked at; null: everything."""

    conversation: Number | None = None


class ActShape(Shape):
    """One thing that could be done for somebody now."""

    act: str = Field(description="What dismisses it.", examples=["silence-7"])
    kind: Literal[
        "promise", "silence", "avoidance", "last_step", "bad_end", "follow_up", "thanks", "article",
        "grant",
    ]  # fmt: skip
    conversation: int | None
    at: datetime
    reason: str = Field(description="A code of why it stands here; empty where there is one only.")
    words: str = Field(description="What was promised, or what they said.")


class Acts(Shape):
    """What Today proposes, in its order; it is short, and empties."""

    items: list[ActShape]


class DismissalSent(shapes.Sent):
    act: Annotated[Text, Field(max_length=40, examples=["silence-7"])]
    reason: Literal["later", "wrong"]


class OwnSettings(shapes.Sent):
    """How whom the key acts as likes to work, and what they want to hear of."""

    name: Annotated[Short, Field(min_length=1, max_length=120)]
    signature: Annotated[Text, Field(max_length=5_000)]
    signature_picture: shapes.SignaturePicture
    language: Literal["", Spoken] = Field(description="Empty: as the desk.")
    zone: Zone = Field(description="Empty: as the desk.")
    theme: Literal["", "light", "dark"] = Field(description="Empty: as the computer.")
    is_coached: bool = Field(description="Whether hints stand below what they write.")
    hears_manner: bool = Field(description="Whether kinder wordings are among them.")
    is_quiet: bool = Field(description="Whether the tools are put away.")
    is_longest_first: bool = Field(description="Whether lists are by the wait.")
    notifies_of: list[WhyCode] = Field(max_length=6)
    notifies_in_browser: bool
    notifies_by_mail: Literal["", "daily", "bundled"]
    notifies_at_hour: int = Field(ge=0, le=23)


class OwnSettingsShape(OwnSettings):
    zone: str  # one that was known once is told


@router.get("/notifications", response=answers(Page[NotificationShape]))
def list_notifications(
    request: HttpRequest,
    where: AskedPage,
    unseen: Annotated[bool, Query(description="Only what was not seen yet.")] = False,  # noqa: FBT002  how ninja reads a query
) -> dict[str, Any]:
    """List what concerns whom the key acts as, in what they may read now, newest first."""
    rows = Notification.objects.visible_to(asker(request))
    rows = rows.unseen() if unseen else rows
    return page(rows, ("-at", "-pk"), where, NotificationShape.of)


@router.post("/notifications/seeing", response=answers(None, 204))
def see_notifications(request: KeyRequest, body: SeeingSent) -> None:
    """Take one conversation, or everything, as seen."""
    by = allowed(request, Scope.WRITE, for_light=True)
    about = None if body.conversation is None else [body.conversation]
    notification.see(by, about, at=timezone.now())


@router.get("/today", response=answers(Acts))
def get_today(request: HttpRequest) -> Acts:
    """Read what could be done for somebody now."""
    acts = today_of(asker(request), now=timezone.now())
    return Acts(items=list(map(_act, acts)))


@router.post("/today/dismissals", response=answers(Acts))
def dismiss_act(request: KeyRequest, body: DismissalSent) -> Acts:
    """Wave an act away, until tomorrow or for good; one that is gone needs no word."""
    by, now = allowed(request, Scope.WRITE, for_light=True), timezone.now()
    for act in today_of(by, now=now):
        if act.key == body.act:
            dismiss(act.kind, act.object_id, Reason(body.reason), by=by, at=now)
    return get_today(request)


@router.get("/me/settings", response=answers(OwnSettingsShape))
def get_settings(request: HttpRequest) -> OwnSettingsShape:
    """Read how whom the key acts as likes to work."""
    return _settings(asker(request))


@router.put("/me/settings", response=answers(OwnSettingsShape))
def choose_settings(request: KeyRequest, body: OwnSettings) -> OwnSettingsShape:
    """Say how whom the key acts as likes to work: all of it, as it should be from now on."""
    by = allowed(request, Scope.WRITE, for_light=True)
    chosen = body.model_dump(exclude={"notifies_of"})
    chosen["signature_picture"] = to_sign(request, by, body.signature_picture)
    chosen["untold"] = [why for why in notification.Why.values if why not in body.notifies_of]
    for name, value in chosen.items():
        setattr(by, name, value)
    by.save(update_fields=list(chosen))
    return _settings(by)


def _act(act: Act) -> ActShape:
    conversation = act.conversation.pk if act.conversation else None
    return ActShape.of(act, act=act.key, kind=act.kind.value, conversation=conversation)


def _settings(agent: Agent) -> OwnSettingsShape:
    wanted = [why for why in notification.Why.values if why not in agent.untold]
    return OwnSettingsShape.of(agent, notifies_of=wanted)
