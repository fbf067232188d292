"""The first run: owner, inbox, mail account tried live, recovery key, first mail."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.fetching import start_from_now
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.sending import try_now
from wingbeat.channels.mail.trying import Trial, try_servers
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.screens.answering import respond
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup import recovery, tokens
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import around, onward
from wingbeat.screens.setup.forms import (
    AccountForm,
    InboxForm,
    OwnerForm,
    account_goes_to,
    account_values,
)
from wingbeat.screens.setup.making import make_inbox, make_owner
from wingbeat.screens.setup.providers import provider_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEPS = ("owner", "inbox", "account", "recovery", "first-mail")
BACK = {"account": "inbox", "recovery": "inbox", "first-mail": "recovery"}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Take the one-time token of an empty desk; a desk that has an owner shows its front page."""
    if tokens.has_owner():
        return redirect("setup:home")
    if tokens.opens(request.GET.get("token", "")):
        tokens.begin(request.session)
    if not tokens.has_begun(request.session):
        return step(request, "owner", "setup/closed.html", status=403)
    return redirect("setup:owner")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def owner(request: HttpRequest) -> HttpResponse:
    if tokens.has_owner() or not tokens.has_begun(request.session):
        raise Http404
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agent = make_owner(form.cleaned_data)
        login(request, agent, backend=BACKEND)
        return redirect("setup:inbox")
    return step(request, "owner", "setup/owner.html", {"form": form})


@for_admins("GET", "POST")
def inbox(request: DeskRequest) -> HttpResponse:
    form = InboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = make_inbox(form, request.user)
        return redirect("setup:account", made.pk)
    context = {"form": form, "inboxes": Inbox.objects.order_by("name")}
    return step(request, "inbox", "setup/inbox.html", context)


@for_admins("GET", "POST")
@sensitive_post_parameters("password", "typed")
def account(request: DeskRequest, inbox_id: int) -> HttpResponse:
    """Try the servers with what was typed; keep it when both work, or when told to.

    Before mail that is there already comes in, the page says how much it is.
    """
    inbox = get_object_or_404(Inbox, pk=inbox_id)
    row = Account.objects.filter(inbox=inbox).first()
    form = AccountForm(request.POST or None, initial=_first_guess(inbox, row))
    trials: dict[str, Trial] = {}
    password, brings_in = "", False
    if request.method == "POST" and form.is_valid():
        password = _password(request, form, row)
    if form.is_bound and form.is_valid():
        trials = try_servers(form.cleaned_data, form.cleaned_data["user"], password)
        is_fine = all(trial.is_fine for trial in trials.values())
        brings_in = is_fine and row is None and form.cleaned_data["takes_old_mail"]
        if "anyway" in request.POST or (is_fine and not brings_in):
            _keep_typed(inbox, form, password, by=request.user)
            return after_account(request, inbox)
    context = {
        "inbox": inbox, "form": form, "trials": trials, "brings_in": brings_in,
        "typed": secrets.sealed(f"{form.goes_to}\n{password}") if trials else "",
        "has_password": bool(row and row.imap_secret and not row.is_oauth2), "is_new": row is None,
        "help": provider_of(inbox.address).help,
    }  # fmt: skip
    return step(request, "account", "setup/account.html", context)


@for_admins("GET", "POST")
def recovery_key(request: DeskRequest) -> HttpResponse:
    """Show a new recovery key once; the desk keeps only the half that locks."""
    key = ""
    if request.method == "POST":
        key = recovery.make(settings.HOME)
        with transaction.atomic():
            record(Kind.RECOVERY_MADE, by=request.user, at=timezone.now())
    context = {"key": key, "has_key": recovery.exists(settings.HOME)}
    return step(request, "recovery", "setup/recovery.html", context)


