"""Forms that ask for a key to the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from wingbeat.channels.api.models import Scope
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

SAYS = {
    Scope.READ: _("Reads"),
    Scope.WRITE: _("Reads and changes"),
    Scope.ADMIN: _("Reads and changes, and reads the audit log"),
}


class KeyForm(forms.Form):
    """What a person's key is for, and what it may do."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(label=_("What it may do"))

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = [one for one in Scope if one != Scope.ADMIN or by.may_administer]
        self.fields["scope"].choices = [(one.value, SAYS[one]) for one in scopes]  # type: ignore[attr-defined]  # a choice field, declared above


class ProgramForm(forms.Form):
    """A program with a name of its own, and the inboxes it reads."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        help_text=_("It stands beside what the program does."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(one.value, SAYS[one]) for one in (Scope.READ, Scope.WRITE)],
    )
    inboxes = forms.ModelMultipleChoiceField(
        queryset=Inbox.objects.filter(is_for_team=False).order_by("name", "pk"),
        label=_("Inboxes it reads"),
        widget=forms.CheckboxSelectMultiple,
    )
