"""What to ask about a mailbox that takes no password: its provider, and who we are there."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.oauth import is_safe
from wingbeat.screens.setup.forms import SERVERS, MailboxForm
from wingbeat.screens.setup.providers import servers

OTHER = "other"
TENANT = re.compile(r"[A-Za-z0-9.-]+")
OAUTH2 = ("authorize_url", "token_url", "scope")
OWN = (*OAUTH2, *SERVERS)
MADE_AT = {
    "google": _("Make the app at console.cloud.google.com: APIs & Services, Credentials, Web."),
    "microsoft": _("Make the app at entra.microsoft.com: App registrations, platform Web."),
    OTHER: _("Any provider that speaks OAuth 2."),
}
NAMES = {"google": "Google", "microsoft": "Microsoft", OTHER: _("Another")}


def _providers() -> list[tuple[str, str]]:
    return [
        (key, format_html("<b>{}</b> <span>{}</span>", NAMES[key], words))
        for key, words in MADE_AT.items()
    ]


class ConnectingForm(MailboxForm):
    """Who opens the mailbox, and what the desk is called there; `connection` follows from it."""

    provider = forms.ChoiceField(
        label=_("Provider"), choices=_providers, initial="google", widget=forms.RadioSelect
    )
    user = forms.CharField(label=_("Mailbox"), max_length=254)
    client_id = forms.CharField(label=_("Client ID"), max_length=300)
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=500, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted with a key that lies outside the database."),
    )  # fmt: skip
    tenant = forms.CharField(
        label=_("Directory (tenant) ID"), max_length=100, required=False,
        help_text=_("Empty, if the app is registered for accounts of any organization."),
    )  # fmt: skip
    authorize_url = forms.CharField(label=_("Sign-in address"), max_length=500, required=False)
    token_url = forms.CharField(label=_("Token address"), max_length=500, required=False)
    scope = forms.CharField(
        label=_("Scope"), max_length=500, required=False,
        help_text=_("It must include IMAP, SMTP and offline access."),
    )  # fmt: skip

    def clean_tenant(self) -> str:
        tenant = str(self.cleaned_data["tenant"]).strip()
        if tenant and not TENANT.fullmatch(tenant):
            raise forms.ValidationError(
                _("“%(value)s” is no tenant: letters, digits, dots and dashes only."),
                params={"value": tenant},
            )
        return tenant

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if data.get("provider") == OTHER:
            for name in OWN:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Another provider needs this."))
            for name in ("authorize_url", "token_url"):
                if data.get(name) and not is_safe(data[name]):
                    self.add_error(name, _("It must begin with https://."))
        return data

    def connection(self) -> dict[str, Any]:
        """Return the fields of an account that this makes, without any secret."""
        data: dict[str, Any] = self.cleaned_data
        if data["provider"] == OTHER:
            values = {name: data[name] for name in OWN}
        else:
            values = _filled(data["provider"], data["tenant"] or "common")
        oauth2 = {name: values.pop(name) for name in OAUTH2}
        asked = {"client_id": data["client_id"].strip(), "provider": data["provider"]}
        user = data["user"].strip()
        return {
            **values, "imap_user": user, "smtp_user": user,
            "is_oauth2": True, "oauth2": {**oauth2, **asked, "tenant": data["tenant"]},
        }  # fmt: skip


def known_answers(account: Account) -> dict[str, Any]:
    """Return what the form shows of a mailbox that is connected; never its secret."""
    kept = {name: getattr(account, name) for name in SERVERS}
    return {"provider": OTHER, **kept, **account.oauth2, "user": account.imap_user}


def _filled(provider: str, tenant: str) -> dict[str, Any]:
    row = _known()[provider]
    values: dict[str, Any] = {name: row[name].format(tenant=tenant) for name in OAUTH2}
    if row["authserv_id"]:
        values["authserv_id"] = row["authserv_id"]
    return values | servers(imap=row["imap"], smtp=row["smtp"])


@cache
def _known() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("sign_ins.toml").read_text())
