"""Connecting a mailbox by signing in at its provider: asked, sent there, tried, kept."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from wingbeat.channels.mail import oauth, secrets
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup import connecting
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.connecting_forms import ConnectingForm, known_answers
from wingbeat.screens.setup.views import after_account, keep_account, step


@for_admins("GET", "POST")
@sensitive_post_parameters("client_secret")
def connection(request: DeskRequest, inbox_id: int) -> HttpResponse:
    """Ask who the provider is, then show the way there.

    It is a link: a form that is answered by another site would need that site in the page's policy.
    """
    inbox, row = _inbox_and_account(inbox_id)
    known = known_answers(row) if row is not None and row.is_oauth2 else {"user": inbox.address}
    form = ConnectingForm(request.POST or None, initial=known)
    onward_url = ""
    if request.method == "POST" and form.is_valid():
        made = form.connection()
        typed = form.cleaned_data["client_secret"]
        pending = connecting.Pending(
            inbox.pk, made, secrets.sealed(typed) or connecting.kept_secret(row, made),
            takes_old_mail=form.cleaned_data["takes_old_mail"],
        )  # fmt: skip
        onward_url = connecting.begin(
            request.session, pending, redirect_to=redirect_address(request)
        )
    here = redirect_address(request)
    context = {
        "inbox": inbox, "form": form, "is_new": row is None,
        "redirect_to": here, "is_reachable": oauth.is_safe(here),
        "has_secret": bool(row and row.oauth2_secret),
        "onward_url": onward_url, "onward_host": urlsplit(onward_url).hostname,
    }  # fmt: skip
    return step(request, "account", "setup/connection.html", context)


@for_admins("GET")
def connected(request: DeskRequest) -> HttpResponse:
    """Where the provider sends the browser back to."""
    said = {
        name: request.GET.get(name, "")[:2_000]
        for name in ("state", "code", "error", "error_description")
    }
    context: dict[str, object] = {}
    try:
        pending, trials = connecting.come_back(
            request.session, said, redirect_to=redirect_address(request)
        )
    except connecting.NotBegun:
        context = {"not_begun": True}
    except oauth.Refused as error:
        context = {"refusal": str(error)}
    else:
        if all(trial.is_fine for trial in trials.values()):
            return _keep(request, pending)
        context = {"trials": trials}
    context["begun"] = connecting.waiting(request.session)
    return step(request, "account", "setup/connected.html", context)


@for_admins("POST")
def keeping(request: DeskRequest) -> HttpResponse:
    """Keep a mailbox that its provider opens, though a server does not let the desk in yet."""
    pending = connecting.waiting(request.session)
    if pending is None or not pending.refresh:
        return step(request, "account", "setup/connected.html", {"not_begun": True})
    return _keep(request, pending)


def redirect_address(request: HttpRequest) -> str:
    """Return the address that has to be registered at the provider."""
    base = settings.DESK_ADDRESS or request.build_absolute_uri("/")
    return urljoin(base, reverse("setup:connected"))


def _keep(request: DeskRequest, pending: connecting.Pending) -> HttpResponse:
    inbox, _row = _inbox_and_account(pending.inbox_id)
    keep_account(inbox, pending.values, takes_old_mail=pending.takes_old_mail, by=request.user)
    connecting.forget(request.session)
    return after_account(request, inbox)


def _inbox_and_account(inbox_id: int) -> tuple[Inbox, Account | None]:
    inbox = get_object_or_404(Inbox, pk=inbox_id)
    return inbox, Account.objects.filter(inbox=inbox).first()
