"""Links at which an agent sets a password: once, and within three days."""

from __future__ import annotations

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from wingbeat.desk.people.models import Agent


def base_of(request: HttpRequest) -> str:
    """Return where the desk is found: its own address, else the one it was asked at."""
    return str(settings.DESK_ADDRESS) or request.build_absolute_uri("/")


def password_link(base: str, agent: Agent) -> str:
    """Return an address at which this agent sets a password."""
    names = {"uidb36": user_pk_to_url_str(agent), "key": default_token_generator.make_token(agent)}
    return urljoin(base, reverse("account_reset_password_from_key", kwargs=names))
