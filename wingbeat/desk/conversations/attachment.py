"""A file that came with a message or waits in a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from wingbeat.desk.conversations.blobs import StoredBytes

if TYPE_CHECKING:
    from wingbeat.desk.conversations.draft import Draft

# Types a browser may show in the page; everything else is offered as a file. Never SVG: it runs.
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def without_content(self) -> AttachmentQuerySet:
        """Leave the bytes where they are: a page lists names and sizes only."""
        return self.defer("packed").order_by("pk")

    def listed_with(self, message_ids: Sequence[int]) -> AttachmentQuerySet:
        """Files that stand under these messages: all but the pictures within their words."""
        return self.without_content().filter(message_id__in=message_ids, is_inline=False)

    def copy(self, file: StoredBytes, draft: Draft, *, is_inline: bool = False) -> Attachment:
        """Put a file into a draft too; large bytes are kept once, small ones stand in the row."""
        names = ("name", "type", "sha256", "size", "packed")
        columns = {name: getattr(file, name) for name in names}
        return self.create(draft=draft, is_inline=is_inline, **columns)


class Attachment(StoredBytes):
    """`token` is the unguessable part of its address; who may read it is still asked each time."""

    message = models.ForeignKey(
        "conversations.Message", models.CASCADE, null=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        "conversations.Draft", models.CASCADE, null=True, related_name="attachments"
    )
    token = models.UUIDField(default=uuid4, unique=True)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=127)
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    objects: ClassVar[AttachmentQuerySet] = AttachmentQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=True) ^ Q(draft__isnull=True),
                name="attachment_has_one_place",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.type in SHOWN_INLINE
