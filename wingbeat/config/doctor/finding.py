"""What a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. What is not well has a remedy."""

    check: str
    is_well: bool
    says: str
    remedy: str = ""


Check = Callable[[], Iterator[Finding]]


def well(check: str, says: str) -> Finding:
    return Finding(check, is_well=True, says=says)


def ill(check: str, says: str, remedy: str) -> Finding:
    return Finding(check, is_well=False, says=says, remedy=remedy)
