"""Limits on strangers hold however much else a desk keeps in mind."""

from __future__ import annotations

from django.core.cache import cache, caches

from wingbeat.screens.customer import limits


def test_what_a_busy_desk_remembers_pushes_no_limit_out() -> None:
    counts = [limits.within("forms", "192.0.2.1", most=3) for _ in range(4)]
    assert counts == [True, True, True, False]
    for number in range(2_000):
        cache.set(f"api:{number}", 1, 60)
        caches["panels"].set(number, "what a shop knows", 60)
    assert not limits.within("forms", "192.0.2.1", most=3)
