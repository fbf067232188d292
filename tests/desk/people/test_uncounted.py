"""Nobody's minutes are counted: no table holds them, no page shows them, and presence forgets."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from tests import cast
from wingbeat.desk.conversations import presence, replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
COUNTING = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)
# Every number the desk keeps, and what it is. Whoever adds one says here that it is nobody's time,
# pace or share.
NUMBERS = {
    "api.KeptAnswer.status": "what a program was answered",
    "api.Upload.size": "bytes",
    "automation.Capacity.most": "how much somebody takes at once, as they or their lead said",
    "automation.ClockPolicy.end_minutes": "what an inbox promises customers",
    "automation.ClockPolicy.first_minutes": "what an inbox promises customers",
    "automation.ClockPolicy.next_minutes": "what an inbox promises customers",
    "automation.Contract.percent": "what a contract leaves of a promised time",
    "automation.Rule.place": "which rule comes first",
    "automation.RuleVersion.looked_at": "conversations that a rule on trial was shown",
    "automation.RuleVersion.would_touch": "conversations that a rule on trial would touch",
    "care.Dismissal.object_id": "an id",
    "care.Notification.times": "how often the same has happened to a conversation",
    "context.ContextPanel.failures": "how often a system did not answer",
    "context.ContextPanel.fresh_for_minutes": "how long an answer is fresh",
    "care.HintCount.heeded": "replies of a whole team in which a kind of hint was heeded",
    "care.HintCount.shown": "replies of a whole team in which a kind of hint was shown",
    "care.HintCount.wrong": "replies of a whole team in which a kind of hint was called wrong",
    "conversations.BatchItem.entry": "a place in the journal",
    "conversations.Conversation.severity": "how badly a customer is off",
    "conversations.Participant.link_turn": "how often a customer's link was closed",
    "conversations.Rating.value": "how it was, in a customer's word",
    "conversations.SeverityMark.level": "how badly a customer is off",
    "conversations.View.order": "which order a list has",
    "conversations.ViewCount.count": "conversations in a list",
    "conversations.ViewCount.entry": "a place in the journal",
    "customers.BusinessEvent.cents": "what a customer's order came to",
    "insights.Evaluation.failures": "how often a law could not be applied",
    "insights.Moment.seq": "which of a message's moments came first",
    "insights.Moment.value": "what a moment was to a customer",
    "knowledge.Article.verify_every_days": "how long an article is trusted",
    "moving.Brought.became": "an id",
    "privacy.Keeping.days": "how long words are kept",
    "webhooks.WebhookCall.attempts": "how often an address was called",
    "webhooks.WebhookCall.entry": "a place in the journal",
    "webhooks.WebhookCall.milliseconds": "how long the other system took",
    "webhooks.WebhookCall.status": "what the other system answered",
    "customers.Customer.mail_offset_minutes": "a customer's clock against UTC",
    "conversations.Attachment.size": "bytes",
    "conversations.Draft.seen_message_id": "an id",
    "conversations.Outgoing.attempts": "how often a mail server was asked",
    "journal.Change.agent_id": "an id",
    "journal.Change.entry": "a place in the journal",
    "journal.Cursor.position": "a place in the journal",
    "journal.Entry.agent_id": "an id",
    "journal.Entry.conversation_id": "an id",
    "journal.Entry.customer_id": "an id",
    "journal.Entry.inbox_id": "an id",
    "journal.Entry.message_id": "an id",
    "journal.Entry.position": "a place in the journal",
    "jobs.Job.attempts": "how often a job was tried",
    "jobs.Job.priority": "which job goes first",
    "care.Grant.cents": "what was given to a customer",
    "care.Grant.limit_cents": "the limit as it was then, the same for everybody",
    "care.GrantLimit.cents": "what anybody may give",
    "care.GrantLimit.a_month_cents": "what an inbox may give in a month",
    "care.GrantLimit.margin_cents": "what a customer leaves the business a year, as its owner says",
    "care.GrantLimit.stay_percent": "how many customers stay, as its owner says",
    "care.GrantLimit.asking_minutes": "what asking takes, as its owner says; nobody's are counted",
    "care.GrantLimit.wage_cents": "what a minute of work costs, as its owner says",
    "conversations.Cause.item_cents": "what another one of a thing costs",
    "conversations.Cause.offer_cents": "what whoever a cause happens to is offered",
    "macros.Macro.used": "how often words were used, and never by whom",
    "mail.Account.imap_port": "a port",
    "mail.Account.smtp_port": "a port",
    "mail.Account.uid_seen": "a mail's number on its server",
    "mail.Account.uid_validity": "a folder's numbering",
    "mail.FetchedUid.uid": "a mail's number on its server",
    "mail.FetchedUid.uid_validity": "a folder's numbering",
    "mail.MailFilter.place": "which filter is asked first",
    "mail.MailFilterVersion.looked_at": "mails that a filter on trial was shown",
    "knowledge.ArticlePicture.size": "bytes",
    "mail.MailFilterVersion.would_touch": "mails that a filter on trial would file",
    "mail.RawMail.attempts": "how often a mail was read",
    "mail.RawMail.size": "bytes",
    "mail.Reconciliation.fetched": "mails of an account",
    "mail.Reconciliation.here": "mails of an account",
    "mail.Reconciliation.on_server": "mails of an account",
    "people.Agent.notifies_at_hour": "when somebody wants their mail about the day",
}
# What the journal's small facts may be: ids, codes, and how many were meant by one act.
FACTS = {
    "agent", "as", "author", "automatic", "block", "change", "due_by", "elsewhere", "from_inbox",
    "gone", "leads", "macro", "margin", "members", "moved", "read_by", "reason", "refused",
    "reopened", "role", "source", "tag", "teams", "to_agent", "to_inbox", "to_team",
}  # fmt: skip


def numbers_kept() -> set[str]:
    """Every column of every table that holds a number and is no key."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        for field in model._meta.fields
        if isinstance(field, COUNTING) and not field.primary_key
    }


