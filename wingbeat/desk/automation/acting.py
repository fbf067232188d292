"""Rules at work: a reader of the journal, and a look at the clock; each acts once for a cause.

A rule's own acts never start a rule: only what people and customers do is read as an event. And
whatever happens, a conversation sees so many acts of rules a day and no more.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from wingbeat.desk.automation import conditions
from wingbeat.desk.automation.rules import RuleAct, RuleVersion, When
from wingbeat.desk.automation.steps import STEPS, Doing, Say
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.moving.models import is_history
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)
READER = "rules"
BUDGET = 10  # acts of all rules together in one conversation
BUDGET_LASTS = timedelta(days=1)
AT_ONCE = 200  # conversations that one rule of time touches in one look
# What the desk itself passes on for customers; everything else that it does starts no rule.
FROM_CUSTOMERS = frozenset({Kind.CONVERSATION_OPENED, Kind.MESSAGE_RECEIVED})
EVENTS = {
    Kind.CONVERSATION_OPENED: When.OPENED, Kind.MESSAGE_RECEIVED: When.WORDS,
    Kind.REPLY_QUEUED: When.ANSWERED, Kind.ENDED: When.ENDED,
}  # fmt: skip
BY_CLOCK = (When.TIME, When.NEAR, When.LATE)


def act_on_events(now: datetime, say: Say, limit: int = 500) -> int:
    """Read on in the journal and let rules act on what happened; return how often they did."""
    return reading.read_on(READER, lambda entries: _on_entries(entries, now, say), limit)


@transaction.atomic
def act_by_clock(now: datetime, say: Say) -> int:
    """Let rules act on conversations that time has brought to them."""
    acted = 0
    for version in RuleVersion.objects.running().filter(when__in=BY_CLOCK):
        rows = Conversation.objects.all().whole().filter(is_restricted=False)
        if version.when == When.NEAR:
            rows = rows.awake().filter(warn_at__lte=now, due_at__gt=now)
        elif version.when == When.LATE:
            rows = rows.awake().filter(due_at__lte=now)
        acted_since = RuleAct.objects.filter(
            rule=version.declaration, conversation=OuterRef("pk"), at__gte=OuterRef("latest_at")
        )
        asked = conditions.meaning(version.asks, now=now)
        # nothing fires on what was brought in from an old desk before anybody has touched it here
        found = rows.filter(asked, ~Exists(acted_since), ~is_history())
        for conversation in found.order_by("latest_at", "pk")[:AT_ONCE]:
            acted += _act(version, conversation, cause=_spell(conversation), now=now, say=say)
    return acted


def _on_entries(entries: Sequence[Entry], now: datetime, say: Say) -> int:
    system = Agent.objects.system().pk
    events = [entry for entry in entries if _is_event(entry, system)]
    if not events:
        return 0
    acted = 0
    versions = list(RuleVersion.objects.running().filter(when__in=EVENTS.values()))
    for entry in events:
        for version in versions:
            # what happened before a rule was written as it stands is the past to it
            if version.when == EVENTS[Kind(entry.kind)] and entry.at >= version.at:
                acted += _on_entry(version, entry, now, say)
    return acted


def _on_entry(version: RuleVersion, entry: Entry, now: datetime, say: Say) -> int:
    """Act on the whole that the entry's conversation is read in, if it still meets the rule."""
    conversation = Conversation.objects.whole_to_change(entry.conversation_id or 0)
    if conversation is None or conversation.is_restricted:
        return 0
    asked = Conversation.objects.filter(conditions.meaning(version.asks, now=now))
    if not asked.filter(pk=conversation.pk).exists():
        return 0
    return _act(version, conversation, cause=str(entry.pk), now=now, say=say)


def _is_event(entry: Entry, system: int) -> bool:
    """Say whether people did this: what the desk does by itself starts no rule."""
    if entry.kind not in EVENTS or entry.conversation_id is None:
        return False
    if entry.kind == Kind.MESSAGE_RECEIVED:
        return not entry.facts.get("margin") and not entry.facts.get("automatic")
    return entry.kind in FROM_CUSTOMERS or entry.agent_id != system


def _act(
    version: RuleVersion, conversation: Conversation, *, cause: str, now: datetime, say: Say
) -> int:
    """Do every step of a rule once for a cause, all or nothing; return 1 if it was done."""
    acts = RuleAct.objects.filter(conversation=conversation)
    counted = acts.aggregate(
        same=Count("pk", filter=Q(rule=version.declaration, cause=cause)),
        lately=Count("pk", filter=Q(at__gt=now - BUDGET_LASTS)),
    )
    if counted["same"]:
        return 0
    system = Agent.objects.system()
    if counted["lately"] >= BUDGET:
        failed = f"Rules have acted {BUDGET} times here within a day."
    else:
        doing = Doing(by=system, rule=version.declaration.name, at=now, say=say)
        failed = _do(version, conversation, doing)
    RuleAct.objects.create(
        rule=version.declaration, conversation=conversation, cause=cause, failed=failed, at=now
    )
    record(
        Kind.RULE_ACTED, by=system, at=now, on=conversation,
        facts={"rule": version.declaration_id, "version": version.pk, "failed": bool(failed)},
    )  # fmt: skip
    return 0 if failed else 1


def _do(version: RuleVersion, conversation: Conversation, doing: Doing) -> str:
    """Do the steps of a rule; return why they were not done, else nothing."""
    try:
        with transaction.atomic():
            for step in version.steps:
                STEPS[step["do"]].do(conversation, step["value"], doing)
    except ValueError as why:  # every refusal of a verb is one: nothing is left half done
        log.warning("Rule %s left #%d alone: %s", version.declaration_id, conversation.pk, why)
        return str(why)[:200] or type(why).__name__
    return ""


def _spell(conversation: Conversation) -> str:
    """Name the stretch of time a conversation is in: it ends with the next words."""
    return f"since {conversation.latest_at:%Y-%m-%dT%H:%M:%S}"
