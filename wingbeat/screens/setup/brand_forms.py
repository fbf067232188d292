"""What is asked about a brand: how customers meet it, and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.brand_color import HEX
from wingbeat.screens.signing import SignatureForm, picture_field

OWN_COLOR = "#1f6578"  # the desk's, where a brand has none
PLAIN = ("name", "from_name", "signature", "slug", "address", "languages")


class BrandForm(SignatureForm):
    """A brand; the default one has no path, since the help center itself is its own."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"), max_length=80, required=False,
        help_text=gettext_lazy("Customers see it on their page, in the help center and in mails."),
    )  # fmt: skip
    wears_color = forms.BooleanField(label=gettext_lazy("A color of its own"), required=False)
    color = forms.RegexField(
        HEX, label=gettext_lazy("Color"), required=False, initial=OWN_COLOR,
        widget=forms.TextInput(attrs={"type": "color"}),
    )  # fmt: skip
    logo = picture_field(gettext_lazy("Logo"), gettext_lazy("It takes the name's place."))
    from_name = forms.CharField(
        label=gettext_lazy("Sender name"), max_length=120, required=False,
        help_text=gettext_lazy("For inboxes that have none of their own."),
    )  # fmt: skip
    signature = forms.CharField(
        label=gettext_lazy("Signature"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For inboxes that have none of their own."),
    )  # fmt: skip
    slug = forms.SlugField(
        label=gettext_lazy("Path of its help center"), max_length=40, required=False,
        help_text=gettext_lazy("lamps: its help center stands at /help/lamps/."),
    )  # fmt: skip
    address = forms.URLField(
        label=gettext_lazy("Address of its own"), max_length=200, required=False,
        assume_scheme="https",
        help_text=gettext_lazy(
            "Such as https://help.lamps.example, if it leads to this desk. Mails link there, and "
            "its help center needs no path."
        ),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of its help center; none chosen means all"),
        choices=settings.LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, brand: Brand, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, about=brand, **{"initial": _initial(brand), **kwargs})
        self.brand = brand
        if brand.is_default:
            del self.fields["slug"]

    def fill(self) -> Brand:
        """Return the brand as it was asked for; keeping it is the caller's."""
        asked, brand = self.cleaned_data, self.brand
        for name in PLAIN:
            setattr(brand, name, asked.get(name, getattr(brand, name)))
        brand.color = asked["color"] if asked["wears_color"] else ""
        return brand


def _initial(brand: Brand) -> dict[str, Any]:
    told = {name: getattr(brand, name) for name in PLAIN}
    return {**told, "wears_color": bool(brand.color), "color": brand.color or OWN_COLOR}
