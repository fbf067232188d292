"""What a rule can do: existing verbs, each with the check of its value and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from wingbeat.desk.automation import respecting
from wingbeat.desk.conversations import cause
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.tagging import LONGEST
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.people.models import Agent, Team

# Sends an automatic mail; a channel knows how, and where the caps are.
Say = Callable[[Conversation, str, datetime], bool]
MOST_SNOOZED_HOURS = 24 * 90
LEVELS = {"ordinary": Severity.ORDINARY, "serious": Severity.SERIOUS, "grave": Severity.GRAVE}


class WrongStep(ValueError):
    """A step cannot be done with its value; the text says what can."""


class Unsaid(ValueError):
    """An automatic answer was not sent: a cap, a robot, or nobody to write to."""

    def __init__(self) -> None:
        super().__init__("The answer was not sent: a cap on automatic mail, or nobody to reach.")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Checks that a value is one of those there are: `known` tells each with its name."""

    known: Callable[[], Iterable[tuple[str, str | Promise]]]

    def __call__(self, value: str) -> str:
        known = [each for each, _name in self.known()]
        found = next((each for each in known if each.lower() == value.lower()), None)
        if found is None:
            told = _("“%(value)s” is none of these: %(known)s.")
            raise WrongStep(told % {"value": value, "known": ", ".join(known[:20])})
        return found


@dataclass(frozen=True, slots=True)
class Doing:
    """What a step needs besides its value: who acts, by which rule, when, and how to say it."""

    by: Agent
    rule: str
    at: datetime
    say: Say


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a rule can do; `words` and `done` hold its value, as `shown` tells it."""

    name: str | Promise
    words: str | Promise
    check: Callable[[str], str]
    do: Callable[[Conversation, str, Doing], None]
    done: str | Promise = ""
    shown: Callable[[str], str] = str

    @property
    def takes_value(self) -> bool:
        return "%(value)s" in str(self.words)

    def told(self, value: str) -> str:
        """Say what it does, as part of a sentence."""
        return str(self.words) % {"value": self.shown(value)}

    def told_done(self, value: str) -> str:
        """Say what it did, as part of a sentence whose beginning says who."""
        return str(self.done) % {"value": self.shown(value)}


TEAM = OneOf(lambda: Team.objects.order_by("name").values_list("name", "name"))
AGENT = OneOf(lambda: Agent.objects.at_work().values_list("email", "name"))
INBOX = OneOf(lambda: Inbox.objects.order_by("name").values_list("name", "name"))
CAUSE = OneOf(lambda: [(one.name, one.name) for one in cause.Cause.objects.offered().as_tree()])
LEVEL = OneOf(lambda: [(key, level.label) for key, level in LEVELS.items()])
REASON = OneOf(lambda: [pair for pair in Reason.choices if pair[0] != Reason.SPAM])


def _some_tag(value: str) -> str:
    if not value or len(value) > LONGEST:
        raise WrongStep(_("A tag has 1 to %(n)d characters.") % {"n": LONGEST})
    return value


def _some_hours(value: str) -> str:
    if not (value.isdecimal() and 1 <= int(value) <= MOST_SNOOZED_HOURS):
        told = _("“%(value)s” is no number of hours from 1 to %(most)d.")
        raise WrongStep(told % {"value": value, "most": MOST_SNOOZED_HOURS})
    return value


def _some_words(value: str) -> str:
    if not value:
        raise WrongStep(_("Write the words of the note."))
    return value


def _respectful(value: str) -> str:
    names = Inbox.objects.values_list("name", "from_name")
    failed = respecting.fails(value, [name for pair in names for name in pair])
    if failed:
        raise WrongStep(" ".join(failed))
    return value


def _assign(conversation: Conversation, value: str, doing: Doing) -> None:
    agent = Agent.objects.at_address(value)
    if agent is None:
        raise WrongStep(_("Nobody works here as %(value)s now.") % {"value": value})
    conversation.assign(agent=agent, team=conversation.team, by=doing.by, at=doing.at)


def _named(things: Any, value: str) -> Any:
    found = things.filter(name=value).first()
    if found is None:
        raise WrongStep(_("There is no “%(value)s” now.") % {"value": value})
    return found


def _team(conversation: Conversation, value: str, doing: Doing) -> None:
    team = _named(Team.objects, value)
    conversation.assign(agent=conversation.assignee, team=team, by=doing.by, at=doing.at)


def _cause(conversation: Conversation, value: str, doing: Doing) -> None:
    cause.mark(conversation, _named(cause.Cause.objects, value), by=doing.by, at=doing.at)


def _move(conversation: Conversation, value: str, doing: Doing) -> None:
    conversation.move(to=_named(Inbox.objects, value), by=doing.by, at=doing.at)


def _note(conversation: Conversation, value: str, doing: Doing) -> None:
    conversation.note(Letter.of_text(value), by=doing.by, at=doing.at)


def _grade(conversation: Conversation, value: str, doing: Doing) -> None:
    why = _("by the rule “%(rule)s”") % {"rule": doing.rule}
    conversation.grade(LEVELS[value], why=why, by=doing.by, at=doing.at)


def _snooze(conversation: Conversation, value: str, doing: Doing) -> None:
    until = doing.at + timedelta(hours=int(value))
    conversation.snooze(until=until, by=doing.by, at=doing.at)


def _answer(conversation: Conversation, value: str, doing: Doing) -> None:
    if not doing.say(conversation, value, doing.at):
        raise Unsaid


def _name_of(address: str) -> str:
    """Say an agent's name; an address that has changed since is all there is."""
    agent = Agent.objects.at_address(address)
    return agent.name if agent else address


