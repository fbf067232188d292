"""How customers meet the desk: brands, and business hours; for the scope admin."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Text
from wingbeat.desk.automation.calendars import Calendar, keep_calendar
from wingbeat.desk.conversations.brand import Brand, keep_brand, remove_brand
from wingbeat.desk.hours.week import WrongSpans, spans_as_text, spans_in

router = Router(tags=["brands, hours"])
BRAND, HOURS = "/brands/{id}", "/hours/{id}"


class BrandSent(shapes.Sent):
    """All that is said of a brand, as it should be from now on; its logo stays as it is."""

    name: Annotated[Text, Field(max_length=80, examples=["Lamps & Co"])]
    color: Annotated[str, Field(pattern="^(#[0-9a-f]{6})?$", examples=["#aa2200"])] = ""
    slug: str = Field(
        "", max_length=40, pattern="^[A-Za-z0-9_-]*$",
        description="Path of its help center, `/help/<slug>/`; empty: made of its name. The "
        "default brand has none.",
    )  # fmt: skip
    address: Annotated[Text, Field(max_length=200, examples=["https://help.lamps.example"])] = ""
    languages: list[Literal["en", "de", "hu", "ru"]] = Field([], description="Empty: all.")
    from_name: Annotated[Text, Field(max_length=120)] = ""
    signature: Annotated[Text, Field(max_length=4_000)] = ""


class BrandShape(BrandSent):
    """Under which name, color and address customers meet some inboxes."""

    id: int
    is_default: bool = Field(description="Whether it is that of every inbox that names none.")
    logo_sha256: str = Field(
        description="Empty where it has no logo; one is chosen in the browser."
    )


class HoursSent(shapes.Sent):
    """A week in which somebody is there, and whose public holidays it keeps."""

    name: Annotated[Text, Field(min_length=1, max_length=80, examples=["Vienna office"])]
    zone: Annotated[Text, Field(min_length=1, max_length=64, examples=["Europe/Vienna"])]
    week: list[Annotated[Text, Field(max_length=80)]] = Field(
        min_length=7, max_length=7, examples=[["9:00-12:00, 13:00-17:00", *["9-17"] * 4, "", ""]],
        description="Seven days from Monday on, each as people write it; empty: nobody is there.",
    )  # fmt: skip
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$", examples=["AT"])] = ""
    region: Annotated[Text, Field(max_length=10)] = ""


class HoursShape(HoursSent):
    """When a team is there."""

    id: int
    week: list[str]  # told at greater length than it may be sent


@router.get("/brands", response=answers(Page[BrandShape]))
def list_brands(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List them by number; the default one as soon as it is described."""
    allowed(request, Scope.ADMIN)
    return page(Brand.objects.all(), ("pk",), where, lambda some: list(map(BrandShape.of, some)))


@router.post("/brands", response=answers(BrandShape, 201))
def make_brand(request: KeyRequest, body: BrandSent) -> Status[BrandShape]:
    """Make a brand; inboxes and articles are given to it where they are changed."""
    return Status(201, _kept_brand(request, Brand(), body))


@router.put("/brands/default", response=answers(BrandShape))
def change_default_brand(request: KeyRequest, body: BrandSent) -> BrandShape:
    """Describe the brand of every inbox that names none."""
    return _kept_brand(request, Brand.objects.default(), body)


@router.put(BRAND, response=answers(BrandShape))
def change_brand(request: KeyRequest, id: InPath, body: BrandSent) -> BrandShape:
    """Describe a brand anew."""
    return _kept_brand(request, _brand_of(request, id), body)


@router.delete(BRAND, response=answers(None, 204))
def remove_unused_brand(request: KeyRequest, id: InPath) -> Status[None]:
    """Take away a brand to which nothing belongs any more."""
    remove_brand(_brand_of(request, id), by=request.auth.agent, at=timezone.now())
    return Status(204, None)


@router.get("/hours", response=answers(Page[HoursShape]))
def list_hours(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List all hours, by number."""
    allowed(request, Scope.ADMIN)
    return page(Calendar.objects.all(), ("pk",), where, lambda some: list(map(_shown, some)))


@router.post("/hours", response=answers(HoursShape, 201))
def make_hours(request: KeyRequest, body: HoursSent) -> Status[HoursShape]:
    """Make hours that inboxes and teams can be given."""
    return Status(201, _kept(request, Calendar(), body))


@router.put(HOURS, response=answers(HoursShape))
def change_hours(request: KeyRequest, id: InPath, body: HoursSent) -> HoursShape:
    """Change hours; inboxes that use them follow at once."""
    return _kept(request, _of(request, id), body)


def _brand_of(request: KeyRequest, pk: int) -> Brand:
    allowed(request, Scope.ADMIN)
    return get_object_or_404(Brand, pk=pk)


def _kept_brand(request: KeyRequest, brand: Brand, body: BrandSent) -> BrandShape:
    by = allowed(request, Scope.ADMIN)
    for name, value in body.model_dump().items():
        setattr(brand, name, value)
    return BrandShape.of(keep_brand(brand, by=by, at=timezone.now()))


def _of(request: KeyRequest, pk: int) -> Calendar:
    allowed(request, Scope.ADMIN)
    return get_object_or_404(Calendar, pk=pk)


def _kept(request: KeyRequest, calendar: Calendar, body: HoursSent) -> HoursShape:
    by, wrong = allowed(request, Scope.ADMIN), {}
    for name, value in body.model_dump(exclude={"week"}).items():
        setattr(calendar, name, value)
    calendar.week = [[] for _day in body.week]
    for number, text in enumerate(body.week):
        try:
            calendar.week[number] = [list(span) for span in spans_in(text)]
        except WrongSpans as why:
            wrong[f"body.week.{number}"] = str(why)
    if wrong:
        raise Unusable.all(wrong)
    return _shown(keep_calendar(calendar, by=by, at=timezone.now()))


def _shown(row: Calendar) -> HoursShape:
    return HoursShape.of(row, week=[spans_as_text(day) for day in row.days()])
