"""Tags: a team's own words for what a conversation is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

LONGEST = 40
IN_THE_WAY = "rule-in-the-way"  # a customer asked for somebody above: a rule worth changing


class WrongTag(ValueError):
    """The tag has no letter in it, or is too long."""

    def __init__(self, name: str) -> None:
        why = _("“%(name)s” cannot be a tag: use 1 to %(n)d characters.")
        super().__init__(why % {"name": name[:80], "n": LONGEST})


class TagQuerySet(models.QuerySet["Tag"]):
    def known_to(self, agent: Agent) -> TagQuerySet:
        """Tags of conversations that this agent may read, by name: a tag can tell a secret."""
        from wingbeat.desk.conversations.conversation import Conversation

        theirs = Conversation.objects.visible_to(agent).filter(taggings__tag=OuterRef("pk"))
        return self.filter(Exists(theirs)).order_by("name")


class Tag(models.Model):
    """A word, lower-cased; it exists from its first use."""

    name = models.CharField(max_length=LONGEST, unique=True)

    objects: ClassVar[TagQuerySet] = TagQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """That a conversation carries a tag."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="taggings"
    )
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "tag"], name="tagged_once")]


def spelled(name: str) -> str:
    """Return a tag as it is kept: lower-case, single spaces, no leading '#'.

    Raises:
        WrongTag: if nothing is left, or too much.
    """
    word = re.sub(r"\s+", " ", name).strip().lstrip("#").strip().lower()
    if not word or len(word) > LONGEST:
        raise WrongTag(name)
    return word


@transaction.atomic
def tag(conversation: Conversation, name: str, *, by: Agent, at: datetime) -> None:
    """Put a tag on a conversation; twice changes nothing."""
    row, _made = Tag.objects.get_or_create(name=spelled(name))
    _tagging, created = Tagging.objects.get_or_create(conversation=conversation, tag=row)
    if created:
        record(Kind.TAGGED, by=by, at=at, on=conversation, facts={"tag": row.pk})


@transaction.atomic
def untag(conversation: Conversation, name: str, *, by: Agent, at: datetime) -> None:
    """Take a tag off; one that is not there changes nothing."""
    tagging = Tagging.objects.filter(conversation=conversation, tag__name=spelled(name)).first()
    if tagging is None:
        return
    record(Kind.UNTAGGED, by=by, at=at, on=conversation, facts={"tag": tagging.tag_id})
    tagging.delete()


@transaction.atomic
def retag(conversation: Conversation, names: Iterable[str], *, by: Agent, at: datetime) -> None:
    """Make its tags these; each that comes or goes is told by itself."""
    wanted = {spelled(name) for name in names}
    carried = set(conversation.taggings.values_list("tag__name", flat=True))
    for name in sorted(wanted - carried):
        tag(conversation, name, by=by, at=at)
    for name in sorted(carried - wanted):
        untag(conversation, name, by=by, at=at)
