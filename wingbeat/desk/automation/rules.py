"""Rules: declarations about conversations, which events or time bring to them."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from wingbeat.desk.automation import conditions
from wingbeat.desk.automation.declaring import SHOWN, TRIED_OVER, Declaration, Trial, Version
from wingbeat.desk.automation.steps import STEPS
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.asking.telling import told
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent

LONGEST_ANSWER = 1_000


class When(models.TextChoices):
    """What makes a rule look at a conversation."""

    OPENED = "opened", gettext_lazy("a customer writes for the first time")
    WORDS = "words", gettext_lazy("a customer writes again")
    ANSWERED = "answered", gettext_lazy("somebody here answers")
    ENDED = "ended", gettext_lazy("a conversation ends")
    NEAR = "near", gettext_lazy("a promise is nearly over")
    LATE = "late", gettext_lazy("a promise is past")
    TIME = "time", gettext_lazy("time passes")


class Rule(Declaration):
    """A rule by name; switched off, it does nothing."""

    kind = "rule"
    changed = Kind.RULE_CHANGED
    actions = STEPS
    weighty = frozenset({"end", "answer"})  # the customer reads it, or is left with it
    untried = gettext_lazy(
        "Try it on past conversations first: then you know what it would have touched."
    )

    def asked(self, asks: str, *, by: Agent) -> str:
        return str(conditions.read(asks, by=by))


class RuleVersion(Version):
    """What a rule said from a time on. Its conditions are written in the language of views."""

    questions = ("for_customer", "outcome", "our_name")

    declaration = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    when = models.CharField(max_length=10, choices=When.choices)
    for_customer = models.CharField(
        gettext_lazy("why it is right for the customer"), max_length=LONGEST_ANSWER, blank=True
    )
    outcome = models.CharField(
        gettext_lazy("what it will do"), max_length=LONGEST_ANSWER, blank=True
    )
    our_name = models.CharField(
        gettext_lazy("what it will do to our name"), max_length=LONGEST_ANSWER, blank=True
    )

    @property
    def told_when(self) -> str:
        return str(When(self.when).label)

    @cached_property  # a page tells of one version many times, and names are looked up
    def told_done(self) -> str:
        """Say what it did when it acted, as part of a sentence."""
        return ", ".join(STEPS[step["do"]].told_done(step["value"]) for step in self.steps)

    def told_conditions(self, names: Names) -> str:
        return told(names.shown(read(self.asks)))

    def asks_in(self, names: Names) -> str:
        return str(names.shown(read(self.asks)))

    def trial(self, *, by: Agent, now: datetime) -> Trial:
        """Conditions are asked of conversations as they stand now."""
        since = now - TRIED_OVER
        lately = Q(opened_at__gt=since) if self.when == When.OPENED else Q(latest_at__gt=since)
        happened = {
            When.ENDED: Q(endings__at__gt=since),
            When.ANSWERED: Q(messages__kind="agent", messages__automatic=""),
            When.NEAR: Q(warn_at__lte=now),
            When.LATE: Q(due_at__lte=now),
        }.get(When(self.when), Q())
        rows = Conversation.objects.visible_to(by).whole().filter(lately, is_restricted=False)
        asked = rows.filter(happened & conditions.meaning(self.asks, now=now)).distinct()
        latest = asked.select_related("customer").order_by("-latest_at", "-pk")[:SHOWN]
        return Trial(rows.count(), asked.count(), list(latest))


class RuleAct(models.Model):
    """That a rule acted on a conversation, once for one cause; its steps stand in the journal."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="acts")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="rule_acts")
    cause = models.CharField(max_length=60)
    failed = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "conversation", "cause"], name="acts_once")
        ]
        indexes = [models.Index(fields=["conversation", "at"], name="rule_act_of_conversation")]
