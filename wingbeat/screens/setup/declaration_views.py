"""Rules and mail filters in the administration: read as sentences, tried first, then on, in order.

Both are declarations and have the same pages; what only one of them has stands in its `Kind`, and
what it is called in its own templates.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy

from wingbeat.channels.mail.filter_asking import MAILS
from wingbeat.channels.mail.filters import MailFilter, MailFilterVersion
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.automation.declaring import (
    MOST_STEPS,
    SHOWN,
    Declaration,
    NotTried,
    Step,
    Version,
)
from wingbeat.desk.automation.rules import LONGEST_ANSWER, Rule, RuleVersion, When
from wingbeat.desk.automation.steps import Action, OneOf
from wingbeat.desk.conversations.asking.fields import CONVERSATIONS, Vocabulary
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.screens import asking
from wingbeat.screens.asking import Asked
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_on_page
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer

A_TAG = {"list": "known-tags", "autocomplete": "off", "dir": "auto"}
TYPED = {"tag": A_TAG, "untag": A_TAG, "snooze": {"inputmode": "numeric", "autocomplete": "off"}}
A_LINE = {"rows": 1, "dir": "auto"}


@dataclass(frozen=True)
class Kind:
    """One kind of declaration: `name` begins its addresses, `did` tells what one has done so far.

    `counted` tells how much a trial would have touched, of how much it looked at.
    """

    name: str
    declarations: type[Declaration]
    versions: type[Version]
    did: Callable[[Any], dict[str, Any]]
    counted: Callable[[int, int], str]
    vocabulary: Vocabulary
    whens: tuple[tuple[str, Any], ...] = ()

    @property
    def place(self) -> str:
        return f"{self.name}s"


def _acted(rule: Rule) -> dict[str, Any]:
    n = rule.acts.filter(failed="").count()
    told = ngettext("It has acted %(n)d time.", "It has acted %(n)d times.", n) % {"n": n}
    return {"did": told, "acts": rule.acts.order_by("-pk")[:SHOWN]}


def _conversations(touched: int, _looked_at: int) -> str:
    told = ngettext(
        "It would have touched %(n)d conversation of the past 90 days.",
        "It would have touched %(n)d conversations of the past 90 days.", touched,
    )  # fmt: skip
    return told % {"n": touched}


def _filed(found: MailFilter) -> dict[str, Any]:
    n = RawMail.objects.filter(filed_by__declaration=found).count()
    return {"did": ngettext("It has filed %(n)d mail.", "It has filed %(n)d mails.", n) % {"n": n}}


def _mails(touched: int, looked_at: int) -> str:
    told = ngettext(
        "It would have touched %(touched)d of the latest mail.",
        "It would have touched %(touched)d of the latest %(looked_at)d mails.", looked_at,
    )  # fmt: skip
    return told % {"touched": touched, "looked_at": looked_at}


RULES = Kind("rule", Rule, RuleVersion, _acted, _conversations, CONVERSATIONS, tuple(When.choices))
FILTERS = Kind("filter", MailFilter, MailFilterVersion, _filed, _mails, MAILS)


class Lines(forms.CharField):
    """Several lines; a break is one character, as it is where they are typed."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DeclarationForm(forms.Form):
    """When, what to do, and why; for which is asked beside it, as everywhere."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    when = forms.ChoiceField(label=gettext_lazy("When"))
    why = Lines(
        label=gettext_lazy("Why"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands in its history; 200 characters at most."),
    )  # fmt: skip

    def __init__(self, kind: Kind, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if kind.whens:
            self.fields["when"].choices = kind.whens  # type: ignore[attr-defined]  # declared above
        else:
            del self.fields["when"]
        for name in kind.versions.questions:
            self.fields[name] = Lines(
                label=capfirst(kind.versions.label_of(name)),
                # a browser would cut what is pasted at a `max_length`, and say nothing
                validators=[MaxLengthValidator(LONGEST_ANSWER)],
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.questions = [self[name] for name in kind.versions.questions]
        actions = kind.declarations.actions
        choices = [("", gettext_lazy("nothing")), *((do, one.name) for do, one in actions.items())]
        self.takes = {do: taking(do, one) for do, one in actions.items()}
        for n in range(MOST_STEPS):
            self.fields[f"do_{n}"] = forms.ChoiceField(
                label=gettext_lazy("Then"), choices=choices, required=False
            )
            self.fields[f"value_{n}"] = forms.CharField(
                label=gettext_lazy("With"), required=False, max_length=4_000
            )
            widget = deepcopy(self.takes.get(self[f"do_{n}"].value() or "", forms.Textarea(A_LINE)))
            value = self[f"value_{n}"].value()
            if isinstance(widget, forms.Select) and value not in dict(widget.choices):
                widget.choices = [*widget.choices, (value, value)]  # what is gone is not lost
            self.fields[f"value_{n}"].widget = widget

    @property
    def templates(self) -> list[tuple[str, str]]:
        """What each action's value is chosen with or typed into, for when another is chosen."""
        return [(do, widget.render("value", "")) for do, widget in self.takes.items()]

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"do_{n}"], self[f"value_{n}"]) for n in range(MOST_STEPS)]

    def says(self) -> dict[str, Any]:
        """Return what a declaration should say, as `write` takes it."""
        said = self.cleaned_data
        steps = [Step(do=said[f"do_{n}"], value=said[f"value_{n}"]) for n in self._said]
        told = {"when", "why", *(one.name for one in self.questions)} & set(said)
        return {key: said[key] for key in told} | {"steps": steps}

    def tell(self, wrong: dict[str, str]) -> None:
        """Tell at each field why `write` does not take what this form says."""
        lines = self._said or [0]
        for field, why in wrong.items():
            _steps, place, part = f"{field}.0.do".split(".")[:3]
            self.add_error("name" if field == "name" else f"{part}_{lines[int(place)]}", why)

    @property
    def _said(self) -> list[int]:
        """Lines that say something: of others `write` is not told."""
        return [n for n in range(MOST_STEPS) if self.cleaned_data[f"do_{n}"]]


