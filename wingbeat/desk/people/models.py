"""Agents, teams and memberships."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from wingbeat.desk.conversations.inbox import Inbox


class Role(models.TextChoices):
    """What an agent may do at the desk."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    AGENT = "agent", _("Agent")
    LIGHT = "light", _("Light agent")
    SYSTEM = "system", _("The desk itself")


SEES_ALL_INBOXES = frozenset({Role.OWNER, Role.ADMIN})


class AgentQuerySet(models.QuerySet["Agent"]):
    def at_work(self) -> AgentQuerySet:
        """Agents who can log in, by name."""
        return self.filter(is_active=True).exclude(role=Role.SYSTEM).order_by("name", "pk")

    def people(self) -> AgentQuerySet:
        """Everybody with their teams: first those who can log in, then those who left."""
        people = self.exclude(role=Role.SYSTEM).order_by("-is_active", "name", "pk")
        return people.prefetch_related("memberships__team")

    def at_address(self, email: str) -> Agent | None:
        """Return who works here under an address."""
        return self.at_work().filter(email=email.strip().lower()).first()

    def owner(self) -> Agent | None:
        """Return the desk's owner, the first of several."""
        return self.at_work().filter(role=Role.OWNER).order_by("pk").first()

    def who_may_read(self, inbox_id: int) -> AgentQuerySet:
        """Agents who may read an inbox's unrestricted conversations."""
        return (
            self.at_work()
            .filter(
                models.Q(role__in=SEES_ALL_INBOXES)
                | models.Q(role=Role.AGENT, memberships__team__inboxes=inbox_id)
            )
            .distinct()
        )


class AgentManager(BaseUserManager["Agent"]):
    def get_queryset(self) -> AgentQuerySet:
        return AgentQuerySet(self.model, using=self._db)

    def at_work(self) -> AgentQuerySet:
        return self.get_queryset().at_work()

    def people(self) -> AgentQuerySet:
        return self.get_queryset().people()

    def at_address(self, email: str) -> Agent | None:
        return self.get_queryset().at_address(email)

    def owner(self) -> Agent | None:
        return self.get_queryset().owner()

    def who_may_read(self, inbox_id: int) -> AgentQuerySet:
        return self.get_queryset().who_may_read(inbox_id)

    def invite(
        self,
        *,
        email: str,
        name: str,
        role: Role = Role.AGENT,
        password: str | None = None,
        **more: Any,
    ) -> Agent:
        """Create an agent; without a password they set one by mail."""
        agent = self.model(email=self.normalize_email(email).lower(), name=name, role=role, **more)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def system(self) -> Agent:
        """Return the agent in whose name the desk itself acts."""
        agent, _created = self.get_queryset().get_or_create(
            role=Role.SYSTEM,
            defaults={"email": "desk@localhost", "name": "Wingbeat", "is_active": False},
        )
        return agent


class Agent(AbstractBaseUser):
    """A person who answers customers. Light agents answer now and then."""

    email = models.EmailField(
        _("email"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Somebody at this desk already uses that address.")},
    )
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(
        max_length=5, blank=True, choices=[("light", _("Light")), ("dark", _("Dark"))]
    )
    signature = models.TextField(blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AgentManager] = AgentManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(role="system"), name="one_system_agent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()

    @property
    def is_light(self) -> bool:
        return self.role == Role.LIGHT

    @property
    def may_administer(self) -> bool:
        return self.role in SEES_ALL_INBOXES

    @cached_property
    def inboxes(self) -> tuple[Inbox, ...]:
        """Inboxes whose unrestricted conversations this agent may read, by name; asked once."""
        from django.apps import apps  # inboxes belong to a higher app

        inboxes = apps.get_model("conversations", "Inbox").objects.order_by("name", "pk")
        if self.role == Role.AGENT:
            inboxes = inboxes.filter(teams__memberships__agent=self).distinct()
        elif self.role not in SEES_ALL_INBOXES:
            return ()
        return tuple(inboxes)

    @cached_property
    def inbox_ids(self) -> tuple[int, ...]:
        """Their ids; one query a request."""
        return tuple(inbox.pk for inbox in self.inboxes)


class Team(models.Model):
    """People who answer the same inboxes."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """That an agent belongs to a team; a lead looks after it."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    since_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "team"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"
