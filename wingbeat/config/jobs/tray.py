"""Jobs that were given up, as owners and admins find them in the tray."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from wingbeat.config.jobs.models import Job
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.tray import MOST, TrayItem, Way


def jobs_for(agent: Agent) -> Iterator[TrayItem]:
    """Yield what failed every time, for those who look after the desk."""
    if not agent.may_administer:
        return
    for job in Job.objects.in_tray()[:MOST]:
        yield TrayItem(
            title=_("The desk could not do something"),
            why=job.why,
            what=job.task,
            at=job.finished_at or job.enqueued_at,
            ways=(
                Way(reverse("jobs:retrial", args=[job.pk]), _("Try again")),
                Way(reverse("jobs:discarding", args=[job.pk]), _("Leave it")),
            ),
        )
