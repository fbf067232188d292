"""The example's attachments as real files: a text, a file beside them, or an event to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from mimetypes import guess_type

from wingbeat.config.demo.shapes import Attachment
from wingbeat.config.demo.times import HERE


@dataclass(frozen=True)
class File:
    """A file as it hangs on a message; `content_id` is empty unless the HTML shows it."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


def file_of(attachment: Attachment, start: datetime) -> File:
    """Make one attachment; `start` is when the example began, an event counts from it."""
    if attachment.file:
        content = (HERE / "attached" / attachment.file).read_bytes()
    elif attachment.event:
        content = calendar(attachment, start)
    else:
        content = attachment.text.encode() + b"\n"
    shown_as = f"{attachment.name}@picture.example" if attachment.is_inline else ""
    return File(attachment.name, guess_type(attachment.name)[0] or "", content, shown_as)


def calendar(attachment: Attachment, start: datetime) -> bytes:
    """Return one event for a calendar program."""
    begins = (start + attachment.starts).astimezone(UTC).replace(minute=0, second=0)
    ends = begins + timedelta(hours=attachment.hours)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Marrowby//Garden School//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{begins:%Y%m%dT%H%M}@marrowby.example",
        f"DTSTAMP:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
        f"DTEND:{ends:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{attachment.event}",
        "LOCATION:The Old Nursery\\, Mill Lane 4",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join([*lines, ""]).encode()
