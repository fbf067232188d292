"""How each kind of moment is felt: what `moments` must know, apart from what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from wingbeat.laws.policy import Between

Valence: TypeAlias = Annotated[int, Between(-1000, 1000)]


@dataclass(frozen=True)
class Valences:
    """How each kind of moment is felt, in thousandths; 0 is what the customer expected."""

    first_words_in_time: Valence
    first_words_late: Valence
    silence: Valence
    answer: Valence
    promise_kept: Valence
    promise_broken: Valence
    refusal: Valence
    refusal_with_another_way: Valence
    apology: Valence
    handed_over: Valence
    reopened: Valence
    mail_failed: Valence
    step_failed: Valence
    thanks: Valence
    complaint: Valence
    farewell: Valence
    grant: Valence
    notice: Valence
    rating_step: Annotated[int, Between(1, 500)]


@dataclass(frozen=True)
class MomentPolicy:
    """What `moments.derive` needs to know; the law of memory keeps the values."""

    answer_within_hours: Annotated[float, Between(0.1, 720)]
    silences_at_most: Annotated[int, Between(1, 10)]
    valences: Valences
