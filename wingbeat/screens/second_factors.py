"""Second factors: their secrets sealed, and nobody in a role that needs one gets past without."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

from wingbeat.channels.mail.secrets import opened, sealed

# What somebody without a second factor may reach: adding one, and leaving.
OPEN = ("mfa_", "account_", "openid_connect_")


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Keeps seeds and codes encrypted with the desk's key, which is not in the database."""

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)


@receiver(authenticator_used)
def keep_code(request: HttpRequest, authenticator: Authenticator, **_more: object) -> None:
    """Take no code of an app twice: the library forgets it before wrong clocks are allowed for."""
    if authenticator.type == Authenticator.Type.TOTP:
        used = authenticator.wrap()._get_used_cache_key(request.POST.get("code", ""))
        cache.touch(used, app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1))


def required_by_role(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send whoever needs a second factor and has none to where they add one, and nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if lacks_one(request):
            name = resolve(request.path_info).url_name or ""
            return get_response(request) if name.startswith(OPEN) else redirect("mfa_index")
        return get_response(request)

    return middleware


def lacks_one(request: HttpRequest) -> bool:
    """Say whether who is logged in needs a second factor by their role, and has none."""
    roles = settings.WINGBEAT["two_factors_for"]
    needs = bool(roles) and request.user.is_authenticated and request.user.role in roles
    return needs and not is_mfa_enabled(request.user)  # each time: the last may have been taken off
