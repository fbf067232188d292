"""What was done with a conversation, as thin lines between its messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Model
from django.utils.translation import gettext as _, gettext_noop

from wingbeat.desk.automation.rules import RuleVersion
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.inbox import Inbox, colleagues_write_to
from wingbeat.desk.conversations.rating import Word
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.reading import told_of
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent, Team

# What the journal calls a step that a rule takes.
STEPS_OF_RULES = {
    "cause": Kind.CAUSE_MARKED, "team": Kind.ASSIGNED, "agent": Kind.ASSIGNED, "move": Kind.MOVED,
    "severity": Kind.SEVERITY_MARKED, "snooze": Kind.SNOOZED, "end": Kind.ENDED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: a sentence, its time, where to comment a rule, what was merged."""

    words: str
    at: datetime
    comment: str = ""
    merged: int = 0

    is_event = True


@dataclass(frozen=True, slots=True)
class Names:
    """Names of everybody and everything that the entries point at."""

    agents: dict[int, str]
    teams: dict[int, str]
    inboxes: dict[int, str]
    rules: dict[int, RuleVersion]
    causes: dict[int, str]
    team_inbox: str  # where colleagues are the customers, if there is one

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


def _caused(entry: Entry, names: Names) -> str:
    cause = names.causes.get(entry.facts.get("cause") or 0)
    said = _("%(by)s named the cause: %(cause)s") if cause else _("%(by)s took the cause off")
    return said % {"by": names.by(entry), "cause": cause}


def _moved(entry: Entry, names: Names) -> str:
    to = names.inboxes.get(entry.facts.get("to_inbox", 0), "?")
    return _("%(by)s moved it to %(to)s") % {"by": names.by(entry), "to": to}


def _ruled(entry: Entry, names: Names) -> str:
    version = names.rules[entry.facts["version"]]
    said = _("By the rule “%(rule)s”: %(done)s")
    if entry.facts.get("failed"):
        said = _("The rule “%(rule)s” could not act")
    return said % {"rule": version.declaration.name, "done": version.told_done}


def comment_on(version: RuleVersion | None, team_inbox: str) -> str:
    """Return the link by which any colleague writes about a rule; it is answered as all mail is."""
    if not (version and team_inbox):
        return ""
    subject = _("About the rule “%(rule)s”") % {"rule": version.declaration.name}
    return f"mailto:{team_inbox}?subject={quote(subject)}"


def _graded(entry: Entry, names: Names) -> str:
    said = {
        Severity.ORDINARY: _("%(by)s called it ordinary"),
        Severity.SERIOUS: _("%(by)s called it serious"),
        Severity.GRAVE: _("%(by)s called it grave"),
    }
    return said[Severity(int(entry.facts["level"]))] % {"by": names.by(entry)}


def _settled(entry: Entry, names: Names) -> str:
    said = {
        "sent": _("%(by)s found that it had arrived"),
        "resent": _("%(by)s sent it again"),
        "given_up": _("%(by)s left it undelivered"),
    }
    return said[str(entry.facts.get("as"))] % {"by": names.by(entry)}


def _rated(entry: Entry, _names: Names) -> str:
    value = int(entry.facts.get("value", 0))
    words = str(Word(value).label) if value in Word.values else f"{value} / 5"
    return _("The customer said: %(words)s") % {"words": words}


def _plain(words: str) -> Callable[[Entry, Names], str]:
    return lambda entry, names: (
        _(words) % {"by": names.by(entry), "source": entry.facts.get("source", "")}
    )


