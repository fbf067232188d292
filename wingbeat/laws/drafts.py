"""A reply while it is written, what is known around it, and what a law may say of it.

Nothing here is kept: a draft and its findings live in the request that reads them. `Drafting`
holds what all laws look at, read once; a law's `coach` yields findings as keys and typed values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Annotated

from wingbeat.language.acts import acts_of
from wingbeat.language.meaning import stems
from wingbeat.language.own_list import Pair
from wingbeat.language.promises import Promised, is_owed, promised
from wingbeat.language.register import Register
from wingbeat.language.sentences import Sentence, sentences
from wingbeat.laws.policy import Between
from wingbeat.laws.readings import Says


@dataclass(frozen=True)
class DraftPolicy:
    """What `drafts.toml` sets, with the reason for each."""

    same_answer: Annotated[float, Between(0.3, 1)]
    same_promise: Annotated[float, Between(0.3, 1)]
    names_at_most: Annotated[int, Between(1, 20)]
    least_precision: Annotated[float, Between(0.5, 1)]
    least_letters: Annotated[int, Between(10, 500)]
    most_words: Annotated[int, Between(500, 100_000)]
    words_before_questions: Annotated[int, Between(1, 100)]
    shown_before_rest: Annotated[int, Between(10, 1_000)]
    least_heeded: Annotated[float, Between(0, 1)]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A promise that still stands: its words, and when it falls due, if they say so."""

    words: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around a draft: the customer, their latest words, and what we said before.

    `known` maps kinds of facts (`order_number`, `email`, `phone`, `address`, `version`, `name`,
    `customer_number`) to what the customer told us. `other_ways` are replies that customers
    accepted after the same cause.
    """

    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    names: tuple[str, ...] = ()
    language: str | None = None
    register: Register | None = None
    customer_words: str = ""
    earlier_replies: tuple[str, ...] = ()
    promises: tuple[Earlier, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    attachments: int = 0
    other_ways: tuple[str, ...] = ()
    manner: bool = False  # whether its writer wants to hear of manner, too
    own_list: tuple[Pair, ...] = ()  # words that the team avoids, and says instead


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence of a draft and what it does."""

    sentence: Sentence
    acts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say of a draft: where, why, what would mend it; `stops` holds the sending."""

    law: str
    principle: str
    says: Says
    words: str
    start: int
    end: int
    remedy: Says
    alternative: Says | None = None
    stops: bool = False


@dataclass(frozen=True)
class Drafting:
    """A draft, read once for all laws. `proven` are the acts heard well enough to speak of."""

    text: str
    language: str
    spoken: tuple[Spoken, ...]
    around: Around
    proven: frozenset[str]

    @cached_property
    def acts(self) -> frozenset[str]:
        """Everything that any sentence does."""
        return frozenset().union(*(one.acts for one in self.spoken))

    @cached_property
    def stems(self) -> frozenset[str]:
        """What the whole draft is about."""
        return frozenset().union(*(stems(one.sentence.words, self.language) for one in self.spoken))

    @cached_property
    def asked(self) -> list[Sentence]:
        """The sentences of the customer's latest words."""
        return sentences(self.around.customer_words)

    @cached_property
    def promises(self) -> tuple[Promised, ...]:
        """What the draft promises, with its dates."""
        return tuple(
            promised(
                self.text, one.sentence, self.language, at=self.around.at, zone=self.around.zone
            )
            for one in self.spoken
            if is_owed(one.sentence, one.acts, self.language)
        )

    def doing(self, act: str) -> list[Sentence]:
        """Return the sentences that do something."""
        return [one.sentence for one in self.spoken if act in one.acts]


def read(text: str, language: str, around: Around, proven: frozenset[str]) -> Drafting:
    """Read a draft in a language that we know."""
    spoken = tuple(Spoken(one, acts_of(one, language)) for one in sentences(text))
    return Drafting(text, language, spoken, around, proven)
