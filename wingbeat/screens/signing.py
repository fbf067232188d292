"""Pictures where a form asks for one: below a signature, or as a logo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.knowledge.pictures import LARGEST_SMALL, NoPicture, keep_upload
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def picture_field(label: _StrPromise, why: _StrPromise) -> forms.FileField:
    """Return a field for a small picture, or for none."""
    accepted = forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"})
    most = gettext_lazy("PNG, JPEG, GIF or WebP, at most 256 kB.")
    told = format_lazy("{} {}", most, why)
    return forms.FileField(label=label, required=False, widget=accepted, help_text=told)


class SignatureForm(forms.Form):
    """Pictures chosen for what it is `about`, or taken off it; one that is not named stays."""

    signature_picture = picture_field(
        gettext_lazy("Picture of the signature"), gettext_lazy("It goes along below its lines.")
    )

    def __init__(self, *args: Any, about: Agent | Inbox | Brand, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about, self.by = about, by
        files = (name for name, each in self.fields.items() if isinstance(each, forms.FileField))
        self.pictured = tuple(files)
        for name in self.pictured:
            if shown := getattr(about, name):
                look = '{} <img class="picked" src="{}" alt="">'
                told = format_html(look, _("Show this picture no more"), shown.address)
                self.fields[f"drops_{name}"] = forms.BooleanField(label=told, required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        for name in self.pictured:
            file: UploadedFile[bytes] | None = self.cleaned_data.get(name)
            if file:
                self._keep(name, file)
            elif self.cleaned_data.get(f"drops_{name}"):
                setattr(self.about, name, None)
        return self.cleaned_data

    def _keep(self, name: str, file: UploadedFile[bytes]) -> None:
        try:
            kept = keep_upload(file, by=self.by, at=timezone.now(), most=LARGEST_SMALL)
        except NoPicture as why:
            self.add_error(name, str(why))
        else:
            setattr(self.about, name, kept)
