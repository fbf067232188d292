"""The form that asks for a new password: it looks nobody up, so it has nothing to tell."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest
from django.utils.translation import get_language

from wingbeat.screens.mailing import mail_password_link
from wingbeat.screens.passwords import base_of


class AskForLink(ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Makes the same job whatever address is given."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **_more: Any) -> str:
        email: str = self.cleaned_data["email"]
        mail_password_link.enqueue(email, base_of(request), get_language())
        return email
