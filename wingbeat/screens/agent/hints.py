"""Hints while a reply is written: one in view, the rest at a key, and what they are left with.

A hint's fate is kept in the form and goes with it; only numbers by team remain (`care.hint`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.gathering import clock_of
from wingbeat.desk.care.hint import HintCount, give_example, team_of
from wingbeat.desk.care.promise import step_value
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.steps import Act, Step, read, written
from wingbeat.desk.conversations.words import unquoted
from wingbeat.desk.insights.hinting import read_draft, to_show
from wingbeat.desk.people.models import Agent
from wingbeat.laws.coaching import KINDS, Coached
from wingbeat.laws.drafts import Finding
from wingbeat.laws.memory.coach import LeftWith
from wingbeat.laws.readings import Says
from wingbeat.laws.wording import speak
from wingbeat.screens.agent import drafts
from wingbeat.screens.agent.access import DeskRequest
from wingbeat.screens.paths import path_to

ANSWERS = frozenset({"reply", "reply-all"})
# What makes sense where the customer does not read it: whoever gets a forward or a note is not the
# one whose name, language and questions are known, and colleagues are promised nothing by it.
ELSEWHERE = {
    "forward": frozenset({"first_impression.placeholder", "support.attachment", "memory.own_list",
                          "ethics.contradicts_day", "ethics.contradicts_sum"}),
    # words to a colleague meet the same regard, if their writer asked to hear of manner
    "note": frozenset({"first_impression.placeholder", "support.attachment",
                       "first_impression.kinder", "first_impression.impatient"}),
}  # fmt: skip
COACHED = ANSWERS | ELSEWHERE.keys()
UNCOUNTED = frozenset({"note"})  # its author's own: nothing of it is kept, not even a number
TRACKED = "support.promise"
NAMED = re.compile(r"(?:^|[,>])([^,<>]+)<")  # begins at a mark, so that a long line costs no more
EVIDENCE = 90  # letters of a sentence that show which one is meant
MOST_MARKS = 200
DUE = "%Y-%m-%d %H:%M"  # as the law of support writes it


@dataclass(frozen=True, slots=True)
class Hint:
    """A finding in the reader's language, with the words it is about."""

    id: str
    kind: str
    says: str
    remedy: str
    other: str
    words: str
    can_track: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What the form remembers: kinds shown and settled, hints waved away, and what was read."""

    shown: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    waved: frozenset[str] = frozenset()
    read: str = ""

    @classmethod
    def of(cls, request: DeskRequest) -> Marks:
        def told(name: str) -> frozenset[str]:
            return frozenset(request.POST.get(name, "").split()[:MOST_MARKS])

        kinds = frozenset(KINDS)
        return cls(
            told("hints_shown") & kinds, told("hints_settled") & kinds, told("hints_waved"),
            request.POST.get("hints_read", ""),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hints:
    """What the composer shows; `there` are all kinds that were found, shown or not."""

    url: str
    is_on: bool
    marks: Marks = field(default_factory=Marks)
    all: tuple[Hint, ...] = ()
    left_with: LeftWith | None = None
    promised: tuple[str, ...] = ()
    cut: bool = False
    there: frozenset[str] = frozenset()
    team_id: int | None = None
    is_counted: bool = True
    offered: str = ""  # the hint that was just called wrong: its words may be given as an example
    is_given: bool = False

    @property
    def first(self) -> Hint | None:
        return self.all[0] if self.all else None

    @property
    def rest(self) -> tuple[Hint, ...]:
        return self.all[1:]

    @property
    def remembered(self) -> tuple[tuple[str, str], ...]:
        """The form's hidden fields."""
        marks = self.marks
        return (
            ("hints_shown", " ".join(sorted(marks.shown))),
            ("hints_settled", " ".join(sorted(marks.settled))),
            ("hints_waved", " ".join(sorted(marks.waved))),
            ("hints_read", marks.read),
        )