@for_admins("GET", "POST")
def first_mail(request: DeskRequest) -> HttpResponse:
    """Wait for the first mail; the page asks again by itself, or by a button without scripts."""
    inbox = Inbox.objects.order_by("-pk").first()
    visible = Conversation.objects.visible_to(request.user)
    arrived = visible.newest_first().with_people().first()
    row = Account.objects.filter(inbox=inbox).first() if inbox else None
    context: dict[str, Any] = {"inbox": inbox, "arrived": arrived, "account": row}
    context |= {"fetches": row and row.imap_host, "listens": settings.WINGBEAT["smtp_listen"]}
    template = (
        "setup/_first_mail.html" if request.headers.get("HX-Request") else "setup/first_mail.html"
    )
    return step(request, "first-mail", template, context)


def step(
    request: HttpRequest,
    name: str,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show a step of the first run; later the same questions are pages of the desk."""
    values = {"step": STEPS.index(name) + 1, "steps": len(STEPS), **(context or {})}
    if tokens.has_begun(request.session) or not request.user.is_authenticated:
        values |= {"around": "setup/step.html", "onward": reverse("setup:first-mail")}
        values |= {"back": BACK.get(name, "")}
        return render(request, template, values, status=status)
    asked = cast("DeskRequest", request)
    tab = {"inbox": "inboxes", "account": "inboxes", "recovery": "recovery"}.get(name, "home")
    values |= {"around": "setup/aside.html", "onward": reverse("setup:home")}
    values |= around(asked, tab)
    return respond(asked, template, values, status=status)


def _first_guess(inbox: Inbox, row: Account | None) -> dict[str, Any]:
    """Return what is kept of an account, and the usual names where nothing is."""
    guess = {"user": inbox.address, **provider_of(inbox.address).servers}
    kept = account_values(row) if row is not None else {}
    if not (kept.get("imap_host") or kept.get("smtp_host")):  # its ports are mere defaults
        kept = {"authserv_id": kept.get("authserv_id", "")}
    return {**guess, **{name: value for name, value in kept.items() if value}}


def _password(request: HttpRequest, form: AccountForm, row: Account | None) -> str:
    """Return what was typed now, or typed or kept before, but that only for the same servers.

    Else whoever names a server of their own would be told the password of the mailbox.
    """
    if form.cleaned_data["password"]:
        return str(form.cleaned_data["password"])
    where, _end, typed = _opened(request.POST.get("typed", "")).rpartition("\n")
    if where and where == form.goes_to:
        return typed
    if row is None or not row.imap_secret or row.is_oauth2:
        return ""
    if account_goes_to(row) != form.goes_to:
        form.add_error("password", _("Type the password again: it would go to another server."))
        return ""
    return _opened(row.imap_secret)


def _opened(sealed: str) -> str:
    try:
        return secrets.opened(sealed)
    except secrets.CannotOpen:  # sealed with another key: the trial says that it is refused
        return ""


def _keep_typed(inbox: Inbox, form: AccountForm, password: str, *, by: Agent) -> None:
    answers = dict(form.cleaned_data)
    user = answers.pop("user")
    takes_old_mail = answers.pop("takes_old_mail")
    answers.pop("password")
    sealed = secrets.sealed(password)
    who = {"imap_user": user, "smtp_user": user, "imap_secret": sealed, "smtp_secret": sealed}
    values = {**answers, **who, "is_oauth2": False, "oauth2_secret": ""}
    keep_account(inbox, values, takes_old_mail=takes_old_mail, by=by)


def keep_account(inbox: Inbox, values: dict[str, Any], *, takes_old_mail: bool, by: Agent) -> None:
    """Keep an account that was tried; what waited for it leaves at once."""
    now = timezone.now()
    with transaction.atomic():
        account, is_new = Account.objects.update_or_create(
            inbox=inbox, defaults={**values, "trouble": "", "trouble_since_at": None}
        )
        record(Kind.ACCOUNT_CHANGED, by=by, at=now, inbox_id=inbox.pk)
    if is_new and not takes_old_mail:
        start_from_now(account, at=now)
    try_now(inbox, now)


def after_account(request: DeskRequest, inbox: Inbox) -> HttpResponse:
    if not tokens.has_begun(request.session):
        return onward(request, _("The mail account is kept."), "inbox-page", inbox.pk)
    return redirect("setup:first-mail" if recovery.exists(settings.HOME) else "setup:recovery")
