"""What the desk does by itself: rules, and filters on mail; for the scope admin.

Both are declarations: what is done with one stands once here, with an address for each kind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import doing, router_for_admins
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Shape, Short, Text
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.automation.declaring import MOST_STEPS, Declaration, Trial, Version
from wingbeat.desk.automation.rules import LONGEST_ANSWER, Rule
from wingbeat.desk.conversations.asking.things import Names

router = router_for_admins("rules, filters")
Answer = Annotated[Text, Field(max_length=LONGEST_ANSWER)]
Asks = Annotated[Text, Field(description="Empty: all.", examples=["subject:order"])]


class StepSent(shapes.Sent):
    """One thing that it does, with what the act needs: a name, a tag, hours, or words."""

    do: str = Field(
        description=f"Of a rule: {', '.join(Rule.actions)}. "
        f"Of a filter: {', '.join(MailFilter.actions)}.",
        examples=["tag"],
    )
    value: Annotated[Text, Field(max_length=4_000, examples=["order"])] = ""


class FilterSent(shapes.Sent):
    """A filter as it should read from now on: for which mails, and what is done with them."""

    name: Annotated[Short, Field(min_length=1, max_length=80, examples=["Orders"])]
    asks: Asks = ""
    steps: list[StepSent] = Field(max_length=MOST_STEPS)
    why: Annotated[Text, Field(max_length=200)] = ""


class RuleSent(FilterSent):
    """A rule as it should read from now on: when, for which conversations, and then what.

    One that ends or answers is switched on once its three questions are answered.
    """

    when: Literal["opened", "words", "answered", "ended", "near", "late", "time"]
    for_customer: Answer = Field("", description="Why it is right for the customer.")
    outcome: Answer = Field("", description="What it will do.")
    our_name: Answer = Field("", description="What it will do to our name.")


class DeclaredShape(Shape):
    """How a rule or a filter stands."""

    id: int
    is_on: bool
    by: int
    at: datetime
    tried_at: datetime | None = Field(description="Whether and when this version was tried.")
    would_touch: int | None = Field(description="How much of the past, as that trial found.")


class FilterShape(DeclaredShape, FilterSent):
    """What is done with a mail before it begins a conversation; the first that fits decides."""


class RuleShape(DeclaredShape, RuleSent):
    """What is done with a conversation when something happens to it."""


class TrialShape(Shape):
    """What it would have touched of the past that whom the key acts as may see."""

    sentence: str = Field(description="All of it as people read it.")
    looked_at: int
    touched: int
    conversations: list[int] = Field(description="Some of them, the newest first.")
    mails: list[int] = Field(description="Of a filter: those that began no conversation.")


Told = TypeVar("Told", bound=DeclaredShape)


@router.get("/rules", response=answers(Page[RuleShape]))
def list_rules(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List the rules as they read now, in their order."""
    return _listed(request, where, Rule, RuleShape)


@router.post("/rules", response=answers(RuleShape, 201))
def make_rule(request: KeyRequest, body: RuleSent) -> Status[RuleShape]:
    """Write a rule, switched off until it was tried; it comes after the others."""
    return Status(201, _kept(request, Rule(), body, RuleShape))


@router.put("/rules/{id}", response=answers(RuleShape))
def change_rule(request: KeyRequest, id: InPath, body: RuleSent) -> RuleShape:
    """Write a rule anew; it is switched off until it was tried again."""
    return _kept(request, get_object_or_404(Rule, pk=id), body, RuleShape)


@router.get("/filters", response=answers(Page[FilterShape]))
def list_filters(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List the filters on mail as they read now, in their order."""
    return _listed(request, where, MailFilter, FilterShape)


@router.post("/filters", response=answers(FilterShape, 201))
def make_filter(request: KeyRequest, body: FilterSent) -> Status[FilterShape]:
    """Write a filter, switched off until it was tried; it is asked after the others."""
    return Status(201, _kept(request, MailFilter(), body, FilterShape))


@router.put("/filters/{id}", response=answers(FilterShape))
def change_filter(request: KeyRequest, id: InPath, body: FilterSent) -> FilterShape:
    """Write a filter anew; it is switched off until it was tried again."""
    return _kept(request, get_object_or_404(MailFilter, pk=id), body, FilterShape)


def _addresses(kind: type[Declaration], shape: type[Told]) -> None:
    """Give a kind the addresses at which one is read, tried, switched and put into its order."""
    place, told = f"/{kind.kind}s/{{id}}", answers(shape)

    def done(request: KeyRequest, pk: int, verb: Callable[..., Any], **more: Any) -> Told:
        found = get_object_or_404(kind, pk=pk)
        verb(found, **more, **doing(request))
        return _told(found, Names(request.auth.agent), shape)

    @router.get(place, response=told, operation_id=f"get_{kind.kind}")
    def get(request: KeyRequest, id: InPath) -> Told:
        """Read how it stands now."""
        return _told(get_object_or_404(kind, pk=id), Names(request.auth.agent), shape)

    @router.post(f"{place}/trial", response=answers(TrialShape), operation_id=f"try_{kind.kind}")
    def try_out(request: KeyRequest, id: InPath) -> TrialShape:
        """Look at what it would have touched of the past; after that it can be switched on."""
        version = get_object_or_404(kind, pk=id).now()
        trial = version.try_out(**doing(request))
        return _tried(trial, version.sentence(Names(request.auth.agent)))

    @router.put(f"{place}/switch", response=told, operation_id=f"switch_{kind.kind}_on")
    def switch_on(request: KeyRequest, id: InPath) -> Told:
        """Switch it on, once it was tried as it stands and its questions are answered."""
        return done(request, id, kind.switch, on=True)

    @router.delete(f"{place}/switch", response=told, operation_id=f"pause_{kind.kind}")
    def pause(request: KeyRequest, id: InPath) -> Told:
        """Pause it: it does nothing from now on, and what it did stays told."""
        return done(request, id, kind.switch, on=False)

    @router.post(f"{place}/place", response=told, operation_id=f"move_{kind.kind}_up")
    def move_up(request: KeyRequest, id: InPath) -> Told:
        """Let it come before the one that stands above it."""
        return done(request, id, kind.move_up)


_addresses(Rule, RuleShape)
_addresses(MailFilter, FilterShape)


def _listed(
    request: KeyRequest, where: AskedPage, kind: type[Declaration], shape: type[Told]
) -> dict[str, Any]:
    names = Names(request.auth.agent)
    rows = kind.objects.prefetch_related("versions")  # type: ignore[misc]  # every kind has them
    return page(rows, ("place", "pk"), where, lambda one: _told(one, names, shape))


def _kept(request: KeyRequest, row: Declaration, body: FilterSent, shape: type[Told]) -> Told:
    said = body.model_dump()
    row.name = said.pop("name")
    row.write(**said, **doing(request))
    return _told(row, Names(request.auth.agent), shape)


def _told(row: Declaration, names: Names, shape: type[Told]) -> Told:
    now: Version = max(row.versions.all(), key=lambda one: one.pk)
    told = {name: getattr(row, name) for name in ("id", "name", "is_on")}
    return shape.of(now, **told, asks=now.asks_in(names))


def _tried(trial: Trial, sentence: str) -> TrialShape:
    mails = [one for one in trial.latest if isinstance(one, RawMail)]
    began = [one.became.conversation_id for one in mails if one.became]
    return TrialShape.of(
        trial,
        sentence=sentence,
        conversations=began if mails else [one.pk for one in trial.latest],
        mails=[one.pk for one in mails if one.became is None],
    )