def hints_for(request: DeskRequest, found: Conversation, draft: Draft | None, kind: str) -> Hints:
    """Read an agent's own draft, unless they switched hints off."""
    blank = Hints(path_to("agent:conversation-hints", found.pk, kind), request.user.is_coached)
    if draft is None or not blank.is_on or kind not in COACHED:
        return blank
    text = own_text(draft)
    if not text:
        return blank
    told = coached(found, draft, by=request.user, text=text)
    team_id = team_of(request.user, found.inbox_id)
    marks = Marks.of(request)
    shown = [
        one for one in to_show(told, resting=HintCount.objects.resting(team_id))
        if one.says.key in ELSEWHERE.get(kind, KINDS)
    ]  # fmt: skip
    left_with = told.left_with if kind in ANSWERS else None
    tracked = {step.value for step in read(draft.steps) if step.act == Act.PROMISE}
    hints = tuple(
        _hint(one, request.user)
        for one in shown
        if id_of(one) not in marks.waved and _step_of(told, one) not in tracked
    )
    return replace(
        blank, marks=replace(marks, read=digest_of(draft, text)), all=hints,
        left_with=left_with, cut=told.cut, team_id=team_id, is_counted=kind not in UNCOUNTED,
        promised=tuple(one.words for one in left_with.promised) if left_with else (),
        there=frozenset(one.says.key for one in told.findings),
    )  # fmt: skip


def coached(found: Conversation, draft: Draft, *, by: Agent, text: str) -> Coached:
    names = tuple(name.strip().strip('"') for name in NAMED.findall(draft.to))
    return read_draft(
        text, found, by=by, at=timezone.now(), zone=clock_of(found.customer, found.inbox),
        attachments=len(drafts.file_ids(draft)), names=names, is_note=draft.kind == DraftKind.NOTE,
    )  # fmt: skip


def own_text(draft: Draft) -> str:
    """Return what the agent wrote themselves; what they quote is not theirs."""
    return own_words.text_in(unquoted(draft.html))


def track(draft: Draft, told: Coached, hint_id: str) -> bool:
    """Let a promise go along with the reply that makes it; say whether there is one."""
    for one in told.findings:
        value = _step_of(told, one) if id_of(one) == hint_id else ""
        if value:
            draft.steps = written((*read(draft.steps), Step(Act.PROMISE, value)))
            draft.save(update_fields=["steps"])
            return True
    return False


def give(found: Conversation, told: Coached, hint_id: str) -> bool:
    """Give the words of a hint as an example; say whether there is such a one."""
    one = next((each for each in told.findings if id_of(each) == hint_id), None)
    if one:
        give_example(found, one.says.key, told.language or "", one.words, timezone.now())
    return one is not None


def id_of(finding: Finding) -> str:
    """Return a name for a finding that says nothing of its words to who reads it."""
    words = finding.says.values.get("question", finding.words)
    return sha256(f"{finding.says.key} {words}".encode()).hexdigest()[:12]


def digest_of(draft: Draft, text: str) -> str:
    """Return what changes whenever a draft would have to be read again."""
    files = ",".join(map(str, drafts.file_ids(draft)))
    return sha256(f"{text}\0{draft.to}\0{draft.steps}\0{files}".encode()).hexdigest()[:16]


def _step_of(told: Coached, finding: Finding) -> str:
    if finding.says.key != TRACKED or told.draft is None:
        return ""
    promised = (one for one in told.draft.promises if one.start == finding.start and one.due_at)
    return next((step_value(one.words, one.due_at) for one in promised if one.due_at), "")


def _by_their_clock(says: Says) -> Says:
    """Write a promise's time, which is in the customer's zone, as the reader writes times."""
    if "due" not in says.values:
        return says
    due = date_format(datetime.strptime(str(says.values["due"]), DUE), "D j M, H:i")  # noqa: DTZ007 - the zone stands beside it
    return Says(says.key, {**says.values, "due": due})


def _hint(finding: Finding, agent: Agent) -> Hint:
    language = (get_language() or "en").partition("-")[0]
    said = speak(_by_their_clock(finding.says), law=finding.law, language=language)
    other = finding.alternative
    return Hint(
        id=id_of(finding),
        kind=finding.says.key,
        says=said,
        remedy=speak(finding.remedy, law=finding.law, language=language),
        other=speak(other, law=finding.law, language=language) if other else "",
        words="" if finding.words in said else finding.words[:EVIDENCE],
        can_track=finding.says.key == TRACKED and not agent.is_light,
    )
