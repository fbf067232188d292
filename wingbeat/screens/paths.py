"""Addresses of our own pages: a list or a thread needs hundreds, and few of them differ."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path_to(name: str, pk: int | None = None, *more: str) -> str:
    """Return what `reverse(name, args=[pk, *more])` does, without matching the patterns anew."""
    if pk is None:
        return _path(name, more, get_script_prefix())
    before, _zero, after = _path(name, (0, *more), get_script_prefix()).partition("/0/")
    return f"{before}/{pk}/{after}"


def place_of(conversation_id: int, message_id: int) -> str:
    """Return where a message is read: the page of its conversation that holds it."""
    page = path_to("agent:conversation", conversation_id)
    return f"{page}?message={message_id}#message-{message_id}"


@lru_cache(maxsize=256)
def _path(name: str, args: tuple[int | str, ...], _prefix: str) -> str:
    return reverse(name, args=args)
