"""Due times and promises in words: by when, and how that time came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from wingbeat.desk.care.promise import Outcome, Promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.due import Clock
from wingbeat.screens import times


@dataclass(frozen=True, slots=True)
class DueLine:
    """By when something is due: `key` is `late`, `near` or `due`."""

    words: str
    why: str
    key: str


def due_line(conversation: Conversation, *, now: datetime) -> DueLine | None:
    """Say by when a conversation is due an answer; None while nobody waits or it sleeps."""
    due_at, warn_at = conversation.due_at, conversation.warn_at
    if due_at is None or conversation.snoozed_until is not None:
        return None
    key = "late" if due_at < now else "near" if warn_at and warn_at < now else "due"
    said = _("was due %(at)s") if key == "late" else _("due %(at)s")
    return DueLine(said % {"at": times.moment(due_at, now)}, why_due(conversation), key)


def why_due(conversation: Conversation) -> str:
    """Say how a due time came about: `4 working hours after their mail, Vienna office`."""
    why = conversation.due_why
    if not why:
        return _("within the desk's own time after their words")
    much = span(why["minutes"] * why["percent"] // 100, working=bool(why["hours"]))
    after = (
        _("%(much)s after their mail")
        if why["clock"] == Clock.FIRST
        else _("%(much)s after their latest words")
    )
    parts = [after % {"much": much}]
    if why["hours"]:
        parts.append(why["hours"])
    if why.get("is_teams"):
        parts.append(_("the hours of the team that has it"))
    if why["percent"] != 100:
        parts.append(_("their contract leaves %(n)d %% of the time") % {"n": why["percent"]})
    return ", ".join(parts)


def span(minutes: int, *, working: bool = False) -> str:
    """Return a length of time as people say it: `4 working hours`, `90 minutes`."""
    if minutes % 60:
        said = (
            ngettext("%(n)d working minute", "%(n)d working minutes", minutes)
            if working
            else (ngettext("%(n)d minute", "%(n)d minutes", minutes))
        )
        return said % {"n": minutes}
    n = minutes // 60
    said = (
        ngettext("%(n)d working hour", "%(n)d working hours", n)
        if working
        else (ngettext("%(n)d hour", "%(n)d hours", n))
    )
    return said % {"n": n}


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise in words; `key` is `open`, `near`, `late`, `kept`, `broken` or `withdrawn`."""

    pk: int
    conversation_id: int
    words: str
    key: str
    when: str
    theirs: str  # the same by their clock, where it shows another time
    may_be_kept: bool

    @property
    def is_open(self) -> bool:
        return self.key in {"open", "near", "late"}


def promise_lines(rows: Iterable[Promise], *, now: datetime) -> tuple[PromiseLine, ...]:
    """Tell promises as the desk shows them; rows come `with_answers`."""
    return tuple(
        PromiseLine(
            pk=row.pk,
            conversation_id=row.conversation_id,
            words=row.words,
            key=_key_of(row, now),
            when=SAID[_key_of(row, now)] % {"at": times.moment(row.settled_at or row.due_at, now)},
            theirs=times.by_their_clock(row.due_at, row.clock) if row.is_open else "",
            may_be_kept=row.is_open and getattr(row, "is_answered", False),
        )
        for row in rows
    )


SAID = {
    "open": gettext_lazy("by %(at)s"),
    "near": gettext_lazy("by %(at)s"),
    "late": gettext_lazy("was due %(at)s"),
    "kept": gettext_lazy("kept %(at)s"),
    "broken": gettext_lazy("kept late, %(at)s"),
    "withdrawn": gettext_lazy("taken back %(at)s"),
}


def _key_of(row: Promise, now: datetime) -> str:
    if row.is_open:
        return "late" if row.due_at < now else "near" if row.warn_at <= now else "open"
    if row.outcome == Outcome.WITHDRAWN:
        return "withdrawn"
    return "broken" if row.is_broken(now) else "kept"
