"""Mails that anybody may ask for: whoever asks waits for none, and learns from none who works here.

Each request makes one job, for agents and strangers alike, before anybody is looked up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from wingbeat.desk.people.models import Agent
from wingbeat.screens.passwords import password_link

CODE_WORKS_FOR = timedelta(minutes=3)  # allauth's own setting, which the mail names


@task()
def mail_password_link(email: str, base: str, language: str) -> None:
    """Mail a link to a new password, made here so that it stands in no row and in no backup.

    Raises:
        CannotSend: if the mail did not leave; the job tries again, and ends in the tray.
    """
    agent = Agent.objects.at_address(email)
    if agent is None:
        return
    with override(agent.language or language):
        context = {"user": agent, "password_reset_url": password_link(base, agent)}
        prefix = "account/email/password_reset_key"
        get_adapter().render_mail(prefix, agent.email, context).send()


@task()
def mail_login_code(email: str, code: str, asked_at: str, language: str) -> None:
    """Mail a code to log in with. It works only in the browser that asked for it, and not for long.

    Raises:
        CannotSend: if the mail did not leave.
    """
    agent = Agent.objects.at_address(email)
    if agent is None or timezone.now() - datetime.fromisoformat(asked_at) > CODE_WORKS_FOR:
        return
    with override(agent.language or language):
        get_adapter().render_mail("account/email/login_code", agent.email, {"code": code}).send()
