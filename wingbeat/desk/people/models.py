"""Agents, teams and memberships."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
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
    PROGRAM = "program", _("A program")  # one of your own, with a key to the API
    SYSTEM = "system", _("The desk itself")


SEES_ALL_INBOXES = frozenset({Role.OWNER, Role.ADMIN})
ANSWERS = frozenset({*SEES_ALL_INBOXES, Role.AGENT})
READS = frozenset({*ANSWERS, Role.PROGRAM})
NOBODY = frozenset({Role.PROGRAM, Role.SYSTEM})


def _team_inboxes(inbox_id: int) -> models.QuerySet[Inbox]:
    from django.apps import apps  # inboxes belong to a higher app

    inboxes: models.QuerySet[Inbox] = apps.get_model("conversations", "Inbox").objects.all()
    return inboxes.filter(pk=inbox_id, is_for_team=True)


class AgentQuerySet(models.QuerySet["Agent"]):
    def at_work(self) -> AgentQuerySet:
        """Agents who can log in, by name."""
        return self.filter(is_active=True).exclude(role__in=NOBODY).order_by("name", "pk")

    def people(self) -> AgentQuerySet:
        """Everybody with their teams: first those who can log in, then those who left."""
        people = self.exclude(role__in=NOBODY).order_by("-is_active", "name", "pk")
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
                models.Q(role__in=SEES_ALL_INBOXES) & ~models.Exists(_team_inboxes(inbox_id))
                | models.Q(role__in=ANSWERS, memberships__team__inboxes=inbox_id)
            )
            .distinct()
        )

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
        agent = self.model(email=email.strip().lower(), name=name, role=role, **more)
        agent.set_password(password)
        agent.save(using=self.db)
        return agent

    def system(self) -> Agent:
        """Return the agent in whose name the desk itself acts."""
        agent, _created = self.get_or_create(
            role=Role.SYSTEM,
            defaults={"email": "desk@localhost", "name": "Wingbeat", "is_active": False},
        )
        return agent

    def get_by_natural_key(self, email: str | None) -> Agent:
        """Return whoever logs in with an address; Django asks so."""
        return self.get(email=email)


class Agent(AbstractBaseUser):
    """A person who answers customers. Light agents answer now and then."""

    email = models.EmailField(
        _("email"), max_length=254, unique=True,
        error_messages={"unique": _("Somebody at this desk already uses that address.")},
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(
        max_length=5, blank=True, choices=[("light", _("Light")), ("dark", _("Dark"))]
    )
    signature = models.TextField(blank=True)
    signature_picture = models.ForeignKey("knowledge.ArticlePicture", models.PROTECT, null=True)
    # What they want to hear of: everything but these reasons; the list at the desk is always there.
    untold = models.JSONField(default=list, blank=True)
    notifies_in_browser = models.BooleanField(default=False)
    notifies_by_mail = models.CharField(
        max_length=7,
        blank=True,
        choices=[("daily", _("Once a day")), ("bundled", _("Bundled, some minutes apart"))],
    )
    notifies_at_hour = models.PositiveSmallIntegerField(default=8)
    # In a conversation only the person, their words, their history and a reply box.
    is_quiet = models.BooleanField(default=False)
    # Whether who waits longest stands first in a list, in place of whose answer is due first.
    is_longest_first = models.BooleanField(default=False)
    # Whether a draft of theirs is read for open questions, wrong names and the like.
    is_coached = models.BooleanField(_("hints while you write"), default=True)
    # Whether hints also speak of manner: kinder words for hard ones. Nobody else turns it on.
    hears_manner = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AgentQuerySet] = AgentQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(role="system"), name="one_system_agent"
            )
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
        if self.role not in READS:
            return ()
        if self.role == Role.PROGRAM:  # its key, a row of a higher ring, names them
            return tuple(inboxes.filter(open_to_keys__agent=self, is_for_team=False).distinct())
        theirs = models.Q(teams__memberships__agent=self)
        if self.role in SEES_ALL_INBOXES:  # but what colleagues ask is between them and the team
            theirs |= models.Q(is_for_team=False)
        return tuple(inboxes.filter(theirs).distinct())

    @cached_property
    def inbox_ids(self) -> tuple[int, ...]:
        """Their ids; one query a request."""
        return tuple(inbox.pk for inbox in self.inboxes)


class Team(models.Model):
    """People who answer the same inboxes."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    # When it is there, where that is not when its inboxes say; see `due.py` on which counts.
    calendar = models.ForeignKey(
        "automation.Calendar", models.PROTECT, null=True, blank=True, related_name="teams"
    )
    own_list = models.TextField(_("words of its own"), blank=True)  # as `language.own_list` reads

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
