"""Macros: read, filled in for a conversation, written in a language at a time, thrown away."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed, conversation_of, doing, named
from wingbeat.channels.api.errors import NotAllowed, Unusable, answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, MacroShape, Number, Short, Spoken, Words
from wingbeat.channels.mail import own_words
from wingbeat.desk.automation.steps import REASON
from wingbeat.desk.conversations.steps import Step
from wingbeat.desk.conversations.tagging import spelled
from wingbeat.desk.macros import using
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.macros.preparing import Prepared, keep, throw_away
from wingbeat.desk.people.models import Agent, Team

router = Router(tags=["macros"])
LONGEST_SNOOZE = 365


class StepSent(shapes.Sent):
    """What goes along with the words; `value` is a tag, a number, some days or a reason."""

    act: Literal["tag", "take", "agent", "team", "snooze", "end"]
    value: Annotated[Short, Field(max_length=60)] = ""


class MacroSent(shapes.Sent):
    """A macro as it should be from now on, with its words in one language."""

    name: Annotated[Short, Field(min_length=1, max_length=120)]
    language: Spoken
    text: Words = Field("", examples=["Hello {{customer.first_name|there}},"])
    html: Words = Field("", description="Instead of `text`; without either, that language goes.")
    shortcut: Annotated[str, Field(pattern="^[-a-zA-Z0-9_]{0,40}$", examples=["hello"])] = ""
    folder: Annotated[Short, Field(max_length=80)] = ""
    for_whom: Literal["oneself", "team", "all"] = "oneself"
    team: Number | None = None
    steps: list[StepSent] = Field([], max_length=20, examples=[[{"act": "tag", "value": "refund"}]])


@router.get("/macros", response=answers(Page[MacroShape]))
def list_macros(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the macros that one may use, by number."""
    return page(Macro.objects.usable_by(asker(request)).with_words(), ("pk",), where, _macro)


@router.get("/conversations/{number}/macros/{id}", response=answers(MacroShape))
def fill_macro(request: HttpRequest, number: InPath, id: InPath) -> MacroShape:
    """Read a macro with its words filled in for a conversation, in its customer's language."""
    found = conversation_of(request, number)
    macro = get_object_or_404(Macro.objects.usable_by(asker(request)).with_words(), pk=id)
    language = using.languages(found, asker(request))[0]
    filled = {language: using.words(macro, found, asker(request))}
    return _macro(macro).model_copy(update={"words": filled})


@router.post("/macros", response=answers(MacroShape, 201))
def make_macro(request: KeyRequest, body: MacroSent) -> Status[MacroShape]:
    """Write a macro; its other languages follow by changing it."""
    return Status(201, _kept(None, body, by=allowed(request, Scope.WRITE)))


@router.put("/macros/{id}", response=answers(MacroShape))
def change_macro(request: KeyRequest, id: InPath, body: MacroSent) -> MacroShape:
    """Write a macro anew, with its words in one language; those in others stay."""
    by = allowed(request, Scope.WRITE)
    return _kept(_to_change(by, id), body, by=by)


@router.delete("/macros/{id}", response=answers(None, 204))
def drop_macro(request: KeyRequest, id: InPath) -> None:
    """Throw a macro away; what was sent with it stays as it is."""
    who = doing(request)
    throw_away(_to_change(who["by"], id), **who)


def _to_change(by: Agent, pk: int) -> Macro:
    """Return a macro to change; one that is only used looks like one that one may not change."""
    found = Macro.objects.changeable_by(by).with_words().filter(pk=pk).first()
    if found is not None:
        return found
    if Macro.objects.usable_by(by).filter(pk=pk).exists():
        raise NotAllowed("Everybody uses this macro; only owners and admins change it.")
    raise Http404


@transaction.atomic
def _kept(found: Macro | None, body: MacroSent, *, by: Agent) -> MacroShape:
    html = own_words.cleaned(body.html) if body.html else own_words.from_plain(body.text)
    said = Prepared(
        name=body.name, language=body.language, html=html, text=own_words.text_in(html),
        shortcut=body.shortcut, folder=body.folder,
        owner=by if body.for_whom == "oneself" else None, team=_team(body, by),
        steps=_steps(body.steps, by),
    )  # fmt: skip
    row = keep(found, said, by=by, at=timezone.now())
    return _macro(Macro.objects.with_words().get(pk=row.pk))


def _team(body: MacroSent, by: Agent) -> Team | None:
    if (body.for_whom == "team") != (body.team is not None):
        raise Unusable({"body.team": "A macro for a team names the team, and no other does."})
    if body.for_whom == "all" and not by.may_administer:
        raise NotAllowed("Only owners and admins write macros for everybody.")
    if body.team is None:
        return None
    teams = Team.objects.all()
    own = teams if by.may_administer else teams.filter(memberships__agent=by)
    told = f"There is no team {body.team} that you belong to."
    return named(own, body.team, "body.team", told)


def _steps(sent: list[StepSent], by: Agent) -> tuple[Step, ...]:
    """Return steps as a macro keeps them; every one that cannot be done is named."""
    taken, wrong = [], {}
    for place, one in enumerate(sent):
        try:
            taken.append(Step(one.act, _value(one, by)))
        except ValueError as why:
            wrong[f"body.steps.{place}.value"] = str(why)
    if {"snooze", "end"} <= {step.act for step in taken}:
        wrong["body.steps"] = "What ends cannot be put aside: choose one of the two."
    if wrong:
        raise Unusable(wrong)
    return tuple(taken)


def _value(one: StepSent, by: Agent) -> str:
    if one.act == "tag":
        return spelled(one.value)
    if one.act == "take":
        return ""
    if one.act == "end":
        return REASON(one.value)
    number = shapes.whole_number(one.value)
    if one.act == "snooze":
        if number is None or number > LONGEST_SNOOZE:
            raise ValueError(f"Put it aside for 0 to {LONGEST_SNOOZE} days.")
        return str(number)
    rows: Any = Agent.objects.at_work() if one.act == "agent" else Team.objects.all()
    if number is None or not rows.filter(pk=number).exists():
        raise ValueError(f"There is no {one.act} {one.value!r} to give it to.")
    return str(number)


def _macro(row: Macro) -> MacroShape:
    return MacroShape.of(row, words={text.language: text.html for text in row.texts.all()})
