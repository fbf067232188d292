"""What is asked about an inbox after its first day."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.inbox import Inbox, our_addresses
from wingbeat.desk.people.models import Team
from wingbeat.screens.places import zone_field
from wingbeat.screens.signing import SignatureForm

AS_DESK = ("", _("As the desk"))


class InboxWordsForm(SignatureForm, forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    """Under which name and in which words an inbox answers."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[AS_DESK, *settings.LANGUAGES]
    )
    zone = zone_field(AS_DESK)

    class Meta:
        model = Inbox
        fields: ClassVar[list[str]] = [
            "name", "brand", "from_name", "shows_agent_name", "signature", "language", "zone",
            "is_for_team", "takes_forms", "uses_plus_address", "shows_page_link",
            "asks_rating", "sends_receipt", "receipt_text",
        ]  # fmt: skip
        labels: ClassVar[dict[str, Any]] = {
            "name": pgettext_lazy("of a thing", "Name"), "brand": _("Brand"),
            "from_name": _("Sender name"), "shows_agent_name": _("Put the agent's name before it"),
            "signature": _("Signature"),
            "uses_plus_address": _("Put the conversation's number into the answer address"),
            "is_for_team": _("Team inbox: the agents are its customers"),
            "takes_forms": _("Take what is written in the help center's form"),
            "shows_page_link": _("End our mails with a link to the customer's page"),
            "asks_rating": _("Ask in a mail how it was"),
            "sends_receipt": _("Confirm a customer's first mail"),
            "receipt_text": _("Words of the confirmation"),
        }  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("Only your team sees it."),
            "brand": _("Its name, color and logo are what customers see."),
            "from_name": _("Customers see it as the sender."),
            "shows_agent_name": _("“Ada Fields (Lamps & Co)” instead of “Lamps & Co”."),
            "signature": _("Stands under every reply, after the agent's own."),
            "uses_plus_address": _(
                "Answers find their conversation even where a mail program drops its headers. Your "
                "mail server must deliver support+anything@ to support@."
            ),
            "is_for_team": _(
                "What a colleague asks there is between them and the teams below. No role opens it."
            ),
            "shows_page_link": _(
                "There they read the conversation, answer, and say whether it is solved. It needs "
                "the desk's own address."
            ),
            "asks_rating": _(
                "In a reply that leaves nothing open, before its farewell, and each person at most "
                "once in 30 days. It needs the desk's own address."
            ),
            "sends_receipt": _("Once a conversation, never to machines."),
            "receipt_text": _("Empty: the desk's own words, in the customer's language."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "signature": forms.Textarea(attrs={"rows": 4}),
            "receipt_text": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Brand.objects.filter(is_default=False).exists():
            self.fields["brand"].queryset = Brand.objects.listed().filter(is_default=False)  # type: ignore[attr-defined]  # a choice field
            self.fields["brand"].empty_label = str(Brand.objects.default())  # type: ignore[attr-defined]  # a choice field
        else:  # with one brand there is nothing to choose, and no word about it
            del self.fields["brand"]


class ReadersForm(forms.Form):
    """Which teams read an inbox."""

    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.order_by("name", "pk"), label=_("Teams that read it"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("At least one team must read it.")},
    )  # fmt: skip


class AddressForm(forms.Form):
    """A further address whose mail arrives in an inbox."""

    email = forms.EmailField(
        label=_("Further address"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if email in our_addresses():
            raise forms.ValidationError(
                _("%(email)s leads to an inbox of this desk already."), params={"email": email}
            )
        return email
