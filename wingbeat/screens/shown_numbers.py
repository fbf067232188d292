"""The numbers that the whole desk shows, each with one plain sentence: 21 at most.

A page marks each with its key, `data-number="ends.good"`; a longer key belongs to it, as a count
does to its share. A new number has to replace an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST = 21
Words = Promise | str


class TooManyNumbers(ValueError):
    """There is no room for another number."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: {MOST} numbers are shown already; take one away for it.")


class SaysNothing(ValueError):
    """A number came without the sentence that says what it means."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: say in one sentence what it means for the customer.")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Keys and sentences, in order."""

    by_key: dict[str, Words] = field(default_factory=dict)

    def register(self, key: str, says: Words) -> None:
        """Take a number in, unless it would be the 22nd or comes without a sentence."""
        if key not in self.by_key and len(self.by_key) >= MOST:
            raise TooManyNumbers(key)
        if not str(says).strip():
            raise SaysNothing(key)
        self.by_key[key] = says

    def of_law(self, law: str) -> list[str]:
        return [key for key in self.by_key if key.startswith(f"{law}.")]


SHOWN = Numbers()
for _key, _says in (
    ("load", _("How many people wait with this colleague now; whoever has room takes the next.")),
    ("ends.waits_for_us", _("The share of conversations in which somebody waits for our words.")),
    ("ends.waits_for_customer", _("The share in which we wait for the customer's words.")),
    ("ends.quiet", _("The share in which nobody has said a word for long.")),
    ("ends.ended", _("The share that we called over; the customer may see it otherwise.")),
    ("ends.solved", _("The share that the customer called solved.")),
    ("ends.good", _("For how many it was good, with what the silent may have meant.")),
    ("ends.would_return", _("How many would gladly come to us again.")),
    ("ends.promises_kept", _("How many promises customers saw kept by their day.")),
    ("causes", _("How many people wrote for the same reason: what to mend first.")),
    ("laws.covered", _("How many ended conversations the laws have looked at: all, or why not.")),
    ("first_impression.kept", _("How many heard from a person as soon as they were promised.")),
    ("first_impression.median", _("How long half of those who write wait for first words.")),
    ("first_impression.decides", _("Whether those who waited less say more often it was good.")),
    ("memory.worse_off", _("How many customers remember us as worse than they expected.")),
    ("memory.remembered", _("How customers remember us; what they lived is another thing.")),
    ("memory.blend", _("Whether the strongest and the last moment foretell what they say.")),
    ("decay.half_life", _("After how long half of what customers read of us has gone wrong.")),
    ("decay.drift", _("Whether more people have to write to us than before.")),
    ("support.reopened", _("How many had to come back after we called it over.")),
    ("support.crowd", _("Whether answers are timed by the clock instead of by need.")),
):  # fmt: skip
    SHOWN.register(_key, _says)