STEPS: Mapping[str, Action] = {
    "tag": Action(
        gettext_lazy("Tag it"), gettext_lazy("tag it “%(value)s”"), _some_tag,
        lambda one, value, doing: one.tag(value, by=doing.by, at=doing.at),
        gettext_lazy("tagged it “%(value)s”"),
    ),
    "untag": Action(
        gettext_lazy("Take a tag off"), gettext_lazy("take the tag “%(value)s” off"), _some_tag,
        lambda one, value, doing: one.untag(value, by=doing.by, at=doing.at),
        gettext_lazy("took the tag “%(value)s” off"),
    ),
    "cause": Action(
        gettext_lazy("Say its cause"), gettext_lazy("its cause is “%(value)s”"),
        CAUSE, _cause, gettext_lazy("named the cause: %(value)s"),
    ),
    "team": Action(
        gettext_lazy("Give it to a team"), gettext_lazy("give it to %(value)s"), TEAM, _team,
        gettext_lazy("gave it to %(value)s"),
    ),
    "agent": Action(
        gettext_lazy("Give it to an agent"), gettext_lazy("give it to %(value)s"),
        AGENT, _assign, gettext_lazy("gave it to %(value)s"), _name_of,
    ),
    "severity": Action(
        gettext_lazy("Call it ordinary, serious or grave"), gettext_lazy("call it %(value)s"),
        LEVEL, _grade, gettext_lazy("called it %(value)s"),
        lambda value: str(LEVELS[value].label).partition(":")[0].lower(),
    ),
    "move": Action(
        gettext_lazy("Move it to an inbox"), gettext_lazy("move it to %(value)s"),
        INBOX, _move, gettext_lazy("moved it to %(value)s"),
    ),
    "snooze": Action(
        gettext_lazy("Put it aside for hours"), gettext_lazy("put it aside for %(value)s hours"),
        _some_hours, _snooze, pgettext_lazy("done", "put it aside for %(value)s hours"),
    ),
    "end": Action(
        gettext_lazy("End it, with a reason"), gettext_lazy("end it: %(value)s"), REASON,
        lambda one, value, doing: one.end(by=doing.by, at=doing.at, reason=value),
        gettext_lazy("ended it: %(value)s"), lambda value: str(Reason(value).label),
    ),
    "note": Action(
        gettext_lazy("Write a note"), gettext_lazy("note “%(value)s”"), _some_words, _note,
        gettext_lazy("wrote a note"),
    ),
    "answer": Action(
        gettext_lazy("Answer automatically"), gettext_lazy("answer “%(value)s”"),
        _respectful, _answer, gettext_lazy("answered"),
    ),
}  # fmt: skip
