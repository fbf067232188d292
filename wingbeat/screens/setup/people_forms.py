"""What is asked about people: who they are, which role they have, and which teams they are in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.people.models import Agent, Role, Team
from wingbeat.desk.people.roles import may_give

ROLE_SAYS: dict[Role, Promise] = {
    Role.OWNER: _("Everything an admin may, and makes other owners."),
    Role.ADMIN: _("Sets up the desk, and reads every inbox."),
    Role.AGENT: _("Reads and answers in the inboxes of their teams."),
    Role.LIGHT: _("Answers now and then: reads only what they are assigned or let into."),
}


def _described(role: Role) -> tuple[str, SafeString]:
    words = format_html("<b>{}</b> <span>{}</span>", role.label, ROLE_SAYS[role])
    return role.value, words


class PlaceForm(forms.Form):
    """Role and teams."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.order_by("name", "pk"), label=_("Teams"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [_described(role) for role in reversed(may_give(by))]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]  # a choice field, declared above

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class InviteForm(PlaceForm):
    """Who is to join."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it."))
    email = forms.EmailField(
        label=_("Email address"), max_length=254, help_text=_("They log in with it.")
    )
    field_order = ("name", "email", "role", "teams")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.initial.setdefault("role", Role.AGENT)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if email in our_addresses():
            raise forms.ValidationError(
                _("Customers write to that address: what the desk sends there would come back.")
            )
        return email


class LeavingForm(forms.Form):
    """Who takes over what somebody had in hand."""

    to = forms.ModelChoiceField(
        queryset=Agent.objects.none(), required=False, label=_("Their conversations go to"),
        empty_label=_("nobody: their teams see to them"),
    )  # fmt: skip

    def __init__(self, *args: Any, leaves: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Agent.objects.at_work().exclude(pk=leaves.pk)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]  # declared above
