"""Second factors: their secrets sealed, and nobody in a role that needs one gets past without."""

from __future__ import annotations

import re
from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
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


class TakesOnce(BaseAuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Take no code of an app twice: the library forgets it before wrong clocks are allowed for."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        used = f"app-code-{self.user.pk}-{re.sub('[^0-9]', '', code)}"
        lasts = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not cache.add(used, True, lasts):  # noqa: FBT003  how caches take a value
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticating(TakesOnce, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Asks for a code after the password."""


class AuthenticatingAgain(TakesOnce, ReauthenticateForm):  # type: ignore[misc]  # as above
    """Asks for a code before something that matters is changed."""


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
