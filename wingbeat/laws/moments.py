"""The one place where moments are made: rows of what happened in, what customers lived through out.

A moment begins when something is owed: the wait for first words is ours even if none ever come. No
more is owed once the customer calls the matter solved or good, or we end it. Their opening text
makes no moment; it is the zero from which everything is felt. A moment's time is when the thing was
due or happened, never when somebody noticed, so that what `derive` says as of Monday is exactly
what it says as of Friday up to Monday.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeAlias

from wingbeat.laws.facts import Change, Grant, Message, Moment, Notice, Promise, Rating
from wingbeat.laws.valences import MomentPolicy, Valences

VERSION = 2  # of what is made here: one more whenever the same rows would make other moments
AS_EXPECTED = 3  # stars
ENDS = frozenset({"ended", "solved"})  # of a matter: its customer feels them by what they are told
Told: TypeAlias = Message | Change | Rating


@dataclass(frozen=True)
class Rows:
    """What happened, in the shapes of `facts`: of one customer or of a whole desk."""

    messages: Sequence[Message] = ()
    promises: Sequence[Promise] = ()
    changes: Sequence[Change] = ()
    grants: Sequence[Grant] = ()
    notices: Sequence[Notice] = ()
    ratings: Sequence[Rating] = ()


def derive(rows: Rows, policy: MomentPolicy, as_of: datetime) -> list[Moment]:
    """Return the moments of each customer as of a time, in order of customer, conversation, time.

    Rows later than `as_of` are not looked at, nor is what they tell about earlier ones. `seq`
    numbers the moments of one customer in one conversation.
    """
    made = [
        *_words(rows, policy, as_of),
        *_promises(rows.promises, policy.valences),
        *_changes(rows.changes, policy.valences),
        *_kindnesses(rows, policy.valences),
    ]
    past = sorted((moment for moment in made if moment.at <= as_of), key=_place)
    return [
        replace(moment, seq=seq)
        for _, group in groupby(past, key=_whose)
        for seq, moment in enumerate(group)
    ]


def _whose(moment: Moment) -> tuple[str, str]:
    return moment.customer, moment.conversation or ""


def _place(moment: Moment) -> tuple[object, ...]:
    # Moments of one message keep the order in which `_words` made them: kept in `seq` until then.
    return *_whose(moment), moment.at, moment.seq, moment.kind, moment.evidence or ""


def _words(rows: Rows, policy: MomentPolicy, as_of: datetime) -> Iterator[Moment]:
    def whose(one: Told) -> tuple[str, str]:
        return one.customer, one.conversation

    def place(one: Told) -> tuple[object, ...]:
        """What ends a wait comes after the words of the same second that began it."""
        return *whose(one), one.at, not isinstance(one, Message), getattr(one, "seq", 0)

    told: list[Told] = [*rows.messages, *rows.changes, *rows.ratings]
    heard = [one for one in told if one.at <= as_of and not getattr(one, "automatic", False)]
    for _, thread in groupby(sorted(heard, key=place), key=whose):
        yield from _thread(list(thread), policy, as_of)


def _thread(thread: Sequence[Told], policy: MomentPolicy, as_of: datetime) -> Iterator[Moment]:
    wait, greeted = _Wait(policy), False
    opening = next((one for one in thread if isinstance(one, Message)), None)
    for one in thread:
        if not isinstance(one, Message):
            yield from wait.changed(one)
        elif one.side == "customer":
            if one is not opening:
                yield from _their_acts(one, policy.valences)
            yield from wait.heard(one)
        else:
            yield from wait.silences(one.at)
            if (waited := wait.asked or wait.left) is not None:
                yield _answer(waited, one, policy, greeted=greeted)
            wait, greeted = _Wait(policy), True
            yield from _our_acts(one, policy.valences)
    yield from wait.silences(as_of + timedelta(seconds=1))


@dataclass
class _Wait:
    """What a customer waits for in a conversation since our latest words, told row by row."""

    policy: MomentPolicy
    asked: Message | None = None  # the message that waits for us
    left: Message | None = None  # one that waits no more, though no words of ours came
    shift: timedelta = timedelta(0)  # from the message to the reopening since which it waits
    insists: bool = False  # a question or a complaint: a good word alone does not answer it

    def heard(self, message: Message) -> Iterator[Moment]:
        if _wants_an_answer(message):
            if self.asked is None:
                self.asked, self.shift = message, timedelta(0)
            self.insists = self.insists or not {"asks", "complains"}.isdisjoint(_acts(message))
        elif not self.insists:
            yield from self._over(message.at)

    def changed(self, one: Change | Rating) -> Iterator[Moment]:
        """End the wait, or begin it anew: whoever reopens says that something is owed."""
        if isinstance(one, Rating):
            if one.stars > AS_EXPECTED and not self.insists:
                yield from self._over(one.at)
        elif one.kind in ENDS:
            yield from self._over(one.at)
            self.left = None if one.kind == "solved" else self.left
        elif one.kind == "reopened" and self.asked is None and self.left is not None:
            self.asked, self.shift = self.left, one.at - self.left.at

    def silences(self, until: datetime) -> Iterator[Moment]:
        """Yield a silence when the answer was due, and again after each further promised length."""
        if self.asked is None:
            return
        due = _due(self.asked, self.policy)
        length = max(due - self.asked.at, timedelta(minutes=1))
        for again in range(self.policy.silences_at_most):
            at = due + self.shift + again * length
            if at < until:
                value = self.policy.valences.silence
                yield _moment(self.asked, at, "silence", value, self.asked.id)

    def _over(self, at: datetime) -> Iterator[Moment]:
        yield from self.silences(at)
        self.asked, self.left = None, self.asked or self.left


def _wants_an_answer(message: Message) -> bool:
    """Whoever only says thank you is owed nothing; of whom nobody knows, everything."""
    acts = _acts(message)
    return "thanks" not in acts or "asks" in acts or "complains" in acts


def _acts(message: Message) -> list[str]:
    return (message.acts or "").split()


def _due(asked: Message, policy: MomentPolicy) -> datetime:
    return asked.due_at or asked.at + timedelta(hours=policy.answer_within_hours)


def _answer(asked: Message, message: Message, policy: MomentPolicy, *, greeted: bool) -> Moment:
    valences = policy.valences
    if greeted:
        return _moment(message, message.at, "answer", valences.answer, message.id)
    if message.at <= _due(asked, policy):
        kind, value = "first_words_in_time", valences.first_words_in_time
    else:
        kind, value = "first_words_late", valences.first_words_late
    return _moment(message, message.at, kind, value, message.id)


def _their_acts(message: Message, valences: Valences) -> Iterator[Moment]:
    acts = _acts(message)
    if "complains" in acts:
        yield _moment(message, message.at, "complaint", valences.complaint, message.id)
    if "thanks" in acts:
        yield _moment(message, message.at, "thanks", valences.thanks, message.id)


def _our_acts(message: Message, valences: Valences) -> Iterator[Moment]:
    acts = _acts(message)
    felt = {
        "apologizes": ("apology", valences.apology),
        "refuses": ("refusal", valences.refusal),
        "farewell": ("farewell", valences.farewell),
    }
    if "alternative" in acts:
        felt["refuses"] = ("refusal_with_another_way", valences.refusal_with_another_way)
    for order, (act, (kind, value)) in enumerate(felt.items(), start=1):
        if act in acts:
            yield _moment(message, message.at, kind, value, message.id, order=order)


def _promises(promises: Sequence[Promise], valences: Valences) -> Iterator[Moment]:
    for promise in promises:
        kept, withdrawn = promise.kept_at, promise.withdrawn_at
        if kept is not None and kept <= promise.due_at:
            yield _moment(promise, kept, "promise_kept", valences.promise_kept, promise.id)
        elif withdrawn is None or withdrawn > promise.due_at:
            # Unkept when due; kept later, it was broken all the same.
            due = promise.due_at + timedelta(seconds=1)
            yield _moment(promise, due, "promise_broken", valences.promise_broken, promise.id)


def _changes(changes: Sequence[Change], valences: Valences) -> Iterator[Moment]:
    for change in changes:
        if change.kind not in ENDS:
            value = getattr(valences, change.kind)
            yield _moment(change, change.at, change.kind, value, change.id)


def _kindnesses(rows: Rows, valences: Valences) -> Iterator[Moment]:
    for grant in rows.grants:
        yield _moment(grant, grant.at, "grant", valences.grant, grant.id)
    for notice in rows.notices:
        told, asked = notice.told_at, notice.asked_at
        if told is not None and (asked is None or told < asked):
            yield _moment(notice, told, "notice", valences.notice, notice.id)
    for rating in rows.ratings:
        value = (rating.stars - AS_EXPECTED) * valences.rating_step
        yield _moment(rating, rating.at, "rating", value, rating.id)


def _moment(
    row: Message | Promise | Change | Grant | Notice | Rating,
    at: datetime, kind: str, value: int, evidence: str, *, order: int = 0,
) -> Moment:  # fmt: skip
    conversation = getattr(row, "conversation", None)
    seq = getattr(row, "seq", 0) * 4 + order  # a message has at most three acts behind its answer
    return Moment(
        customer=row.customer, conversation=conversation, at=at, seq=seq, kind=kind, value=value,
        evidence=evidence,
    )  # fmt: skip
