"""Who asks: only agents of this desk get in, and each is answered in their language and zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from wingbeat.desk.people.models import Agent

P = ParamSpec("P")
Viewed = TypeVar("Viewed", bound=Callable[..., Any])


@contextmanager
def as_chosen_by(agent: Agent) -> Iterator[None]:
    """Speak an agent's language and tell time by their clock, where they chose one."""
    language = agent.language or translation.get_language()
    with translation.override(language), timezone.override(agent.zone or None):
        yield


class DeskRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: Agent
    htmx: HtmxDetails


View = Callable[Concatenate[DeskRequest, P], HttpResponse]


Shown = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_agents(*methods: str) -> Callable[[View[P]], Shown[P]]:
    """Let only agents in, by these methods; others log in first."""

    def decorate(view: View[P]) -> Shown[P]:
        return cast("Shown[P]", answers(*methods)(login_required(view)))

    return decorate


def answers(*methods: str) -> Callable[[Viewed], Viewed]:
    """Refuse every method but these; whoever answers GET answers HEAD."""
    return require_http_methods([*methods, "HEAD"] if "GET" in methods else [*methods])


def asked_by_script(request: HttpRequest) -> bool:
    """Say whether htmx or a script of a page asks, which can draw no page for logging in."""
    return "HX-Request" in request.headers or "X-Requested-With" in request.headers


def refuse_forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Let a page ask for its token anew; whoever came by a form gets Django's own page."""
    return HttpResponse(status=401) if asked_by_script(request) else csrf_failure(request, reason)


def spoken_to(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer agents as they chose on every page: on passwords, and where there is no page, too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:  # no page has one in its address, and PostgreSQL takes none
            raise Http404
        # without a cookie nobody is asked who it is, so that customers' pages stay cacheable
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            with as_chosen_by(request.user):
                return get_response(request)
        answer = get_response(request)
        entry = resolve_url(settings.LOGIN_URL)
        is_entry = isinstance(answer, HttpResponseRedirect) and answer.url.startswith(entry)
        return HttpResponse(status=401) if is_entry and asked_by_script(request) else answer

    return middleware
