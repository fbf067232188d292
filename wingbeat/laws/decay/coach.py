"""What to say of a thing at the moment somebody uses it: how long ago a person checked it."""

from __future__ import annotations

from wingbeat.laws.readings import Says


def checked(age_days: int, *, half_life_days: float | None = None) -> Says:
    """Return how long ago a thing was checked, and whether half of its kind are wrong by then.

    >>> checked(200, half_life_days=180.0).key, checked(20).values
    ('decay.past_half_life', {'n': 20})
    """
    past = half_life_days is not None and age_days >= half_life_days
    return Says("decay.past_half_life" if past else "decay.checked", {"n": age_days})
