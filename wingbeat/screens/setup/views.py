"""The first run: owner, inbox, mail account tried live, recovery key, first mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.trying import Trial, try_imap, try_smtp
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent
from wingbeat.screens.setup import recovery, tokens
from wingbeat.screens.setup.forms import AccountForm, InboxForm, OwnerForm, account_values
from wingbeat.screens.setup.making import make_inbox, make_owner
from wingbeat.screens.setup.providers import provider_of

SESSION_KEY = "may_set_up"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEPS = ("owner", "inbox", "account", "recovery", "first-mail")
View = Callable[..., HttpResponse]


def for_admins(view: View) -> View:
    """Let only owners and admins in."""

    @login_required
    @wraps(view)
    def admitted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (isinstance(request.user, Agent) and request.user.may_administer):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admitted


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Take the one-time token, or lead on to the first step that is not done."""
    if tokens.has_owner():
        return redirect("setup:inbox")
    if tokens.opens(request.GET.get("token", "")):
        request.session[SESSION_KEY] = True
    if not request.session.get(SESSION_KEY):
        return _step(request, "owner", "setup/closed.html", status=403)
    return redirect("setup:owner")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def owner(request: HttpRequest) -> HttpResponse:
    if tokens.has_owner() or not request.session.get(SESSION_KEY):
        raise Http404
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agent = make_owner(form.cleaned_data)
        login(request, agent, backend=BACKEND)
        return redirect("setup:inbox")
    return _step(request, "owner", "setup/owner.html", {"form": form})


@for_admins
def inbox(request: HttpRequest) -> HttpResponse:
    form = InboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = make_inbox(form, request.user)
        return redirect("setup:account", made.pk)
    context = {"form": form, "inboxes": Inbox.objects.order_by("name")}
    return _step(request, "inbox", "setup/inbox.html", context)


@sensitive_post_parameters("password")
@for_admins
def account(request: HttpRequest, inbox_id: int) -> HttpResponse:
    """Try the servers with what was typed; keep it when both work, or when told to."""
    inbox = get_object_or_404(Inbox, pk=inbox_id)
    row = Account.objects.filter(inbox=inbox).first()
    form = AccountForm(request.POST or None, initial=_first_guess(inbox, row))
    trials: dict[str, Trial] = {}
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"] or (secrets.opened(row.imap_secret) if row else "")
        trials = {
            "imap": try_imap(form.server("imap", password)),
            "smtp": try_smtp(form.server("smtp", password)),
        }
        if all(trial.is_fine for trial in trials.values()) or "anyway" in request.POST:
            _keep_account(inbox, form, password)
            return redirect(_after_account(request))
    context = {
        "inbox": inbox,
        "form": form,
        "trials": trials,
        "help": provider_of(inbox.address).help,
    }
    return _step(request, "account", "setup/account.html", context)


@for_admins
def recovery_key(request: HttpRequest) -> HttpResponse:
    """Show a new recovery key once; the desk keeps only the half that locks."""
    key = recovery.make(settings.HOME) if request.method == "POST" else ""
    context = {"key": key, "has_key": recovery.exists(settings.HOME)}
    return _step(request, "recovery", "setup/recovery.html", context)


@for_admins
def first_mail(request: HttpRequest) -> HttpResponse:
    """Wait for the first mail; the page asks again every few seconds, with or without scripts."""
    inbox = Inbox.objects.order_by("-pk").first()
    visible = Conversation.objects.visible_to(request.user)  # type: ignore[arg-type]  # admins are agents
    arrived = visible.newest_first().for_list().first()
    row = Account.objects.filter(inbox=inbox).first() if inbox else None
    context: dict[str, Any] = {"inbox": inbox, "arrived": arrived, "account": row}
    template = (
        "setup/_first_mail.html" if request.headers.get("HX-Request") else "setup/first_mail.html"
    )
    return _step(request, "first-mail", template, context)


def _step(
    request: HttpRequest,
    step: str,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    number = STEPS.index(step) + 1
    values = {"step": number, "steps": len(STEPS), **(context or {})}
    return render(request, template, values, status=status)


def _first_guess(inbox: Inbox, row: Account | None) -> dict[str, Any]:
    if row is not None:
        return account_values(row)
    known = provider_of(inbox.address)
    (imap_host, imap_port, imap_security), (smtp_host, smtp_port, smtp_security) = (
        known.imap,
        known.smtp,
    )
    return {
        "user": inbox.address,
        "imap_host": imap_host,
        "imap_port": imap_port,
        "imap_security": imap_security,
        "smtp_host": smtp_host,
        "smtp_port": smtp_port,
        "smtp_security": smtp_security,
    }


def _keep_account(inbox: Inbox, form: AccountForm, password: str) -> None:
    answers = dict(form.cleaned_data)
    user = answers.pop("user").strip()
    answers.pop("password")
    sealed = secrets.sealed(password)
    Account.objects.update_or_create(
        inbox=inbox,
        defaults={
            **answers,
            "imap_user": user,
            "smtp_user": user,
            "imap_secret": sealed,
            "smtp_secret": sealed,
            "trouble": "",
        },
    )


def _after_account(request: HttpRequest) -> str:
    return "setup:first-mail" if recovery.exists(settings.HOME) else "setup:recovery"
