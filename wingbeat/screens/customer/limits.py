"""Limits on what anybody may do here without logging in, counted in each process."""

from __future__ import annotations

from allauth.core.internal.ratelimit import truncate_ip
from django.core.cache import cache
from django.http import HttpRequest

HOUR_SECONDS = 3600


def within(what: str, whose: object, *, most: int, seconds: int = HOUR_SECONDS) -> bool:
    """Count one more, and say whether that is still within the limit."""
    key = f"limit:{what}:{whose}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out between the two questions
        cache.set(key, 1, seconds)
        return True


def computer_of(request: HttpRequest) -> str:
    """Return what counts as one computer: in IPv6 a network, since each line has a whole one."""
    return str(truncate_ip(str(request.META.get("REMOTE_ADDR", ""))))