SENTENCES: dict[str, Callable[[Entry, Names], str]] = {
    Kind.ASSIGNED: _assigned,
    Kind.ENDED: _ended,
    Kind.CAUSE_MARKED: _caused,
    Kind.MOVED: _moved,
    Kind.RULE_ACTED: _ruled,
    Kind.SEVERITY_MARKED: _graded,
    Kind.SOLVED: _plain(gettext_noop("Solved, by the customer's word")),
    Kind.RATING_ASKED: _plain(gettext_noop("A reply asked how it was")),
    Kind.RATED: _rated,
    Kind.LINKS_CLOSED: _plain(gettext_noop("%(by)s closed the customer's links")),
    Kind.LINK_MAILED: _plain(gettext_noop("A new link to the customer's page was mailed")),
    Kind.REOPENED: _plain(gettext_noop("%(by)s reopened it")),
    Kind.PROMISE_MADE: _plain(gettext_noop("%(by)s gave a promise")),
    Kind.PROMISE_KEPT: _plain(gettext_noop("%(by)s found a promise kept")),
    Kind.PROMISE_WITHDRAWN: _plain(gettext_noop("%(by)s took a promise back")),
    Kind.GRANT_GIVEN: _plain(gettext_noop("%(by)s put something right")),
    Kind.GRANT_ASKED: _plain(gettext_noop("%(by)s asked a second person about putting it right")),
    Kind.GRANT_AGREED: _plain(gettext_noop("%(by)s agreed to putting it right")),
    Kind.GRANT_DECLINED: _plain(gettext_noop("%(by)s did not agree to putting it right so")),
    Kind.GRANT_TAKEN_BACK: _plain(gettext_noop("%(by)s said that it was not given after all")),
    Kind.SNOOZED: _plain(gettext_noop("%(by)s put it aside")),
    Kind.WOKEN: _plain(gettext_noop("%(by)s woke it")),
    Kind.MERGED: _plain(gettext_noop("%(by)s merged #%(source)s into this one")),
    Kind.UNMERGED: _plain(gettext_noop("%(by)s took #%(source)s out again")),
    Kind.SPLIT: _plain(gettext_noop("%(by)s began this with messages of #%(source)s")),
    Kind.RESTRICTED: _plain(gettext_noop("%(by)s restricted it")),
    Kind.UNRESTRICTED: _plain(gettext_noop("%(by)s opened it to all who read this inbox")),
    Kind.LET_IN: _plain(gettext_noop("%(by)s let somebody in")),
    Kind.KEPT_OUT: _plain(gettext_noop("%(by)s kept somebody out")),
    Kind.DRAFT_SHARED: _plain(gettext_noop("%(by)s showed a draft to the team")),
    Kind.DRAFT_CONTINUED: _plain(gettext_noop("%(by)s continued a colleague's draft")),
    Kind.REPLY_UNDONE: _plain(gettext_noop("%(by)s took a reply back")),
    Kind.REPLY_OVERTAKEN: _plain(
        gettext_noop("Not sent: somebody wrote first. The words are a draft again")
    ),
    Kind.REPLY_FAILED: _plain(gettext_noop("A reply could not be sent")),
    Kind.REPLY_BOUNCED: _plain(gettext_noop("A reply came back")),
    Kind.REPLY_PERHAPS_BOUNCED: _plain(gettext_noop("A reply perhaps came back")),
    Kind.REPLY_IN_DOUBT: _plain(gettext_noop("A reply was left in doubt")),
    Kind.REPLY_SETTLED: _settled,
}


def events_of(
    conversation_ids: Sequence[int], *, since: datetime | None = None, until: datetime | None = None
) -> list[Event]:
    """Return what people and the desk did, oldest first, in at most seven queries."""
    entries = told_of(conversation_ids, list(SENTENCES), since=since, until=until)
    if not entries:
        return []
    names = _names(entries)
    return [
        Event(
            SENTENCES[entry.kind](entry, names), entry.at,
            comment_on(names.rules.get(entry.facts.get("version", 0)), names.team_inbox),
            entry.facts["source"] if entry.kind == Kind.MERGED else 0,
        )
        for entry in _with_rules_whole(entries, names)
    ]  # fmt: skip


def _with_rules_whole(entries: list[Entry], names: Names) -> list[Entry]:
    """Leave out each step that a rule took: the rule's own line tells all of them.

    What followed from a step is told: whoever could not keep it once it was moved.
    """
    taken = {
        (entry.conversation_id, entry.at, entry.agent_id, STEPS_OF_RULES.get(step["do"]))
        for entry in entries
        if entry.kind == Kind.RULE_ACTED and not entry.facts.get("failed")
        for step in names.rules[entry.facts["version"]].steps
    }
    return [
        entry
        for entry in entries
        if (entry.conversation_id, entry.at, entry.agent_id, entry.kind) not in taken
    ]


def _names(entries: list[Entry]) -> Names:
    return Names(
        agents=named(Agent, {entry.agent_id for entry in entries} | _facts(entries, "to_agent")),
        teams=named(Team, _facts(entries, "to_team")),
        inboxes=named(Inbox, _facts(entries, "to_inbox")),
        rules=RuleVersion.objects.select_related("declaration").in_bulk(_facts(entries, "version")),
        causes=named(Cause, _facts(entries, "cause")),
        team_inbox=colleagues_write_to() if _facts(entries, "rule") else "",
    )


def named(model: type[Model], pks: set[Any]) -> dict[int, str]:
    """Return names by number; Django asks nothing where there is no number."""
    return dict(model._default_manager.filter(pk__in=pks).values_list("pk", "name"))


def _facts(entries: list[Entry], name: str) -> set[int]:
    return {value for entry in entries if isinstance(value := entry.facts.get(name), int)}
