"""How agents get in: by invitation and log-in; nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AgentsOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by admins, so the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
