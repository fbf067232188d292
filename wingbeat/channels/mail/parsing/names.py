"""Name attachments safely: the name a mail gives, made harmless, or one made from the type."""

from __future__ import annotations

import re

from wingbeat.channels.mail.parsing import limits

# Never mind the machine's own table: names must be the same everywhere.
_ENDINGS = {
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/ms-tnef": ".dat",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/css": ".css",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/xml": ".xml",
    "video/3gpp": ".3gp",
    "video/mp4": ".mp4",
    "video/mpeg": ".mpg",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}
_STEMS = {
    "application/ms-tnef": "winmail",
    "application/pgp-encrypted": "version",
    "application/pgp-signature": "signature",
    "application/pkcs7-mime": "smime",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/x-pkcs7-signature": "smime",
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/feedback-report": "feedback-report",
    "message/rfc822": "message",
    "text/calendar": "invite",
    "text/rfc822-headers": "headers",
}
_BY_KIND = {"image": "image", "audio": "audio", "video": "video", "text": "document"}
# Controls, separators, marks that reverse what a name seems to end with, and what Windows refuses.
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:"|?*/\\\\]'
)
_PATH = re.compile(r"^(?:[A-Za-z]:[/\\]|[/\\]|\.\.?[/\\])(?:.*[/\\])?", re.DOTALL)
# Mail programs make identifiers of file names: image001.jpg@01CDB132.D8A510F0
_IDENTIFIED = re.compile(r"([\w -]{1,80}\.[A-Za-z][A-Za-z0-9]{1,4})@", re.ASCII)
_BLANKS = re.compile(r"[\r\n\t]+")


def safe_name(name: str) -> str:
    """Return a name that is one plain file name on any system, or nothing if none is left.

    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("Invoice 12/2024.pdf")
    'Invoice 12_2024.pdf'
    """
    last = _PATH.sub("", _BLANKS.sub(" ", name))
    plain = _UNSAFE.sub("_", last).strip().lstrip(".").rstrip(". ")
    if len(plain) <= limits.MAX_FILE_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        return plain[: limits.MAX_FILE_NAME]
    return stem[: limits.MAX_FILE_NAME - len(ending) - 1] + dot + ending


def name_for(type_: str, described: str = "", content_id: str = "") -> str:
    """Return a name for a part that gives none: as described, as its identifier says, by its type.

    >>> name_for("image/jpeg")
    'image.jpg'
    >>> name_for("message/delivery-status", "Delivery report")
    'Delivery report.txt'
    """
    identified = _IDENTIFIED.match(content_id)
    if identified and not described:
        return safe_name(identified.group(1))
    kind = type_.partition("/")[0]
    ending = _ENDINGS.get(type_) or (".txt" if kind in {"text", "message"} else ".bin")
    stem = safe_name(described) or _STEMS.get(type_) or _BY_KIND.get(kind) or "attachment"
    if stem.lower().endswith(ending):
        return stem
    return stem[: limits.MAX_FILE_NAME - len(ending)] + ending


def numbered(name: str, taken: set[str]) -> str:
    """Return the name, with a number before its ending where it is taken; it is taken from now on.

    >>> numbered("image.jpg", {"image.jpg", "image1.jpg"})
    'image2.jpg'
    """
    stem, dot, ending = name.rpartition(".")
    number, free = 0, name
    while free.lower() in taken:
        number += 1
        free = f"{stem}{number}{dot}{ending}" if dot else f"{name}{number}"
    taken.add(free.lower())
    return free
