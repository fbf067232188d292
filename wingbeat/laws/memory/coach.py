"""What a customer will keep of a reply: what stays open, what they heard before, how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wingbeat.language.acts import HELPFUL
from wingbeat.language.dates import dates
from wingbeat.language.meaning import Question, questions, shared, stems_in, touches
from wingbeat.language.own_list import avoided_in
from wingbeat.language.promises import Promised
from wingbeat.language.sentences import Sentence
from wingbeat.language.things import amounts, asked_for
from wingbeat.laws.drafts import Around, Drafting, DraftPolicy, Finding, Spoken
from wingbeat.laws.readings import Says

LAW = "memory"
LEAST_STEMS = 4  # two short replies share their few words by chance
MOST_WAYS = 3
ANOTHER_WAY = frozenset({"alternative", "step", "promises"})
A_SHORT_LETTER = 45  # words


@dataclass(frozen=True, slots=True)
class LeftWith:
    """What they will be left with: our last line, what we promised, what we did not answer."""

    last_line: str
    promised: tuple[Promised, ...]
    open_questions: tuple[Question, ...]


def left_with(draft: Drafting) -> LeftWith:
    """Return the facts of the end of a reply. A farewell is no last line: the words before are."""
    said = [one.sentence.text for one in draft.spoken if "farewell" not in one.acts]
    last = said[-1] if said else ""
    return LeftWith(last, draft.promises, tuple(open_questions(draft)))


def before_reading(text: str, around: Around) -> Iterator[Finding]:
    """Yield what needs no understanding: words that the team itself would not say."""
    for start, end, pair in avoided_in(text, around.own_list):
        says = Says(f"{LAW}.own_list", {"words": text[start:end]})
        instead = "remedy" if pair.say else "leave_out"
        remedy = Says(f"{LAW}.own_list.{instead}", {"say": pair.say})
        yield Finding(LAW, "S3.23", says, text[start:end], start, end, remedy)


def findings(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    """Yield what stays open, what is asked or said again, a bare no, and a request at the end."""
    for question in open_questions(draft):
        asked = Sentence(question.words, 0, 0)  # theirs: it stands nowhere in the draft
        yield _finding("question_open", "S3.21", asked, question=question.words)
    yield from _asked_already(draft)
    yield from _said_before(draft, policy)
    yield from _bare_no(draft)
    yield from _after_the_farewell(draft)


def open_questions(draft: Drafting) -> Iterator[Question]:
    """Yield the customer's questions that no sentence of the draft touches.

    Touched means: a word of the question stands in the draft, or the kind of answer it wants does
    (a sum for "how much"). A single question is open only if the draft does not help at all.
    """
    asked = questions(draft.asked, draft.language)
    if not asked or not draft.spoken:
        return
    plain = sum("answers" in one.acts and len(one.sentence.words) < 3 for one in draft.spoken)
    untouched = [
        one for one in asked if not touches(one.about, draft.stems) and not _held(draft, one)
    ]
    if len(asked) == 1 and draft.acts & HELPFUL - {"asks"}:
        return
    yield from untouched[plain:]  # "Yes." answers one


def _held(draft: Drafting, question: Question) -> bool:
    if question.wants == "amount":
        return bool(amounts(draft.text))
    if question.wants == "number":
        return any(character.isdigit() for character in draft.text)
    if question.wants == "time":
        at, zone = draft.around.at, draft.around.zone
        told = (
            dates(draft.text, one.sentence, draft.language, at=at, zone=zone)
            for one in draft.spoken
        )
        return any(told)
    return question.wants == "place" and "://" in draft.text


def _asked_already(draft: Drafting) -> Iterator[Finding]:
    known = draft.around.known
    for sentence in draft.doing("asks"):
        for kind in sorted(asked_for(sentence, draft.language) & known.keys()):
            yield _finding("asked_already", "S3.33", sentence, told=known[kind])


def _said_before(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    if len(draft.stems) < LEAST_STEMS:
        return
    for reply in draft.around.earlier_replies:
        if shared(draft.stems, stems_in(reply, draft.language)) >= policy.same_answer:
            yield _finding("same_answer", "S3.27", draft.spoken[0].sentence, said=reply[:120])
            return


def _bare_no(draft: Drafting) -> Iterator[Finding]:
    refused = draft.doing("refuses")
    if "bare_no" in draft.proven and is_bare_no(draft.spoken):
        ways = draft.around.other_ways[:MOST_WAYS]
        other = Says(f"{LAW}.no_other_way.ways", {"ways": " · ".join(ways)}) if ways else None
        yield _finding("no_other_way", "S3.28", refused[-1], other)


def is_bare_no(told: Sequence[Spoken]) -> bool:
    """Say whether words refuse and name no other way, no step and nothing that we will do.

    Of a long letter it is not said: a way that we do not hear may stand anywhere in it.
    """
    acts = frozenset[str]().union(*(one.acts for one in told))
    if "refuses" not in acts or acts & ANOTHER_WAY:
        return False
    return sum(len(one.sentence.words) for one in told) <= A_SHORT_LETTER


def _after_the_farewell(draft: Drafting) -> Iterator[Finding]:
    if not {"farewell", "asks"} <= draft.proven:
        return
    ended = False
    for one in draft.spoken:
        if ended and "asks" in one.acts and "farewell" not in one.acts:
            yield _finding("request_after_farewell", "S3.25", one.sentence)
            return
        ended = ended or ("farewell" in one.acts and not one.acts & HELPFUL)


def _finding(
    key: str, principle: str, at: Sentence, alternative: Says | None = None, **values: str
) -> Finding:
    says = Says(f"{LAW}.{key}", {"words": at.text, **values})
    remedy = Says(f"{LAW}.{key}.remedy", says.values)
    return Finding(LAW, principle, says, at.text, at.start, at.end, remedy, alternative)
