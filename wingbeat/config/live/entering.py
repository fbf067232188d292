"""Who opens a stream: the agent of a log-in session, asked of Django outside a request."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from wingbeat.desk.people.models import Agent
from wingbeat.screens.second_factors import lacks_one


def session_key(headers: list[tuple[bytes, bytes]]) -> str:
    """Return the session key among a request's cookies, empty if there is none."""
    for name, value in headers:
        if name == b"cookie":
            try:
                cookies = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                continue
            if settings.SESSION_COOKIE_NAME in cookies:
                return cookies[settings.SESSION_COOKIE_NAME].value
    return ""


def agent_of(key: str) -> int | None:
    """Return the agent who is logged in with this session, if they may still come in."""
    if not key:
        return None
    close_old_connections()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request.user = agent = get_user(request)
    if not isinstance(agent, Agent) or not agent.is_active or lacks_one(request):
        return None
    return agent.pk
