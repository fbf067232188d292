"""What an inbox promises by when, what a contract shortens, and both as the verbs read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.automation.calendars import Calendar
from wingbeat.desk.conversations.due import Clock
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Team


class NotShorter(ValueError):
    """A contract may shorten what everybody is promised, and do nothing else."""

    def __init__(self, percent: int) -> None:
        super().__init__(
            _(
                "%(percent)d %% would not be sooner: a contract leaves 1 to 99 %% of the time that "
                "everybody is promised."
            )
            % {"percent": percent}
        )


class ClockPolicy(Deed):
    """What an inbox promises from a time on; the newest row counts, the others are its history."""

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="clock_policies")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+")
    first_minutes = models.PositiveIntegerField()
    next_minutes = models.PositiveIntegerField()
    end_minutes = models.PositiveIntegerField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "clock policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(first_minutes__gte=1, next_minutes__gte=1)
                & (Q(end_minutes__isnull=True) | Q(end_minutes__gte=1)),
                name="a_promise_takes_time",
            )
        ]


class Contract(Deed):
    """That an organization is answered sooner than everybody is promised; never later.

    It knows a share of the time and no price. The newest row of an organization counts; one
    without a share says that the contract has ended.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="contracts")
    percent = models.PositiveSmallIntegerField(gettext_lazy("percent of the time"), null=True)
    why = models.CharField(gettext_lazy("why"), max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=99),
                name="a_contract_only_shortens",
            )
        ]


@transaction.atomic
def promise(policy: ClockPolicy, *, by: Agent, at: datetime) -> ClockPolicy:
    """Promise this in an inbox from now on; whoever waits already keeps what they were promised."""
    policy.pk, policy.by, policy.at = None, by, at
    policy.save(force_insert=True)
    facts = {
        "calendar": policy.calendar_id, "first": policy.first_minutes, "next": policy.next_minutes,
        "end": policy.end_minutes,
    }  # fmt: skip
    record(Kind.PROMISE_CHANGED, by=by, at=at, inbox_id=policy.inbox_id, facts=facts)
    compile_promises(at)
    return policy


@transaction.atomic
def contract(
    organization: Organization, percent: int | None, *, why: str, by: Agent, at: datetime
) -> Contract:
    """Answer an organization sooner from now on; None ends that. The same again changes nothing.

    Raises:
        NotShorter: if that would be no sooner.
    """
    if percent is not None and not 1 <= percent <= 99:
        raise NotShorter(percent)
    why, latest = why.strip()[:200], organization.contracts.order_by("-at", "-pk").first()
    if latest is not None and (latest.percent, latest.why) == (percent, why):
        return latest
    row = organization.contracts.create(percent=percent, why=why, by=by, at=at)
    facts = {"organization": organization.pk, "percent": percent}
    record(Kind.CONTRACT_CHANGED, by=by, at=at, facts=facts)
    compile_promises(at)
    return row


@transaction.atomic
def keep_hours(team: Team, calendar: Calendar | None, *, by: Agent, at: datetime) -> None:
    """Give a team hours of its own from now on, or take them off; who waits keeps their time."""
    if team.calendar_id == (calendar.pk if calendar else None):
        return
    team.calendar = calendar
    team.save(update_fields=["calendar"])
    record(Kind.TEAM_CHANGED, by=by, at=at, facts={"team": team.pk, "change": "hours"})
    compile_promises(at)


def policy_of(inbox: Inbox) -> ClockPolicy | None:
    """Return what an inbox promises now."""
    policies = inbox.clock_policies.select_related("calendar", "by").order_by("-at", "-pk")
    return policies.first()


def contracts() -> list[Contract]:
    """Return the contracts that count now, by organization."""
    newest: dict[int, Contract] = {}
    rows = Contract.objects.select_related("organization", "by").order_by("at", "pk")
    for row in rows:
        newest[row.organization_id] = row
    running = [row for row in newest.values() if row.percent is not None]
    return sorted(running, key=lambda row: (row.organization.name, row.pk))


def compile_promises(now: datetime, *, calendar: Calendar | None = None) -> int:
    """Write on each inbox what it promises, with hours, days off and contracts; return how many.

    With a calendar only inboxes that use it are looked at, or all where a team does.
    """
    teams = _hours_of_teams(now)
    if calendar is not None and calendar.teams.exists():
        calendar = None
    shares = {str(row.organization_id): row.percent for row in contracts()}
    written = 0
    for policy in policies().values():
        if calendar is not None and policy.calendar_id != calendar.pk:
            continue
        written += Inbox.objects.filter(pk=policy.inbox_id).update(
            promise=_compiled(policy, shares, teams, now)
        )
    if calendar is None:
        without = Inbox.objects.filter(clock_policies__isnull=True)
        written += without.update(promise={"contracts": shares} if shares else None)
    return written


def policies() -> dict[int, ClockPolicy]:
    """Return by inbox what each promises now."""
    oldest_first = ClockPolicy.objects.select_related("calendar").order_by("at", "pk")
    return {policy.inbox_id: policy for policy in oldest_first}


def _hours_of_teams(now: datetime) -> dict[str, Any]:
    """Return by team the hours of its own, where it has such."""
    teams = Team.objects.filter(calendar__isnull=False).select_related("calendar").order_by("pk")
    return {
        str(team.pk): team.calendar.hours(now.date()).as_json() for team in teams if team.calendar
    }


def _compiled(
    policy: ClockPolicy, shares: dict[str, Any], teams: dict[str, Any], now: datetime
) -> dict[str, Any]:
    calendar = policy.calendar
    return {
        # day and night is sooner than any hours
        **({"teams": teams} if teams and calendar else {}),
        "hours": calendar.hours(now.date()).as_json() if calendar else None,
        Clock.FIRST: policy.first_minutes,
        Clock.NEXT: policy.next_minutes,
        Clock.END: policy.end_minutes,
        "contracts": shares,
    }
