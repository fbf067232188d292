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
    "customers.Customer.mail_offset_minutes": "a customer's clock against UTC",
    "conversations.Attachment.size": "bytes",
    "conversations.Draft.seen_message_id": "an id",
    "conversations.Outgoing.attempts": "how often a mail server was asked",
    "journal.Cursor.position": "a place in the journal",
    "journal.Entry.agent_id": "an id",
    "journal.Entry.conversation_id": "an id",
    "journal.Entry.customer_id": "an id",
    "journal.Entry.inbox_id": "an id",
    "journal.Entry.message_id": "an id",
    "journal.Entry.position": "a place in the journal",
    "journal.Entry.transaction": "an id",
    "jobs.Job.attempts": "how often a job was tried",
    "jobs.Job.priority": "which job goes first",
    "mail.Account.imap_port": "a port",
    "mail.Account.smtp_port": "a port",
    "mail.Account.uid_seen": "a mail's number on its server",
    "mail.Account.uid_validity": "a folder's numbering",
    "mail.FetchedUid.uid": "a mail's number on its server",
    "mail.FetchedUid.uid_validity": "a folder's numbering",
    "mail.RawMail.attempts": "how often a mail was read",
    "mail.RawMail.size": "bytes",
    "mail.Reconciliation.fetched": "mails of an account",
    "mail.Reconciliation.here": "mails of an account",
    "mail.Reconciliation.on_server": "mails of an account",
}
# What the journal's small facts may be: ids, codes, and how many were meant by one act.
FACTS = {
    "agent", "as", "automatic", "block", "change", "elsewhere", "from_inbox", "leads", "margin",
    "members", "reason", "refused", "reopened", "role", "source", "tag", "teams", "to_agent",
    "to_inbox", "to_team",
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
    seen = presence.who(conversation.pk, at=at)
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
