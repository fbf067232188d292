"""What was done with a conversation, as thin lines between its messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.reading import told_of
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent, Team


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: a sentence and its time."""

    words: str
    at: datetime

    is_event = True


@dataclass(frozen=True, slots=True)
class Names:
    """Names of everybody and everything that the entries point at."""

    agents: dict[int, str]
    teams: dict[int, str]
    inboxes: dict[int, str]

    def by(self, entry: Entry) -> str:
        return self.agents.get(entry.agent_id, _("The desk"))


def _assigned(entry: Entry, names: Names) -> str:
    by, to_agent, to_team = names.by(entry), entry.facts.get("to_agent"), entry.facts.get("to_team")
    if to_agent == entry.agent_id:
        return _("%(by)s took it") % {"by": by}
    if isinstance(to_agent, int):
        return _("%(by)s gave it to %(to)s") % {"by": by, "to": names.agents.get(to_agent, "?")}
    if isinstance(to_team, int):
        return _("%(by)s gave it to %(to)s") % {"by": by, "to": names.teams.get(to_team, "?")}
    return _("%(by)s laid it down") % {"by": by}


def _ended(entry: Entry, names: Names) -> str:
    reasons = dict(Reason.choices)
    reason = reasons.get(str(entry.facts.get("reason")), "")
    return _("%(by)s ended it: %(reason)s") % {"by": names.by(entry), "reason": reason}


def _moved(entry: Entry, names: Names) -> str:
    to = names.inboxes.get(entry.facts.get("to_inbox", 0), "?")
    return _("%(by)s moved it to %(to)s") % {"by": names.by(entry), "to": to}


def _settled(entry: Entry, names: Names) -> str:
    said = {
        "sent": _("%(by)s found that it had arrived"),
        "resent": _("%(by)s sent it again"),
        "given_up": _("%(by)s left it undelivered"),
    }
    return said[str(entry.facts.get("as"))] % {"by": names.by(entry)}


def _plain(words: str) -> Callable[[Entry, Names], str]:
    return lambda entry, names: _(words) % {"by": names.by(entry)}


SENTENCES: dict[str, Callable[[Entry, Names], str]] = {
    Kind.ASSIGNED: _assigned,
    Kind.ENDED: _ended,
    Kind.MOVED: _moved,
    Kind.SOLVED: lambda _entry, _names: _("Solved, by the customer's word"),
    Kind.REOPENED: _plain(gettext_noop("%(by)s reopened it")),
    Kind.SNOOZED: _plain(gettext_noop("%(by)s put it aside")),
    Kind.WOKEN: _plain(gettext_noop("%(by)s woke it")),
    Kind.MERGED: _plain(gettext_noop("%(by)s merged another conversation into this one")),
    Kind.UNMERGED: _plain(gettext_noop("%(by)s took a merged conversation out again")),
    Kind.SPLIT: _plain(gettext_noop("%(by)s began this conversation with messages of another")),
    Kind.RESTRICTED: _plain(gettext_noop("%(by)s restricted it")),
    Kind.UNRESTRICTED: _plain(gettext_noop("%(by)s opened it to all who read this inbox")),
    Kind.LET_IN: _plain(gettext_noop("%(by)s let somebody in")),
    Kind.KEPT_OUT: _plain(gettext_noop("%(by)s kept somebody out")),
    Kind.REPLY_UNDONE: _plain(gettext_noop("%(by)s took a reply back")),
    Kind.REPLY_FAILED: lambda _entry, _names: _("A reply could not be sent"),
    Kind.REPLY_BOUNCED: lambda _entry, _names: _("A reply came back"),
    Kind.REPLY_IN_DOUBT: lambda _entry, _names: _("A reply was left in doubt"),
    Kind.REPLY_SETTLED: _settled,
}


def events_of(conversation_ids: Sequence[int]) -> list[Event]:
    """Return what people and the desk did, oldest first, in at most four queries."""
    entries = told_of(conversation_ids, list(SENTENCES))
    if not entries:
        return []
    names = _names(entries)
    return [Event(SENTENCES[entry.kind](entry, names), entry.at) for entry in entries]


def _names(entries: list[Entry]) -> Names:
    agents = {entry.agent_id for entry in entries} | _facts(entries, "to_agent")
    teams, inboxes = _facts(entries, "to_team"), _facts(entries, "to_inbox")
    return Names(
        agents=dict(Agent.objects.get_queryset().filter(pk__in=agents).values_list("pk", "name")),
        teams=dict(Team.objects.filter(pk__in=teams).values_list("pk", "name")) if teams else {},
        inboxes=dict(Inbox.objects.filter(pk__in=inboxes).values_list("pk", "name"))
        if inboxes
        else {},
    )


def _facts(entries: list[Entry], name: str) -> set[int]:
    return {value for entry in entries if isinstance(value := entry.facts.get(name), int)}
