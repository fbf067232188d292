"""When somebody is there, and what is promised by that; for the scope admin."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import AfterValidator, Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import doing, named_if, router_for_admins
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Number, Shape, Short, Text
from wingbeat.desk.automation import promising
from wingbeat.desk.automation.calendars import Calendar, DayOff, keep_calendar, take_off, work_again
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.hours.week import spans_as_text, spans_in

router = router_for_admins("hours, promised times")
HOURS, CONTRACT = "/hours/{id}", "/contracts/{organization}"
Minutes = Annotated[int, Field(ge=1, le=60_000, examples=[240])]


def _spans(text: str) -> str:
    spans_in(text)
    return text


class HoursSent(shapes.Sent):
    """A week in which somebody is there, and whose public holidays it keeps."""

    name: Annotated[Text, Field(min_length=1, max_length=80, examples=["Vienna office"])]
    zone: Annotated[Text, Field(min_length=1, max_length=64, examples=["Europe/Vienna"])]
    week: list[Annotated[Text, Field(max_length=80), AfterValidator(_spans)]] = Field(
        min_length=7, max_length=7, examples=[["9:00-12:00, 13:00-17:00", *["9-17"] * 4, "", ""]],
        description="Seven days from Monday on, each as people write it; empty: nobody is there.",
    )  # fmt: skip
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$", examples=["AT"])] = ""
    region: Annotated[Text, Field(max_length=10)] = ""


class HoursShape(HoursSent):
    """When a team is there."""

    id: int
    week: list[str]  # told at greater length than it may be sent


class DayOffSent(shapes.Sent):
    """A further day on which nobody is there."""

    day: Annotated[date, AfterValidator(shapes.in_our_time)]
    name: Annotated[Short, Field(min_length=1, max_length=80, examples=["We move house"])]


class DayOffShape(Shape):
    id: int
    day: date
    name: str


class AnswerTimes(shapes.Sent):
    """What an inbox promises, in minutes in which somebody is there."""

    hours: Number | None = Field(None, description="Counted in these; null: day and night.")
    first_minutes: Minutes = Field(description="To the first words.")
    next_minutes: Minutes = Field(description="To every further answer.")
    end_minutes: Minutes | None = Field(None, description="Null: no end is promised.")
    why: Annotated[Short, Field(max_length=200)] = ""


class AnswerTimesShape(AnswerTimes):
    """What an inbox promises from a time on."""

    id: int
    by: int
    at: datetime


class ContractSent(shapes.Sent):
    """In which share of the time that everybody is promised an organization is answered."""

    percent: int = Field(ge=1, le=99, examples=[50])
    why: Annotated[Short, Field(min_length=1, max_length=200)]


class ContractShape(Shape):
    """That an organization is answered sooner than everybody is promised."""

    organization: int
    percent: int
    why: str
    by: int
    at: datetime


@router.get("/hours", response=answers(Page[HoursShape]))
def list_hours(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List all hours, by number."""
    return page(Calendar.objects.all(), ("pk",), where, _shown)


@router.post("/hours", response=answers(HoursShape, 201))
def make_hours(request: KeyRequest, body: HoursSent) -> Status[HoursShape]:
    """Make hours that inboxes and teams can be given."""
    return Status(201, _kept(request, Calendar(), body))


@router.put(HOURS, response=answers(HoursShape))
def change_hours(request: KeyRequest, id: InPath, body: HoursSent) -> HoursShape:
    """Change hours; inboxes that use them follow at once."""
    return _kept(request, get_object_or_404(Calendar, pk=id), body)


@router.get(f"{HOURS}/days-off", response=answers(Page[DayOffShape]))
def list_days_off(request: KeyRequest, id: InPath, where: AskedPage) -> dict[str, Any]:
    """List the days that were taken off by hand, by number; public holidays come by themselves."""
    return page(get_object_or_404(Calendar, pk=id).days_off.all(), ("pk",), where, DayOffShape.of)


@router.post(f"{HOURS}/days-off", response=answers(DayOffShape, 201))
def take_day_off(request: KeyRequest, id: InPath, body: DayOffSent) -> Status[DayOffShape]:
    """Say that nobody is there on a day; said again, it is called otherwise."""
    found = get_object_or_404(Calendar, pk=id)
    row = take_off(found, body.day, name=body.name, **doing(request))
    return Status(201, DayOffShape.of(row))


@router.delete(f"{HOURS}/days-off/{{day}}", response=answers(None, 204))
def work_on_day(request: KeyRequest, id: InPath, day: InPath) -> None:
    """Take back a day off, by its number."""
    work_again(get_object_or_404(DayOff, calendar=id, pk=day), **doing(request))


@router.get("/inboxes/{id}/promises", response=answers(Page[AnswerTimesShape]))
def list_answer_times(request: KeyRequest, id: InPath, where: AskedPage) -> dict[str, Any]:
    """List what an inbox promised, the newest first: that one counts. None: the desk's own time."""
    rows = get_object_or_404(Inbox, pk=id).clock_policies.all()
    return page(rows, ("-at", "-pk"), where, _times)


@router.post("/inboxes/{id}/promises", response=answers(AnswerTimesShape, 201))
def promise_times(request: KeyRequest, id: InPath, body: AnswerTimes) -> Status[AnswerTimesShape]:
    """Promise this from now on; whoever waits already keeps what they were promised."""
    policy = promising.ClockPolicy(inbox=get_object_or_404(Inbox, pk=id))
    told = f"There are no hours {body.hours}."
    policy.calendar = named_if(Calendar.objects.all(), body.hours, "body.hours", told)
    row = promising.promise(body.fill(policy, "hours"), **doing(request))
    return Status(201, _times(row))


@router.get("/contracts", response=answers(Page[ContractShape]))
def list_contracts(request: KeyRequest) -> dict[str, Any]:
    """List every organization that is answered sooner; there are few, so they come at once."""
    return {"items": list(map(ContractShape.of, promising.contracts()))}


@router.put(CONTRACT, response=answers(ContractShape))
def make_contract(request: KeyRequest, organization: InPath, body: ContractSent) -> ContractShape:
    """Answer an organization sooner from now on."""
    found = get_object_or_404(Organization, pk=organization)
    row = promising.contract(found, body.percent, why=body.why, **doing(request))
    return ContractShape.of(row)


@router.delete(CONTRACT, response=answers(None, 204))
def end_contract(request: KeyRequest, organization: InPath) -> None:
    """End what an organization was promised beyond everybody else."""
    had = Organization.objects.filter(contracts__isnull=False).distinct()
    found = get_object_or_404(had, pk=organization)
    promising.contract(found, None, why="", **doing(request))


def _kept(request: KeyRequest, calendar: Calendar, body: HoursSent) -> HoursShape:
    body.fill(calendar, "week")
    calendar.week = [[list(span) for span in spans_in(text)] for text in body.week]
    return _shown(keep_calendar(calendar, **doing(request)))


def _shown(row: Calendar) -> HoursShape:
    return HoursShape.of(row, week=[spans_as_text(day) for day in row.days()])


def _times(row: promising.ClockPolicy) -> AnswerTimesShape:
    return AnswerTimesShape.of(row, hours=row.calendar_id)
