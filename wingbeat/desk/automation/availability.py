"""Who is here, who is away until when, and how much each takes: only what holds now is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

PAUSE = timedelta(minutes=5)
MOST = 20  # conversations that wait with one person, where nobody said otherwise


class Presence(models.TextChoices):
    """Whether somebody takes conversations now."""

    HERE = "here", gettext_lazy("here")
    AWAY = "away", gettext_lazy("away")
    PROTECTED = "protected", gettext_lazy("protected time")


class WrongReturn(ValueError):
    """The time of return is missing, or past."""


class AwayAlready(ValueError):
    """Whoever is away has no need of five minutes."""


class Availability(Deed):
    """Whether an agent is here. One row an agent, overwritten: nobody's past is kept."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="here")
    presence = models.CharField(max_length=10, choices=Presence.choices)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "availabilities"


class Capacity(Deed):
    """How many conversations may wait with an agent before routing gives them no more."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="capacity")
    most = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "capacities"
        constraints = [models.CheckConstraint(condition=Q(most__lte=500), name="a_humane_capacity")]


@transaction.atomic
def be(
    agent: Agent, presence: Presence, *, until: datetime | None = None, by: Agent, at: datetime
) -> None:
    """Say that somebody is here, away, or has protected time, which always ends by itself.

    Nothing tells of five minutes of one's own, nor of coming back from them.

    Raises:
        WrongReturn: if the time of return is past, or protected time has none.
    """
    if until is not None and until <= at:
        raise WrongReturn(_("The time to be back is past; choose one to come."))
    if presence == Presence.PROTECTED and until is None:
        raise WrongReturn(_("Say until when the time is protected."))
    values = {"presence": presence, "until": until if presence != Presence.HERE else None}
    pauses = Agent.objects.filter(pausing(), pk=agent.pk)
    came_back = presence == Presence.HERE and pauses.exists()
    Availability.objects.update_or_create(agent=agent, defaults={**values, "by": by, "at": at})
    if not came_back and not pauses.exists():
        record(Kind.AVAILABILITY_CHANGED, by=by, at=at, facts={"agent": agent.pk})


@transaction.atomic
def pause(agent: Agent, *, at: datetime) -> None:
    """Take five minutes of one's own; they never cut short what keeps somebody away for longer.

    Raises:
        AwayAlready: if the agent is away or has protected time.
    """
    if not Agent.objects.filter(here_now(at) | pausing(), pk=agent.pk).exists():
        raise AwayAlready(_("You are away already, and nothing new comes to you."))
    be(agent, Presence.PROTECTED, until=at + PAUSE, by=agent, at=at)


def here_now(now: datetime) -> Q:
    """Return the condition under which an agent takes conversations."""
    back = Q(here__until__lte=now)
    return Q(here__isnull=True) | Q(here__presence=Presence.HERE) | back


def pausing() -> Q:
    """Return the condition under which an agent takes five minutes, which nobody else sees.

    Nothing new comes to them meanwhile; what they have stays theirs, and they can be handed more.
    """
    own = Q(here__presence=Presence.PROTECTED, here__by=F("pk"))
    return own & Q(here__until__lte=F("here__at") + PAUSE)
