"""Changes of the desk's settings: who, when, what was and what is; found again, and as a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from wingbeat.desk.journal.changes import labelled
from wingbeat.desk.journal.models import Change
from wingbeat.desk.journal.watched import BY_MODEL
from wingbeat.desk.people.models import Agent
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_owners
from wingbeat.screens.setup.answering import answer
from wingbeat.screens.setup.table import MOST_IN_TABLE, table

ROWS = 30
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SeekForm(forms.Form):
    """Which changes; all of it may be left out."""

    q = forms.CharField(label=_("Words"), max_length=100, required=False, strip=True)
    what = forms.ChoiceField(label=_("Of what"), required=False)
    who = forms.ModelChoiceField(
        Agent.objects.exclude(role="program").order_by("name", "pk"), label=_("By whom"),
        required=False, empty_label=_("Anybody"),
    )  # fmt: skip
    since = forms.DateField(label=_("From day"), required=False, widget=DAY)
    until = forms.DateField(label=_("To day"), required=False, widget=DAY)
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(model or "-", capfirst(str(one.what))) for model, one in BY_MODEL.items()]
        once = {label: (value, label) for value, label in reversed(kinds)}
        choices = [("", _("Anything")), *sorted(once.values(), key=lambda kind: kind[1])]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]  # declared above

    def found(self) -> QuerySet[Change]:
        """Return what is asked for, the newest first; what is not understood is left out."""
        self.full_clean()
        asked = self.cleaned_data
        rows = Change.objects.order_by("-pk")
        if asked.get("what"):
            same = BY_MODEL[asked["what"].removeprefix("-")].what
            models = [model for model, one in BY_MODEL.items() if one.what == same]
            of_it = [Q(thing__startswith=f"{model}:") for model in models]
            rows = rows.filter(of_it[0] if len(of_it) == 1 else of_it[0] | of_it[1])
        if asked.get("q"):
            rows = rows.filter(Q(name__icontains=asked["q"]) | Q(differences__icontains=asked["q"]))
        lookups = {"who": "agent_id", "since": "at__date__gte", "until": "at__date__lte"}
        for name, lookup in (lookups | {"before": "pk__lt"}).items():
            if asked.get(name):
                rows = rows.filter(**{lookup: getattr(asked[name], "pk", asked[name])})
        return rows


@for_owners("GET")
def changes(request: DeskRequest) -> HttpResponse:
    """Show them, or give them out as a table."""
    form = SeekForm(request.GET)
    if request.GET.get("as") == "csv":
        return _table(form.found()[:MOST_IN_TABLE])
    rows = list(form.found()[: ROWS + 1])
    asked = request.GET.copy()
    if len(rows) > ROWS:
        asked["before"] = str(rows[ROWS - 1].pk)
    context = {
        "seek": form, "changes": _told(rows[:ROWS]),
        "further": asked.urlencode() if len(rows) > ROWS else "", "asked": request.GET.urlencode(),
    }  # fmt: skip
    return answer(request, "changes/list", context)


def _told(rows: list[Change]) -> list[dict[str, Any]]:
    names = dict(Agent.objects.values_list("pk", "name"))
    return [
        {
            "row": row, "who": names.get(row.agent_id, ""), "what": BY_MODEL[row.model].what,
            "differences": labelled(row),
        }
        for row in rows
    ]  # fmt: skip


def _table(rows: QuerySet[Change]) -> HttpResponse:
    """Write one line a difference."""
    lines: list[tuple[object, ...]] = []
    for one in _told(list(rows)):
        row = one["row"]
        about = (row.at.isoformat(), one["who"], row.get_how_display(), one["what"], row.name)
        lines += [(*about, *told) for told in one["differences"] or [("", "", "")]]
    heads = (
        _("time"), _("who"), _("did"), _("what"), pgettext_lazy("of a thing", "name"),
        _("of it"), pgettext_lazy("of a change", "was"), pgettext_lazy("of a change", "is"),
    )  # fmt: skip
    return table("changes", [str(one) for one in heads], lines)
