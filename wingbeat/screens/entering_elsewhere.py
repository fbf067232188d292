"""Logging in at the team's own provider: for invited addresses that the provider has verified."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from wingbeat.desk.people.models import Agent


class InvitedOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by admins; the provider only says who somebody is."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find who it is among the invited; the first time by a verified address, then by number.

        A password stays as it is: the address was given by an admin and needs no second proof.
        """
        if sociallogin.is_existing:
            return
        agent = next(filter(None, map(Agent.objects.at_address, _verified(sociallogin))), None)
        if agent is None:
            messages.error(
                request, _("Nobody here has been invited under an address that they verified.")
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, agent)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *_args: Any, **_more: Any
    ) -> None:
        messages.error(request, _("%(name)s did not let you in. Try again.") % {"name": provider})
        raise ImmediateHttpResponse(redirect("account_login"))

    def send_notification_mail(self, *args: Any, **more: Any) -> None:
        get_adapter().send_notification_mail(*args, **more)


def _verified(sociallogin: Any) -> list[str]:
    """Return addresses that the provider says are verified: `true`, and nothing that looks so."""
    return [row.email for row in sociallogin.email_addresses if row.verified is True]
