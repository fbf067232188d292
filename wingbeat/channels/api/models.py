"""Keys to the API, what it has answered once already, and files that wait for their reply."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.blobs import StoredBytes
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.people.models import Agent, Role

KEPT_FOR = timedelta(days=1)


class Scope(models.TextChoices):
    """What a key may do, each with all before it; never more than whom it acts as."""

    READ = "read", _("read")
    WRITE = "write", _("read and change")
    ADMIN = "admin", _("read, change and look after the desk")


class KeyQuerySet(models.QuerySet["ApiKey"]):
    def listed(self) -> KeyQuerySet:
        """Those that open something, with whom they act as, newest first."""
        rows = self.filter(revoked_at__isnull=True).select_related("agent", "by")
        return rows.prefetch_related("inboxes").order_by("-pk")

    def lent_to(self, agent: Agent) -> KeyQuerySet:
        """Those whose eyes an admin may lend to a webhook: programs', and their own."""
        return self.listed().filter(Q(agent=agent) | Q(agent__role=Role.PROGRAM))

    def theirs(self, agent: Agent) -> KeyQuerySet:
        """What acts as somebody, and for owners and admins every other one too."""
        return self if agent.may_administer else self.filter(agent=agent)

    def opening(self, digest: str) -> ApiKey | None:
        """Return the key with a digest if it opens anything now, with whom it acts as."""
        alive = self.filter(revoked_at__isnull=True, agent__is_active=True)
        return alive.select_related("agent").filter(digest=digest).first()


class ApiKey(Deed):
    """A secret that lets a program act as a person, or as itself in named inboxes.

    Only its digest is kept, so nobody can read it again.
    """

    name = models.CharField(_("name"), max_length=80)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    # where a program with a name of its own reads; a person's key reads what they read
    inboxes = models.ManyToManyField(Inbox, related_name="open_to_keys", blank=True)
    digest = models.CharField(max_length=64, unique=True)
    begins = models.CharField(max_length=12)
    used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[KeyQuerySet] = KeyQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    def __str__(self) -> str:
        return self.name

    @property
    def is_programs(self) -> bool:
        return self.agent.role == Role.PROGRAM

    def allows(self, scope: Scope) -> bool:
        """Say whether this key may do what needs a scope, and so may whom it acts as."""
        if scope == Scope.ADMIN and not self.agent.may_administer:
            return False
        return Scope.values.index(self.scope) >= Scope.values.index(scope)

    def note_use(self, now: datetime) -> None:
        """Remember that it was used, at most once a minute."""
        if self.used_at is None or self.used_at < now - timedelta(minutes=1):
            type(self).objects.filter(pk=self.pk).update(used_at=now)


class KeptAnswer(models.Model):
    """What was answered to a request with an idempotency key: the same again gets the same."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    token = models.CharField(max_length=120)
    asked = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    etag = models.CharField(max_length=40, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="answered_once")]
        indexes = [models.Index(fields=["at"], name="kept_answer_age")]


class Upload(StoredBytes):
    """A file that a program sent, to be named by a reply within a day."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.UUIDField(default=uuid4, unique=True)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=127)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="upload_age")]

    def __str__(self) -> str:
        return self.name


def forget_old(now: datetime) -> int:
    """Forget answers and uploads that are a day old; return how many."""
    old = now - KEPT_FOR
    return sum(model.objects.filter(at__lt=old).delete()[0] for model in (KeptAnswer, Upload))