def rows() -> dict[str, int]:
    """How many rows each table has."""
    kept = [model for model in apps.get_models() if model._meta.managed]
    return {model._meta.label: model._default_manager.count() for model in kept}


def in_sight(conversation: Conversation, agent: Agent, at: datetime) -> list[str]:
    seen = presence.registry.who(conversation.pk, at=at)
    return [one.name for one in seen if one.agent_id == agent.pk]


def test_nobodys_minutes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "registry", presence.Registry())  # whatever others left behind
    assert numbers_kept() == set(NUMBERS)
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    before = rows()
    for second in range(0, 600, 15):  # ten minutes at one conversation
        presence.arrive(conversation.pk, by=ada, at=cast.after(seconds=second), is_typing=True)
    assert in_sight(conversation, ada, cast.after(seconds=600)) == ["Ada Fields"]
    presence.registry.sweep(at=cast.after(seconds=700))
    assert presence.registry.conversations() == set()
    assert in_sight(conversation, ada, cast.after(seconds=600)) == []
    assert rows() == before


def test_what_an_agent_did_leaves_no_number_about_them_in_the_journal() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    a_day(ada, max_, olga)
    told = Entry.objects.exclude(facts={}).values_list("facts", flat=True)
    assert {key for facts in told for key in facts} <= FACTS
    assert len(told) > 5


@pytest.mark.parametrize("page", ["/setup/people/", "/setup/people/{ada}/", "/setup/teams/"])
def test_a_day_of_work_changes_nothing_that_others_see_of_a_person(
    client: Client, page: str
) -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    cast.support(ada, max_)
    client.force_login(olga)
    url = page.format(ada=ada.pk)
    before = shown(client, url)
    assert "Ada Fields" in before
    a_day(ada, max_, olga)
    assert shown(client, url) == before


def a_day(ada: Agent, max_: Agent, olga: Agent) -> None:
    """Ada answers, takes back, assigns, puts aside, ends; at the end nothing is in her hand."""
    inbox = cast.support(ada, max_)
    for hour in range(4):
        conversation = cast.opened(inbox, cast.said(at=cast.after(hours=hour)))
        at = cast.after(hours=hour, minutes=5)
        conversation.assign(agent=ada, by=ada, at=at)
        replying.undo(conversation.reply(cast.letter(), by=ada, at=at, seen=None), by=ada, at=at)
        conversation.reply(cast.letter("Another."), by=ada, at=at, seen=None)
        conversation.note(cast.letter("Ask Max.", to=()), by=ada, at=at)
        conversation.snooze(until=cast.after(days=1), by=ada, at=at)
        conversation.tag("Lamp", by=ada, at=at)
        conversation.assign(agent=max_, by=ada, at=at)
        conversation.end(by=ada, at=cast.after(hours=hour, minutes=9), reason=Reason.ANSWERED)
    conversation.reopen(by=olga, at=cast.after(hours=9))


def shown(client: Client, url: str) -> str:
    """A page's words, without what changes from one request to the next."""
    page = client.get(url).content.decode()
    page = page.partition("<main")[2]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
