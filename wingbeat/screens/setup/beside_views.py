"""Beside the old desk: what the two did differently with the same mail, to read and as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.channels.mail.models import Judgement
from wingbeat.channels.moving import comparing
from wingbeat.channels.moving.comparing import Comparison, Difference, Kind
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.paths import path_to
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer
from wingbeat.screens.setup.table import MOST_IN_TABLE, table
from wingbeat.screens.times import since

ROWS = 20
# In the order in which somebody has to act: what is missing here first.
HEADINGS: dict[Kind, Promise] = {
    Kind.ONLY_THERE: gettext_lazy("Came to the old desk only"),
    Kind.LAID_ASIDE: gettext_lazy("Laid aside here, a conversation there"),
    Kind.ONLY_HERE: gettext_lazy("Came here only"),
    Kind.APART_HERE: gettext_lazy("Apart here, together there"),
    Kind.JOINED_HERE: gettext_lazy("Together here, apart there"),
    Kind.AUTOMATIC: gettext_lazy("Taken for automatic by one of them"),
    Kind.ANSWERED: gettext_lazy("Answered in the old desk"),
}
NUMBERED = {Kind.APART_HERE, Kind.JOINED_HERE}


@dataclass(frozen=True, slots=True)
class Row:
    """A difference in words, and where it is seen."""

    told: Difference
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """Differences of one kind."""

    heading: str
    rows: list[Row]
    is_more: bool


@for_admins("GET")
def beside(request: DeskRequest) -> HttpResponse:
    span = comparing.span()
    if span is None:
        return answer(request, "beside/page", {})
    comparison = Comparison(span, request.user)
    if request.GET.get("as") == "csv":
        return _table(request, comparison)
    parts = [_part(comparison, kind, ROWS) for kind in HEADINGS]
    context = {
        "span": span, "summary": comparison.summary(),
        "parts": [part for part in parts if part.rows],
    }  # fmt: skip
    return answer(request, "beside/page", context)


def _part(comparison: Comparison, kind: Kind, most: int) -> Part:
    found, is_more = comparison.differences(kind, most)
    places = [int(one.why.get("home") or one.conversation_id or 0) for one in found]
    numbers = comparing.numbers_there(places) if kind in NUMBERED else {}
    return Part(str(HEADINGS[kind]), [_row(one, numbers) for one in found], is_more)


def _row(one: Difference, numbers: dict[int, list[str]]) -> Row:
    home = int(one.why.get("home") or one.conversation_id or 0)
    told = _WHY[one.kind](one, ", ".join(numbers.get(home, [])))
    url = path_to("agent:conversation", one.conversation_id) if one.conversation_id else ""
    return Row(one, told, url)


def _came_here(one: Difference, _numbers: str) -> str:
    if one.why["reason"] == "no_id":
        return _("It has no Message-ID: nothing tells whether the old desk has it.")
    return _("No import has told of a mail with its Message-ID.")


def _came_there(_one: Difference, _numbers: str) -> str:
    return _("It never reached this desk. Look at what copies or forwards the mail.")


def _laid_aside(one: Difference, _numbers: str) -> str:
    judgement = str(Judgement(one.why["judgement"]).label)
    return f"{judgement}: {one.why['why']}" if one.why["why"] else judgement


def _automatic(one: Difference, _numbers: str) -> str:
    if one.why["here"]:
        return _("Here an automatic mail, which makes nobody wait; there somebody’s words.")
    return _("There an automatic mail; here somebody’s words, which wait for an answer.")


def _apart(_one: Difference, numbers: str) -> str:
    if not numbers:
        return _("There it is part of another conversation.")
    return _("There it is part of %(numbers)s.") % {"numbers": numbers}


def _together(_one: Difference, numbers: str) -> str:
    if not numbers:
        return _("There these are several conversations.")
    return _("There these are %(numbers)s.") % {"numbers": numbers}


def _answered(one: Difference, _numbers: str) -> str:
    asked = one.at - one.after if one.after else one.at
    return _("After %(time)s.") % {"time": since(asked, one.at)}


_WHY: dict[Kind, Callable[[Difference, str], str]] = {
    Kind.ONLY_HERE: _came_here, Kind.ONLY_THERE: _came_there, Kind.LAID_ASIDE: _laid_aside,
    Kind.AUTOMATIC: _automatic, Kind.APART_HERE: _apart, Kind.JOINED_HERE: _together,
    Kind.ANSWERED: _answered,
}  # fmt: skip


def _table(request: DeskRequest, comparison: Comparison) -> HttpResponse:
    parts = [(kind, _part(comparison, kind, MOST_IN_TABLE)) for kind in HEADINGS]
    lines = [
        (
            kind.value, row.told.at.isoformat(), row.told.subject, row.why,
            int(row.told.after.total_seconds()) if row.told.after else "",
            request.build_absolute_uri(row.url) if row.url else "",
        )
        for kind, part in parts
        for row in part.rows
    ]  # fmt: skip
    header = ["kind", "at", "subject", "why", "answered after seconds", "address"]
    return table("two-desks", header, lines)
