"""Who takes the next conversation: pure, fair, and the same for the same state of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who could take one more: how many wait with them, and how many may."""

    pk: int
    load: int
    most: int

    @property
    def has_room(self) -> bool:
        return self.load < self.most


def in_turn(hands: Iterable[Hand], after: int) -> int | None:
    """Return whose turn it is: the next by number behind whoever had the last one, with room."""
    free = sorted(hand.pk for hand in hands if hand.has_room)
    behind = [pk for pk in free if pk > after]
    return next(iter(behind or free), None)


def by_load(hands: Iterable[Hand], after: int) -> int | None:
    """Return who is loaded least, measured by what each may have; equals take turns."""
    free = [hand for hand in hands if hand.has_room]
    if not free:
        return None
    # as fractions of whole numbers, so that no rounding decides
    least = min(free, key=lambda hand: (hand.load / hand.most, hand.pk))
    equals = [hand for hand in free if hand.load * least.most == least.load * hand.most]
    return in_turn(equals, after)


def share_out(
    items: Sequence[int], takers: Mapping[int, Iterable[int]], hands: Iterable[Hand]
) -> dict[int, int | None]:
    """Share items out among those who may take each, the least loaded first; None for nobody.

    Capacity is no bar here: somebody is away, and their customers wait all the same.
    """
    now = {hand.pk: hand for hand in hands}
    shared: dict[int, int | None] = {}
    latest = 0
    for item in items:
        able = [replace(now[pk], most=10_000) for pk in takers.get(item, ()) if pk in now]
        taker = by_load(able, latest)
        shared[item] = taker
        if taker is not None:
            now[taker] = replace(now[taker], load=now[taker].load + 1)
            latest = taker
    return shared
