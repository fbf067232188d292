"""Whether a reply helps: an act in it, the promise it makes, and what it says it brings along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wingbeat.language.acts import HELPFUL
from wingbeat.language.thanks import is_mere_thanks
from wingbeat.language.things import speaks_of_an_attachment
from wingbeat.laws.drafts import Drafting, DraftPolicy, Finding, Spoken
from wingbeat.laws.readings import Says

LAW = "support"
A_NAME = 3  # a line of so few words is a name or a title
A_GREETING = 4
SALUTES = frozenset({"greets", "names"})
A_COURTESY = 15  # a longer sentence says more than its courtesy


def findings(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    """Yield a reply without any act, a promise with its date, and a forgotten attachment."""
    if does_nothing(draft) and "zero_act" in draft.proven:
        first, last = draft.spoken[0].sentence, draft.spoken[-1].sentence
        yield _finding("no_act", "S4.22", draft.text[first.start : last.end], first.start)
    for one in draft.promises:
        if one.due_at:
            due = f"{one.due_at:%Y-%m-%d %H:%M}"
            zone = str(draft.around.zone)
            yield _finding("promise", "S4.26", one.words, one.start, due=due, zone=zone)
    if not draft.around.attachments:
        for told in draft.spoken:
            if speaks_of_an_attachment(told.sentence, draft.language):
                yield _finding("attachment", "S3.20", told.sentence.text, told.sentence.start)
                return


def does_nothing(draft: Drafting) -> bool:
    """Say whether a reply is courtesy alone, to somebody who wants more than that.

    Who only said thank you is owed nothing: "you are welcome" is all there is to say.
    """
    return only_courtesy(draft.spoken) and not is_mere_thanks(draft.around.customer_words)


def only_courtesy(told: Sequence[Spoken]) -> bool:
    """Say whether every sentence is known to be courtesy, and none helps.

    Names and titles are let pass beside one, but alone they may be an answer: "The red one."
    """
    acts = frozenset[str]().union(*(one.acts for one in told))
    return bool(acts - SALUTES) and not acts & HELPFUL and all(_is_courtesy(one) for one in told)


def _is_courtesy(one: Spoken) -> bool:
    longest = A_NAME
    if one.acts:
        longest = A_COURTESY if one.acts - SALUTES else A_GREETING
    said = one.sentence.words
    counted = any(word.text[0].isdigit() for word in said[:-1])  # a signature ends in a number
    return len(said) <= longest and not counted


def _finding(key: str, principle: str, words: str, start: int, **values: str) -> Finding:
    says = Says(f"{LAW}.{key}", {"words": words, **values})
    remedy = Says(f"{LAW}.{key}.remedy", says.values)
    return Finding(LAW, principle, says, words, start, start + len(words), remedy)
