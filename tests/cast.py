"""The fixed cast: Ada the agent, Max the lead, Nora the new customer, Otto the old one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import open_conversation
from wingbeat.desk.conversations.words import Incoming, Letter, Party
from wingbeat.desk.people.models import Agent, Membership, Role, Team

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NORA: Party = {"name": "Nora Lind", "address": "nora@customers.example"}
OTTO: Party = {"name": "Otto Berg", "address": "otto@customers.example"}


def after(**much: float) -> datetime:
    """Return a time after noon, such as `after(hours=2)`."""
    return NOON + timedelta(**much)


def ada() -> Agent:
    return _agent("ada@desk.example", "Ada Fields")


def max_() -> Agent:
    return _agent("max@desk.example", "Max Stone")


def olga() -> Agent:
    """The owner of the desk."""
    return _agent("olga@desk.example", "Olga Owner", role=Role.OWNER)


def lena() -> Agent:
    """A light agent, who reads only what she was let into."""
    return _agent("lena@desk.example", "Lena Light", role=Role.LIGHT)


def support_team(*members: Agent, lead: Agent | None = None) -> Team:
    team, _made = Team.objects.get_or_create(name="Support")
    for agent in members:
        Membership.objects.get_or_create(agent=agent, team=team)
    if lead is not None:
        Membership.objects.update_or_create(agent=lead, team=team, defaults={"is_lead": True})
    return team


def support(*members: Agent) -> Inbox:
    """The inbox support@desk.example, read by these agents."""
    inbox, _made = Inbox.objects.get_or_create(
        address="support@desk.example", defaults={"name": "Support"}
    )
    inbox.teams.add(support_team(*members))
    return inbox


def said(
    text: str = "My lamp does not light.", *, sender: Party = NORA, at: datetime = NOON, **more: Any
) -> Incoming:
    """What a customer says, as a channel hands it over."""
    return Incoming(
        sender=sender,
        at=at,
        text=text,
        text_new=text,
        html=f"<p>{text}</p>",
        subject=more.pop("subject", "A broken lamp"),
        **more,
    )


def letter(
    text: str = "We send you a new one.", *, to: tuple[Party, ...] = (NORA,), **more: Any
) -> Letter:
    """What an agent says."""
    return Letter(html=f"<p>{text}</p>", text=text, to=to, **more)


def opened(inbox: Inbox, incoming: Incoming | None = None) -> Conversation:
    """A conversation that a customer has just begun."""
    return open_conversation(inbox, incoming or said(), by=Agent.objects.system()).conversation


def _agent(email: str, name: str, role: Role = Role.AGENT) -> Agent:
    return Agent.objects.filter(email=email).first() or Agent.objects.invite(
        email=email, name=name, role=role, password="a quiet password"
    )
