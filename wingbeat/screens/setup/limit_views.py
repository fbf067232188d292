"""What anybody who answers may give without asking, with the arithmetic that leads to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.care.limit import Figures, GrantLimit, WrongLimit, bounds, reckoned, set_limit
from wingbeat.desk.conversations.remedy import amount
from wingbeat.laws.recovery import shipped_policy
from wingbeat.laws.recovery.coach import Limit, margin_multiple
from wingbeat.screens.amounts import CentsField
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_at
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer, onward

FIGURES = tuple(Figures.__dataclass_fields__)


class LimitForm(forms.Form):
    """The limit, and the figures of the business that speak for one."""

    cents = CentsField(label=gettext_lazy("One person gives up to"))
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    a_month_cents = CentsField(
        label=gettext_lazy("At most a month in one inbox"), required=False,
        help_text=gettext_lazy("Empty: no envelope. Beyond it a second person joins."),
    )  # fmt: skip
    margin_cents = CentsField(
        label=gettext_lazy("What one customer leaves you a year"), required=False
    )
    stay_percent = forms.IntegerField(
        label=gettext_lazy("Of a hundred, how many stay another year"), min_value=0, max_value=100,
        required=False,
    )  # fmt: skip
    asking_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that asking somebody takes"), min_value=1, max_value=240,
        required=False,
    )  # fmt: skip
    wage_cents = CentsField(label=gettext_lazy("What a minute of work costs you"), required=False)

    def figures(self) -> Figures | None:
        """Return them, where all are given."""
        told = {name: self.cleaned_data.get(name) for name in FIGURES}
        given = {name: one for name, one in told.items() if one is not None}
        return Figures(**given) if len(given) == len(FIGURES) else None


@for_admins("GET", "POST")
def limit(request: DeskRequest) -> HttpResponse:
    """Set the limit; `try` only does the sum."""
    row = GrantLimit.objects.in_force()
    form = LimitForm(request.POST or None, initial=_initial(row))
    found = row.sum
    if request.method == "POST" and form.is_valid():
        with told_at(form, None, WrongLimit):
            figures = form.figures()
            found = reckoned(figures) if figures else None
            if "try" not in request.POST:
                _set(request, form, figures)
                return onward(request, _("From now on this is what one person gives."), "limit")
    currency = (form.data.get("currency") or row.currency).upper()[:3]
    context = {"form": form, "lines": _lines(form, found, currency), "between": _between(currency)}
    return answer(request, "limit/page", context)


def _initial(row: GrantLimit) -> dict[str, Any]:
    initial = {name: getattr(row, name) for name in LimitForm.base_fields}
    if row.wage_cents is None:
        policy = shipped_policy()
        initial |= {
            "wage_cents": policy.loaded_wage_cents, "asking_minutes": policy.asking_minutes,
        }  # fmt: skip
    return initial


def _set(request: DeskRequest, form: LimitForm, figures: Figures | None) -> None:
    said = form.cleaned_data
    set_limit(
        said["cents"], currency=said["currency"], a_month_cents=said["a_month_cents"],
        figures=figures, by=request.user, at=timezone.now(),
    )  # fmt: skip


def _between(currency: str) -> dict[str, str]:
    lowest, highest = bounds()
    return {"lowest": amount(lowest, currency), "highest": amount(highest, currency)}


def _lines(form: LimitForm, found: Limit | None, currency: str) -> list[tuple[str, str]]:
    """Return the sum line by line: what it is, how much."""
    if found is None:
        return []
    policy = shipped_policy()
    stay = form["stay_percent"].value()
    years = margin_multiple(int(stay) / 100, policy.discount)
    told = {"years": f"{years:.2f}", "gain": f"{100 * policy.retention_gain:.0f}"}
    rows = (
        (_("A customer is worth %(years)s years of what they leave") % told, found.worth_cents),
        (_("Putting it right keeps %(gain)s of a hundred who would go") % told, found.gain_cents),
        (_("Asking somebody would cost"), found.asking_cents),
        (_("Together"), found.unbounded_cents),
        (_("Within the fixed bounds"), found.cents),
    )
    return [(words, amount(cents, currency)) for words, cents in rows]
