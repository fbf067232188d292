"""The example's attachments as real files, made from their few lines of content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wingbeat.config.demo.shapes import Attachment
from wingbeat.config.demo.times import HERE

_TYPES = {
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".ics": "text/calendar",
    ".txt": "text/plain",
    ".csv": "text/csv",
}


@dataclass(frozen=True)
class File:
    """A file as it hangs on a message; `content_id` is empty unless the HTML shows it."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


def file_of(attachment: Attachment, start: datetime) -> File:
    """Make one attachment; `start` is when the example began, an event counts from it."""
    ending = attachment.name[attachment.name.rfind(".") :]
    if attachment.picture:
        content = (HERE / "pictures" / f"{attachment.picture}.png").read_bytes()
    elif attachment.lines:
        content = pdf(attachment.lines)
    elif attachment.event:
        content = calendar(attachment, start)
    else:
        content = attachment.text.encode() + b"\n"
    shown_as = f"{attachment.name}@picture.example" if attachment.is_inline else ""
    return File(attachment.name, _TYPES[ending], content, shown_as)


def pdf(lines: tuple[str, ...]) -> bytes:
    """Return a page with these lines, the first of them as its heading."""
    written = [f"BT /F1 {20 if not n else 11} Tf 60 {780 - 20 * n - 16 * bool(n)} Td ({line}) Tj ET"
               for n, line in enumerate(map(_escaped, lines))]  # fmt: skip
    page = "\n".join(written).encode("cp1252")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    leaf = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        leaf,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        font,
    ]
    file, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\n" % table
    return bytes(file) + tail + b"startxref\n%d\n%%%%EOF\n" % len(file)


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


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
