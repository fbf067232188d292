"""Moments in words, as a person's page quotes them with their date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.care.mending import Bond, State
from wingbeat.desk.insights.lived import Lived, Remembered
from wingbeat.screens import times

KINDS: dict[str, str | Promise] = {
    "first_words_in_time": _("Our first words came in time"),
    "first_words_late": _("Our first words came late"),
    "silence": _("Nobody answered when an answer was due"),
    "answer": _("We answered"),
    "promise_kept": _("We did what we promised"),
    "promise_broken": _("We did not do what we promised"),
    "refusal": _("We said no"),
    "refusal_with_another_way": _("We said no, and named another way"),
    "apology": _("We said sorry"),
    "handed_over": _("Somebody else took over"),
    "thanks": _("They thanked us"),
    "complaint": _("They complained of us"),
    "farewell": _("We said goodbye"),
    "reopened": _("It was not over, and was opened again"),
    "mail_failed": _("Our mail did not reach them"),
    "rating": _("They said how it was"),
    "grant": _("We put something right"),
    "notice": _("We told them of a fault before they asked"),
}
BONDS: dict[str, str | Promise] = {
    State.HURT: _("Something hurt them, %(at)s, and nobody has answered it yet."),
    State.BEING_MENDED: _("It is being mended since %(at)s. Only their own word ends that."),
    State.MENDED: _("Something had hurt them. It is good again: they said so, %(at)s."),
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A moment as the page tells it."""

    title: str
    what: str
    conversation_id: int
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class BondLine:
    """How it stands after a hurt, in words, and where it shows."""

    state: str
    words: str
    conversation_id: int


def bond_line(found: Bond | None, now: datetime) -> BondLine | None:
    if found is None:
        return None
    words = str(BONDS[found.state]) % {"at": times.moment(found.at, now)}
    return BondLine(found.state, words, found.conversation_id)


def quotations(found: Remembered | None) -> list[Quoted]:
    """Return the strongest moment and the last; one line where they are the same."""
    if found is None:
        return []
    if found.peak == found.end:
        return [_quoted(_("The strongest moment, and the last"), found.end)]
    return [_quoted(_("The strongest moment"), found.peak), _quoted(_("How we parted"), found.end)]


def _quoted(title: str | Promise, one: Lived) -> Quoted:
    what = KINDS.get(one.kind, one.kind)
    return Quoted(str(title), str(what), one.conversation_id, one.at, one.words)
