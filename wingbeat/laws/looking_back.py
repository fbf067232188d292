"""What a desk that was used before left behind: silences, broken promises, bad last steps.

Plain values in, places to look at out, each with the message that shows it. Nothing here knows who
spoke for the desk: only that somebody did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from wingbeat.language.acts import acts_of
from wingbeat.language.afterwards import afterwards
from wingbeat.language.meaning import questions
from wingbeat.language.promises import promised
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import language_of
from wingbeat.language.thanks import is_mere_thanks
from wingbeat.laws.policy import Between, load
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.survival import Curve

NUMBERS = ("never", "median", "ninth", "week_later", "reopened")
Result = Estimate | NotEnough | CannotBeSeen
KINDS = ("silence", "promise", "last_step", "question")
Kind = Literal["silence", "promise", "last_step", "question"]


@dataclass(frozen=True)
class LookingBackPolicy:
    """What `looking_back.toml` sets, with the reason for each."""

    patience_days: Annotated[int, Between(1, 90)]
    most_letters: Annotated[int, Between(100, 10_000)]
    most_words: Annotated[int, Between(5, 200)]

    @property
    def patience(self) -> timedelta:
        """How long a silence lasts before it counts."""
        return timedelta(days=self.patience_days)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said: by the customer or by us, by a person or (`automatic`) by a program."""

    ref: str
    at: datetime
    is_ours: bool
    text: str
    automatic: str = ""


@dataclass(frozen=True, slots=True)
class OldCase:
    """A conversation of the old desk. `ends` are the times at which it was ended, where told."""

    ref: str
    number: str
    opened_at: datetime
    told: tuple[Told, ...]
    ends: tuple[datetime, ...] = ()
    is_over: bool = False
    is_spam: bool = False
    customer: str = ""  # whose it is, where told; else each conversation is another customer's

    @property
    def spoken(self) -> list[Told]:
        """What people said, in order of time."""
        return sorted((one for one in self.told if not one.automatic), key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Something to look at: what it is, in which conversation, and which words show it."""

    kind: Kind
    case: OldCase
    shown_by: Told
    words: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """The waits that began in one month (UTC): how long they were, and who has never heard."""

    month: str
    n: int
    median: Result
    ninth: Result
    never: Result


@dataclass(frozen=True, slots=True)
class Measured:
    """Every number by its name (`NUMBERS`), the waits as a curve, and month by month."""

    numbers: Mapping[str, Result]
    curve: Curve | None
    months: tuple[Month, ...]


def forgotten(
    case: OldCase, policy: LookingBackPolicy, *, as_of: datetime, zone: tzinfo = UTC
) -> Iterator[Forgotten]:
    """Yield what was left behind in a conversation; of its end, one thing only.

    >>> at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> case = OldCase("1", "1", at, (Told("a", at, False, "My lamp is dark. Why?"),))
    >>> [one.kind for one in forgotten(case, shipped_policy(), as_of=at + timedelta(days=8))]
    ['silence']
    """
    spoken = case.spoken
    if case.is_spam or not spoken:
        return
    yield from _promises(spoken, case, policy, as_of, zone)
    latest = spoken[-1]
    if latest.is_ours or as_of - latest.at < policy.patience:
        return
    if not any(one.is_ours for one in spoken):
        yield from _silence(spoken, case)
    else:
        yield from _end(latest, case, policy)


def _silence(spoken: Sequence[Told], case: OldCase) -> Iterator[Forgotten]:
    """Yield a conversation that nobody answered, unless the customer called it off."""
    first = spoken[0]
    if not any(_is_settled(one.text) for one in spoken[1:] if one.text != first.text):
        yield Forgotten("silence", case, first, first.text)


def _promises(
    spoken: Sequence[Told], case: OldCase, policy: LookingBackPolicy, as_of: datetime, zone: tzinfo
) -> Iterator[Forgotten]:
    """Yield promises after which nobody spoke for us: by their time, or at all if they named none.

    A customer who calls the matter settled before that releases us.
    """
    for one in spoken:
        for words, due_at in _promised(one, policy, zone) if one.is_ours else ():
            until = due_at or one.at + policy.patience
            after = [other for other in spoken if other.at > one.at]
            kept = any(o.is_ours and (due_at is None or o.at <= due_at) for o in after)
            released = any(not o.is_ours and o.at <= until and _is_settled(o.text) for o in after)
            if until <= as_of and not kept and not released:
                yield Forgotten("promise", case, one, words, due_at)


def _promised(
    one: Told, policy: LookingBackPolicy, zone: tzinfo
) -> Iterator[tuple[str, datetime | None]]:
    """Yield the words of a promise that we ourselves have to keep by speaking, and its time."""
    language = language_of(one.text)
    for sentence in sentences(one.text) if language else ():
        if language is None or sentence.is_question or len(sentence.words) > policy.most_words:
            continue
        stands, acts = afterwards(sentence, language), acts_of(sentence, language)
        comes_back = "comes_back" in stands
        if "asks" in acts:  # "send us the number and we will look": the next word is theirs
            continue
        if comes_back or {"ours_to_do", "promises"} <= stands | acts:
            due_at = promised(one.text, sentence, language, at=one.at, zone=zone).due_at
            if comes_back or due_at:
                yield sentence.text, due_at


def _end(latest: Told, case: OldCase, policy: LookingBackPolicy) -> Iterator[Forgotten]:
    """Yield the customer's last words where they say that it is still wrong, or ask something."""
    language = language_of(latest.text) if len(latest.text) <= policy.most_letters else None
    if language is None or is_mere_thanks(latest.text):
        return
    said = sentences(latest.text)
    stands = [afterwards(one, language) for one in said]
    wrong, asked = _left_wrong(stands), questions(said, language)
    if wrong is not None and not any("comes_back" in each for each in stands):
        yield Forgotten("last_step", case, latest, said[wrong].text)  # else the next word is theirs
    elif asked and (wrong is not None or not any("settled" in each for each in stands)):
        yield Forgotten("question", case, latest, asked[-1].words)


def _left_wrong(stands: Sequence[frozenset[str]]) -> int | None:
    """Return the first sentence that tells what is still wrong at the end, or None.

    What is so now is outweighed only by an unmistakable end after it ("it works now"); what
    merely failed once by such an end anywhere, or by whatever works after it.
    """
    works, over = _latest(stands, "settled"), _latest(stands, "settled", "over")
    for n, each in enumerate(stands):
        ended = (over >= 0 or works > n) if "failed" in each else over > n
        if "still_wrong" in each and not ended:
            return n
    return None


def _is_settled(text: str) -> bool:
    """Say whether it is all well for whoever writes: nothing in their words is still wrong."""
    if is_mere_thanks(text):
        return True
    language = language_of(text)
    stands = [afterwards(one, language) for one in sentences(text)] if language else []
    told = {"settled", "still_wrong"} & frozenset().union(*stands)
    return told == {"settled"} and _latest(stands, "failed") <= _latest(stands, "settled", "over")


def _latest(stands: Sequence[frozenset[str]], *all_of: str) -> int:
    return max((n for n, each in enumerate(stands) if each.issuperset(all_of)), default=-1)


@cache
def shipped_policy() -> LookingBackPolicy:
    """Return the thresholds as they are shipped."""
    page = files("wingbeat.laws").joinpath("looking_back.toml").read_text(encoding="utf-8")
    return load(LookingBackPolicy, page)
