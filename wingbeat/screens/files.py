"""Bytes from strangers on their way to a browser: pictures may show themselves, nothing may run."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from wingbeat.desk.conversations.attachment import Attachment

UNTOUCHABLE = "default-src 'none'; sandbox"


def file_response(file: Attachment) -> HttpResponse:
    """Answer a file: a picture of a harmless type in the page, everything else for saving."""
    shown = file.is_picture
    response = HttpResponse(
        file.content(), content_type=file.type if shown else "application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(not shown, file.name) or "inline"
    response["Content-Security-Policy"] = UNTOUCHABLE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def picture_response(content: bytes, kind: str) -> HttpResponse:
    """Answer a picture that everybody may see, at an address that never means another one."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Security-Policy"] = UNTOUCHABLE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def as_file(content: bytes, name: str) -> HttpResponse:
    """Answer bytes that a browser may save and never run."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename={name}"
    response["Content-Security-Policy"] = UNTOUCHABLE
    return response