def taking(do: str, action: Action) -> forms.Widget:
    """Return what an action's value is chosen with, where there are some, or typed into."""
    if not action.takes_value:
        return forms.HiddenInput()
    if isinstance(action.check, OneOf):
        return forms.Select(choices=[("", "…"), *action.check.known()])
    if do in TYPED:
        return forms.TextInput(TYPED[do])
    return forms.Textarea(A_LINE)


def _initial_of(version: Version) -> dict[str, Any]:
    initial = {"name": version.declaration.name, "when": getattr(version, "when", "")}
    initial |= {"why": version.why, **version.answers}
    for n, step in enumerate(version.steps):
        initial |= {f"do_{n}": step["do"], f"value_{n}": step["value"]}
    return initial


@for_admins("GET")
def listed(request: DeskRequest, kind: Kind) -> HttpResponse:
    names = Names()
    versions = [(one, one.sentence(names)) for one in kind.versions.objects.newest()]
    return _answer(request, kind, "list", {"versions": versions})


@for_admins("GET", "POST")
def one(request: DeskRequest, kind: Kind, pk: int | None = None) -> HttpResponse:
    """Show one, and write it anew; without a number make one."""
    found = get_object_or_404(kind.declarations, pk=pk) if pk else kind.declarations()
    shown = _shown(kind, found) if pk else {}
    if request.method != "POST":
        form = DeclarationForm(kind, initial=_initial_of(shown["version"]) if pk else {})
        asks = shown["version"].asks if pk else ""
        asked = asking.of_text(asks, request.user, kind.vocabulary)
    elif request.POST.get("then") == "more":
        form = DeclarationForm(kind, initial=request.POST.dict())
        asked = asking.of_form(request.POST, request.user, kind.vocabulary, more=1)
    else:
        form = DeclarationForm(kind, request.POST, initial={})
        asked = asking.of_form(request.POST, request.user, kind.vocabulary)
        refused = _refused(request, found, form, asked)
        if refused is None:
            return redirect(f"setup:{kind.name}", found.pk)
        asked = refused
    return _answer(request, kind, "one", {"form": form, "asked": asked, **shown})


