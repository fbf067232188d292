"""Second factors: their secrets sealed, and nobody in a role that needs one gets past without."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

from wingbeat.channels.mail.secrets import opened, sealed

HAS_ONE = "has_second_factor"
# What somebody without a second factor may reach: adding one, and leaving.
OPEN = ("mfa_", "account_", "openid_connect_")


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Keeps seeds and codes encrypted with the desk's key, which is not in the database."""

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)


def required_by_role(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send whoever needs a second factor and has none to where they add one, and nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if lacks_one(request) and not _is_open(request.path_info):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def lacks_one(request: HttpRequest) -> bool:
    """Say whether who is logged in needs a second factor by their role, and has none."""
    roles = settings.WINGBEAT["two_factors_for"]
    user = request.user
    if not roles or not user.is_authenticated or user.role not in roles:
        return False
    if not request.session.get(HAS_ONE):
        request.session[HAS_ONE] = is_mfa_enabled(user)
    return not request.session[HAS_ONE]


def _is_open(path: str) -> bool:
    if path.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
        return True
    return (resolve(path).url_name or "").startswith(OPEN)
