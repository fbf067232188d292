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
from wingbeat.screens.setup.forms import SECURITY

OTHER = "other"
TENANT = re.compile(r"[A-Za-z0-9.-]+")
OWN = (
    "authorize_url", "token_url", "scope",
    "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security",
)  # fmt: skip
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


class ConnectingForm(forms.Form):
    """Who opens the mailbox, and what the desk is called there; `connection` follows from it."""

    provider = forms.ChoiceField(
        label=_("Provider"), choices=_providers, initial="google", widget=forms.RadioSelect
    )
    user = forms.CharField(label=_("Mailbox"), max_length=254)
    client_id = forms.CharField(label=_("Client ID"), max_length=300)
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted with a key that lies outside the database."),
    )
    tenant = forms.CharField(
        label=_("Directory (tenant) ID"),
        max_length=100,
        required=False,
        help_text=_("Empty, if the app is registered for accounts of any organization."),
    )
    authorize_url = forms.CharField(label=_("Sign-in address"), max_length=500, required=False)
    token_url = forms.CharField(label=_("Token address"), max_length=500, required=False)
    scope = forms.CharField(
        label=_("Scope"),
        max_length=500,
        required=False,
        help_text=_("It must include IMAP, SMTP and offline access."),
    )
    imap_host = forms.CharField(label=_("IMAP server"), max_length=200, required=False)
    imap_port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, required=False, initial=993
    )
    imap_security = forms.ChoiceField(label=_("Security"), choices=SECURITY, required=False)
    smtp_host = forms.CharField(label=_("SMTP server"), max_length=200, required=False)
    smtp_port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, required=False, initial=587
    )
    smtp_security = forms.ChoiceField(
        label=_("Security"), choices=SECURITY, required=False, initial="starttls"
    )
    takes_old_mail = forms.BooleanField(
        label=_("Bring in the mail that is there already"),
        required=False,
        help_text=_("Otherwise only what comes from now on. It is asked once."),
    )

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
        oauth2 = {name: values.pop(name) for name in ("authorize_url", "token_url", "scope")}
        asked = {"client_id": data["client_id"].strip(), "provider": data["provider"]}
        user = data["user"].strip()
        return {
            **values, "imap_user": user, "smtp_user": user,
            "is_oauth2": True, "oauth2": {**oauth2, **asked, "tenant": data["tenant"]},
        }  # fmt: skip


def known_answers(account: Account) -> dict[str, Any]:
    """Return what the form shows of a mailbox that is connected; never its secret."""
    names = ("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security")
    servers = {name: getattr(account, name) for name in names}
    return {"provider": OTHER, **servers, **account.oauth2, "user": account.imap_user}


def _filled(provider: str, tenant: str) -> dict[str, Any]:
    row = _known()[provider]
    values: dict[str, Any] = {
        "authorize_url": row["authorize_url"].format(tenant=tenant),
        "token_url": row["token_url"].format(tenant=tenant),
        "scope": row["scope"],
    }
    if row["authserv_id"]:
        values["authserv_id"] = row["authserv_id"]
    for kind in ("imap", "smtp"):
        host, port, security = row[kind].split()
        values |= {
            f"{kind}_host": host, f"{kind}_port": int(port), f"{kind}_security": security,
        }  # fmt: skip
    return values


@cache
def _known() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("sign_ins.toml").read_text())