@for_admins("POST")
def trial(request: DeskRequest, kind: Kind, pk: int) -> HttpResponse:
    """Look at the past, and remember that somebody did."""
    found = get_object_or_404(kind.declarations, pk=pk)
    found.now().try_out(by=request.user, at=timezone.now())
    return redirect(f"setup:{kind.name}-trial-result", pk)


@for_admins("GET")
def trial_result(request: DeskRequest, kind: Kind, pk: int) -> HttpResponse:
    """Show what it would have touched."""
    version = get_object_or_404(kind.declarations, pk=pk).now()
    found = version.trial(by=request.user, now=timezone.now())
    counted = kind.counted(found.touched, found.looked_at)
    context = {"version": version, "counted": counted, "latest": found.latest}
    return _answer(request, kind, "trial", context)


@for_admins("POST")
def switch(request: DeskRequest, kind: Kind, pk: int) -> HttpResponse:
    """Switch it on, or pause it."""
    found = get_object_or_404(kind.declarations, pk=pk)
    on = request.POST.get("on") == "yes"
    with told_on_page(request, NotTried):
        found.switch(on=on, by=request.user, at=timezone.now())
    return redirect(f"setup:{kind.name}", pk)


@for_admins("POST")
def place(request: DeskRequest, kind: Kind, pk: int) -> HttpResponse:
    """Let it come before the one above it."""
    found = get_object_or_404(kind.declarations, pk=pk)
    found.move_up(by=request.user, at=timezone.now())
    return redirect(f"setup:{kind.place}")


def _refused(
    request: DeskRequest, found: Declaration, form: DeclarationForm, asked: Asked
) -> Asked | None:
    """Keep what was sent; where that cannot be, tell the form why and return what was asked."""
    if not form.is_valid() or asked.query is None:
        return asked
    found.name = form.cleaned_data["name"]
    try:
        found.write(asks=asked.text, **form.says(), by=request.user, at=timezone.now())
    except WrongFields as why:
        asks = why.fields.pop("asks", "")
        form.tell(why.fields)
        return asking.refused(asked, asks) if asks else asked
    messages.info(request, _("Kept, and switched off until it is tried."))
    return None


def _shown(kind: Kind, found: Declaration) -> dict[str, Any]:
    versions = list(found.versions.select_related("by", "declaration").order_by("-pk")[:SHOWN])
    before, names = [*versions[1:], None], Names()
    history = [
        (now, now.differences(was, names)) for now, was in zip(versions, before, strict=True)
    ]
    now = versions[0]
    counted = kind.counted(now.would_touch or 0, now.looked_at or 0)
    return {"version": now, "counted": counted, "history": history, **kind.did(found)}


def _answer(request: DeskRequest, kind: Kind, page: str, context: dict[str, Any]) -> HttpResponse:
    return answer(request, f"{kind.place}/{page}", {"kind": kind, **context})


def addresses(kind: Kind) -> list[URLPattern]:
    """Return the addresses of a kind's pages."""
    a, this, more = kind.name, f"{kind.place}/<int:pk>/", {"kind": kind}
    return [
        path(f"{kind.place}/", listed, more, name=kind.place),
        path(f"{kind.place}/new/", one, more, name=f"{a}-new"),
        path(this, one, more, name=a),
        path(f"{this}trial/", trial, more, name=f"{a}-trial"),
        path(f"{this}trial/result/", trial_result, more, name=f"{a}-trial-result"),
        path(f"{this}switch/", switch, more, name=f"{a}-switch"),
        path(f"{this}place/", place, more, name=f"{a}-place"),
    ]
