"""Where the stream of a page begins: nothing may happen unheard between the page and its stream."""

from __future__ import annotations

from django.http import HttpRequest

LIVE_SINCE = "wingbeat.live_since"  # in a request's environment: the journal's position, an integer


def stream_address(request: HttpRequest) -> str:
    """Return the address of the page's stream, with the position the page was made at."""
    since = request.META.get(LIVE_SINCE)
    return "/live" if since is None else f"/live?since={since}"
