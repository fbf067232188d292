"""What a customer typed, made fit to store: words as safe HTML, and files within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _, ngettext

from wingbeat.channels.mail.incoming import storable
from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.desk.conversations.message import CameBy
from wingbeat.desk.conversations.words import Incoming, IncomingAttachment, Party

LONGEST = 50_000
MOST_FILES = 10
MOST_BYTES = 20 << 20


class CannotTake(ValueError):
    """What was sent is not to be taken; the text says why, and what would be."""


@dataclass(frozen=True, slots=True)
class Written:
    """Words and files as they came."""

    text: str
    files: tuple[IncomingAttachment, ...]


def written_in(request: HttpRequest) -> Written:
    """Read words and files of a form.

    Raises:
        CannotTake: if there are neither, or more than one answer may bring.
    """
    text = storable(request.POST.get("text", "").replace("\r\n", "\n").strip())
    files: Sequence[UploadedFile[bytes]] = request.FILES.getlist("files")
    if len(text) > LONGEST:
        raise CannotTake(
            _("That is %(count)d characters; one answer takes %(most)d. Put the rest into a file.")
            % {"count": len(text), "most": LONGEST}
        )
    if len(files) > MOST_FILES:
        words = ngettext(
            "One answer takes %(most)d file.", "One answer takes %(most)d files.", MOST_FILES
        )
        raise CannotTake(words % {"most": MOST_FILES})
    size = sum(file.size or 0 for file in files)
    if size > MOST_BYTES:
        sizes = {"size": filesizeformat(size), "most": filesizeformat(MOST_BYTES)}
        raise CannotTake(
            _("Your files are %(size)s together; one answer takes %(most)s. Send fewer at once.")
            % sizes
        )
    if not text and not files:
        raise CannotTake(_("Write something, or add a file."))
    return Written(text, tuple(_kept(file) for file in files))


def as_incoming(
    written: Written, *, sender: Party, at: datetime, came_by: CameBy, subject: str = ""
) -> Incoming:
    """Return what was written as that person's words."""
    return Incoming(
        sender=sender,
        at=at,
        subject=subject,
        html=html_of(written.text),
        text=written.text,
        text_new=written.text,
        others=(),
        attachments=written.files,
        came_by=came_by,
    )


def _kept(file: UploadedFile[bytes]) -> IncomingAttachment:
    return IncomingAttachment(
        name=storable(file.name or _("file")),
        type=storable((file.content_type or "application/octet-stream").lower()),
        content=file.read(),
    )
