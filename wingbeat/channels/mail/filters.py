"""Filters: declarations about mails that would begin a conversation.

The first that a mail meets, in their order, decides, and no other is asked: one filter's work never
makes another's. Nothing is dropped: the quietest place is the tray.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.channels.mail.filter_asking import MAILS, read
from wingbeat.desk.automation import steps as rule_steps
from wingbeat.desk.automation.conditions import CannotAsk
from wingbeat.desk.automation.declaring import Declaration, Step, Trial, Version
from wingbeat.desk.automation.steps import Action
from wingbeat.desk.conversations.asking.telling import told
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent


def _mark(name: str | Promise, words: str | Promise) -> Action:
    """Say something about a mail that takes no value; whoever files the mail looks for it."""
    return Action(name, words, check=lambda _value: "", do=lambda *_what: None)


ALONE = {
    "tray": _mark(
        gettext_lazy("Put it into the tray, silently"),
        gettext_lazy("put it into the tray, silently"),
    ),
    "spam": _mark(gettext_lazy("Call it spam: into the tray"), gettext_lazy("call it spam")),
}


class MailFilter(Declaration):
    """A filter by name; switched off, it does nothing."""

    kind = "filter"
    changed = Kind.FILTER_CHANGED
    actions = {
        **{key: rule_steps.STEPS[key] for key in ("move", "tag", "cause")},
        "unanswered": _mark(
            gettext_lazy("Answer nothing automatically"),
            gettext_lazy("answer nothing automatically"),
        ),
        "hushed": _mark(gettext_lazy("Notify nobody"), gettext_lazy("notify nobody")),
        **ALONE,
    }
    untried = gettext_lazy("Try it on past mails first: then you know what it touches.")

    def asked(self, asks: str, *, by: Agent) -> str:
        query = read(asks)
        if not query.conditions:  # it would be a second front door
            raise CannotAsk(_("Say which mails: a filter for all of them would hide the others."))
        return str(query)

    def checked(self, steps: Sequence[Step]) -> list[Step]:
        clean = super().checked(steps)
        if len(clean) > 1 and any(step["do"] in ALONE for step in clean):
            told = _("What goes into the tray begins no conversation: do nothing else there.")
            raise WrongFields({"steps": told})
        return clean


class MailFilterVersion(Version):
    """What a filter said from a time on. Its conditions are about a mail's own fields."""

    declaration = models.ForeignKey(MailFilter, models.CASCADE, related_name="versions")

    @property
    def told_when(self) -> str:
        return _("a mail would begin a conversation")

    def told_conditions(self, names: Names) -> str:
        return told(read(self.asks), MAILS)

    def value(self, do: str) -> str | None:
        """Return the value of one of its steps, None where it does not do that."""
        return next((step["value"] for step in self.steps if step["do"] == do), None)

    def trial(self, *, by: Agent, now: datetime) -> Trial:
        from wingbeat.channels.mail.filtering import trial

        return trial(self, by=by, now=now)
