"""Addresses of our own pages: a list or a thread needs hundreds, and few of them differ."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path_to(name: str, pk: int | None = None, *more: str) -> str:
    """Return what `reverse(name, args=[pk, *more])` does, without matching the patterns anew."""
    before, after = _around(name, pk is not None, more, get_script_prefix())
    return before if pk is None else f"{before}/{pk}/{after}"


@lru_cache(maxsize=256)
def _around(name: str, is_numbered: bool, more: tuple[str, ...], _prefix: str) -> tuple[str, str]:
    path = reverse(name, args=[0, *more] if is_numbered else more)
    before, _number, after = path.partition("/0/") if is_numbered else (path, "", "")
    return before, after
