"""The questions of the first run, one form a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from wingbeat.channels.mail.models import Account
from wingbeat.channels.reaching import CannotReach
from wingbeat.desk.conversations.inbox import Inbox, our_addresses
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:  # the class takes its model in brackets for the type checker only
    AgentForm = forms.ModelForm[Agent]
    DoorForm = forms.ModelForm[Inbox]
else:
    AgentForm = DoorForm = forms.ModelForm

ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+$")


class CalledField(forms.URLField):
    """The address of a system that the desk is to call; `check` raises where it cannot be."""

    def __init__(self, check: Callable[[str], None]) -> None:
        help_text = _("Your system's own, such as https://shop.example.org/wingbeat.")
        super().__init__(
            label=_("Address"), max_length=500, assume_scheme="https", help_text=help_text
        )
        self._check = check

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        try:
            self._check(value)
        except CannotReach as why:
            raise forms.ValidationError(str(why)) from why


class OwnerForm(AgentForm):
    """Who owns this desk."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters. A short sentence is easiest to keep."),
    )  # fmt: skip

    class Meta:
        model = Agent
        fields = ("name", "email")
        labels = {"name": _("Name"), "email": _("Your email address")}
        help_texts = {"name": _("Customers see it when you answer.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
            "email": forms.EmailInput(attrs={"autocomplete": "username"}),
        }

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.instance)
        return password


class InboxForm(DoorForm):
    """The door that customers' words come through."""

    class Meta:
        model = Inbox
        fields = ("address", "name", "from_name")
        labels = {
            "address": _("Address customers write to"), "name": _("Name of the inbox"),
            "from_name": _("Sender name of replies"),
        }  # fmt: skip
        help_texts = {
            "address": _("Such as support@your-company.com"), "name": _("Only your team sees it."),
            "from_name": _("Such as your company's name."),
        }  # fmt: skip
        widgets = {"address": forms.EmailInput(attrs={"autofocus": True, "autocomplete": "off"})}

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip().lower()
        if not ADDRESS.match(address):
            raise forms.ValidationError(
                _("“%(value)s” is no address: it needs one @.") % {"value": address}
            )
        if address != self.instance.address and address in our_addresses():
            raise forms.ValidationError(_("Another inbox of this desk has that address."))
        return address


SERVERS = ("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security")
SECURITY = [("tls", _("TLS")), ("starttls", _("STARTTLS")), ("none", _("none"))]


class MailboxForm(forms.Form):
    """What is asked of a mailbox, however it is opened; `needed` cannot be left empty."""

    needed: ClassVar[Sequence[str]] = ()
    takes_old_mail = forms.BooleanField(
        label=_("Bring in the mail that is there already"), required=False,
        help_text=_("Otherwise only what comes from now on. It is asked once."),
    )  # fmt: skip
    imap_host = forms.CharField(label=_("IMAP server"), max_length=200)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    imap_security = forms.ChoiceField(label=_("Security"), choices=SECURITY)
    smtp_host = forms.CharField(label=_("SMTP server"), max_length=200)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    smtp_security = forms.ChoiceField(label=_("Security"), choices=SECURITY, initial="starttls")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SERVERS:
            self.fields[name].required = name in self.needed


class AccountForm(MailboxForm):
    """Where mail is fetched and where replies are handed in."""

    needed = SERVERS[1:]
    user = forms.CharField(
        label=_("User"), max_length=254, help_text=_("Usually the address itself.")
    )
    password = forms.CharField(
        label=_("Password"), required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted with a key that lies outside the database."),
    )  # fmt: skip
    imap_host = forms.CharField(
        label=_("IMAP server"), max_length=200, help_text=_("Empty: a mail server brings the mail.")
    )
    authserv_id = forms.CharField(
        label=_("Name of the server that checks senders"), max_length=200, required=False,
        help_text=_(
            "The first word of an Authentication-Results header, such as mx.your-company.com. "
            "Without it the desk cannot tell a forged sender from a true one. Leave it empty if "
            "your server writes none: agents then answer in the browser only."
        ),
    )  # fmt: skip

    @property
    def goes_to(self) -> str:
        """Name who is told the password: the servers, and the user it belongs to."""
        data: dict[str, Any] = self.cleaned_data
        return _goes_to(data["user"], data["imap_host"], data["smtp_host"])


def account_goes_to(account: Account) -> str:
    """Name who is told the password that is kept for an account."""
    return _goes_to(account.imap_user, account.imap_host, account.smtp_host)


def _goes_to(*named: str) -> str:
    return " ".join(name.strip().lower() for name in named)


def account_values(account: Account) -> dict[str, Any]:
    """Return what the form shows for an account; never its password."""
    values = {name: getattr(account, name) for name in SERVERS}
    return {**values, "user": account.imap_user, "authserv_id": account.authserv_id}
