"""How agents get in: by invitation and log-in; nobody signs up."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.views import login, logout
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, gettext_lazy

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.screens import devices
from wingbeat.screens.mailing import mail_login_code
from wingbeat.screens.passwords import base_of, password_link


class AgentsOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by admins, so the sign-up page is closed."""

    # the library says "and/or"; which of the two is wrong is told to nobody, as it does
    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This address and password do not go together.")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave the only mail that allauth sends, a log-in code, to a job, whoever asked for it."""
        code = context.get("code") or self.generate_login_code()
        mail_login_code.enqueue(email, code, timezone.now().isoformat(), get_language())

    def login(self, request: HttpRequest, user: Agent) -> None:
        """Log in, and say plainly to a newcomer what holds here, once."""
        is_first = user.last_login is None
        super().login(request, user)
        if is_first:
            messages.info(request, what_holds_here())

    def send_notification_mail(
        self, template_prefix: str, user: Agent, *_args: Any, **_more: Any
    ) -> None:
        """Keep that somebody's ways in have changed; the library says it in no other method."""
        if template_prefix.startswith(("mfa/", "socialaccount/")):
            facts: dict[str, int | str] = {"agent": user.pk, "change": "ways_in"}
            with transaction.atomic():
                record(Kind.AGENT_CHANGED, by=user, at=timezone.now(), facts=facts)

    def post_login(
        self, request: HttpRequest, user: Agent, *args: Any, **more: Any
    ) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, *args, **more)
        devices.remember(response, user.email)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the tries of a browser that has been in before apart from those of strangers."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        known = devices.known_as(request, str(credentials.get("email", "")))
        return f"{key}-{known}" if known else key

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("agent:settings")


def log_out(request: HttpRequest) -> HttpResponseBase:
    """Log out, and have the browser forget every page: the next person at it may be another."""
    response: HttpResponseBase = logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'
    return response


def log_in(request: HttpRequest) -> HttpResponseBase:
    """Let agents log in; where there is none yet, the setup says where its link stands."""
    if request.method == "GET" and not Agent.objects.people().exists():
        return redirect("setup:start")
    answer: HttpResponseBase = login(request)
    return answer


def what_holds_here() -> str:
    """Return the one line that everybody reads when they first come in."""
    return _(
        "Here nobody is forgotten, nobody's minutes are counted, and only a customer's word makes "
        "something solved."
    )


def mail_invitation(request: HttpRequest, agent: Agent, *, by: Agent) -> None:
    """Mail an agent the link to their first password.

    Raises:
        CannotSend: if the mail did not leave.
    """
    context = {"agent": agent, "by": by, "link": password_link(base_of(request), agent)}
    mail = get_adapter(request).render_mail("account/email/invitation", agent.email, context)
    mail.send()


def mail_password_link(request: HttpRequest, agent: Agent) -> None:
    """Mail an agent a link to a new password; nobody else sees it.

    Raises:
        CannotSend: if the mail did not leave.
    """
    context = {"user": agent, "password_reset_url": password_link(base_of(request), agent)}
    prefix = "account/email/password_reset_key"
    get_adapter(request).render_mail(prefix, agent.email, context).send()
