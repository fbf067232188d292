"""Files: uploading one for a reply, and fetching one that came with a message."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import File, Router, Status
from ninja.files import UploadedFile

from wingbeat.channels.api import shapes, writing
from wingbeat.channels.api.access import allowed, attachment_of
from wingbeat.channels.api.errors import REFUSALS, Failed, Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.models import Scope

router = Router(tags=["files"])
BYTES = {
    "responses": {
        200: {
            "description": "The file itself.",
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    }
}


@router.post("/attachments", response=answers(shapes.FileShape, 201))
def upload(request: KeyRequest, file: File[UploadedFile]) -> Status[shapes.FileShape]:
    """Upload a file; name its token in `files` of a reply or note within a day."""
    agent = allowed(request, Scope.WRITE, for_light=True)
    most = settings.WINGBEAT["mail_megabytes"]
    if (file.size or 0) > most << 20:
        raise Unusable({"file.file": f"A file has at most {most} MB."})
    row = writing.upload(file, by=agent, at=timezone.now())
    shown = shapes.FileShape(token=row.token, name=row.name, type=row.type, size=row.size)
    return Status(201, shown)


@router.get("/attachments/{token}", response={REFUSALS: Failed}, openapi_extra=BYTES)
def download(request: HttpRequest, token: UUID) -> HttpResponse:
    """Fetch a file of a message that may be read."""
    found = attachment_of(request, token)
    return as_file(found.content(), found.name)


def as_file(content: bytes, name: str) -> HttpResponse:
    """Answer with bytes that nothing opens by itself."""
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003  Django's own signature
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
