"""How agents get in: by invitation and log-in; nobody signs up."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wingbeat.channels.mail.own_mail import CannotSend
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)


class AgentsOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by admins, so the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of the desk's own mails; where none can leave, say so on the next page."""
        try:
            super().send_mail(template_prefix, email, context)
        except CannotSend as why:
            log.error("A mail to an agent could not be sent: %s", why)
            messages.error(
                self.request,
                _("The desk cannot send mail now. Try again in a while, or tell an admin of it."),
            )

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return password_url(self.request, key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("agent:settings")


def password_link(request: HttpRequest, agent: Agent) -> str:
    """Return an address at which this agent sets a password, once and within three days."""
    key = f"{user_pk_to_url_str(agent)}-{default_token_generator.make_token(agent)}"
    return password_url(request, key)


def password_url(request: HttpRequest, key: str) -> str:
    uid, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    base = settings.DESK_ADDRESS or request.build_absolute_uri("/")
    return urljoin(base, path)


def mail_invitation(request: HttpRequest, agent: Agent, *, by: Agent) -> None:
    """Mail an agent the link to their first password.

    Raises:
        CannotSend: if the mail did not leave.
    """
    context = {"agent": agent, "by": by, "link": password_link(request, agent)}
    mail = get_adapter(request).render_mail("account/email/invitation", agent.email, context)
    mail.send()


def mail_password_link(request: HttpRequest, agent: Agent) -> None:
    """Mail an agent a link to a new password; nobody else sees it.

    Raises:
        CannotSend: if the mail did not leave.
    """
    context = {"user": agent, "password_reset_url": password_link(request, agent)}
    prefix = "account/email/password_reset_key"
    get_adapter(request).render_mail(prefix, agent.email, context).send()
