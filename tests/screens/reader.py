"""One agent with a browser, and what the visibility rule says that they may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from django.test import Client

from tests.screens.random_desk import SECRET
from wingbeat.channels.mail.models import RawMail
from wingbeat.config.jobs.models import Job
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Block, Customer
from wingbeat.desk.people.models import Agent


class Reader:
    """Somebody who asks."""

    def __init__(self, agent: Agent) -> None:
        self.agent = Agent.objects.get(pk=agent.pk)
        self.client = Client()
        self.client.force_login(self.agent)

    @cached_property
    def wholes(self) -> set[int]:
        visible = Conversation.objects.visible_to(self.agent).whole()
        return set(visible.values_list("pk", flat=True))

    def reads(self, conversation_id: int | None) -> bool:
        return conversation_id is not None and whole_of(conversation_id) in self.wholes

    def may(self, about: str, one: Any) -> bool | None:
        """Say whether something is open to this agent, by the one visibility rule.

        None where it is a matter of taste: a person whose words are read as a copy only.
        """
        answers: dict[str, Callable[[], bool | None]] = {
            "conversation": lambda: self.reads(one.pk),
            "attachment": lambda: self._may_load(one),
            "customer": lambda: self._knows(one),
            "mail": lambda: one.became_id is None and self._tends(one.inbox_id),
            "inbox": lambda: one.pk in self.agent.inbox_ids,
            "job": lambda: self.agent.may_administer,
        }
        return answers[about]() if about in answers else self.reads(one.conversation_id)

    def _may_load(self, file: Attachment) -> bool:
        if file.draft is not None:
            return file.draft.agent_id == self.agent.pk
        return file.message is not None and self.reads(file.message.conversation_id)

    def _knows(self, customer: Customer) -> bool | None:
        records = same_person(customer)
        if Conversation.objects.visible_to(self.agent).of(records).exists():
            return True
        return None if self.heard & set(records) else False

    @cached_property
    def heard(self) -> set[int]:
        """Everybody who says something, or is the customer, wherever this agent reads."""
        found: set[int] = set()
        for conversation in Conversation.objects.filter(pk__in=self.wholes):
            parts = Conversation.objects.filter(pk__in=conversation.parts())
            found |= set(parts.values_list("customer_id", flat=True))
            shown = conversation.messages_to_show().filter(address__isnull=False)
            found |= set(shown.values_list("address__customer_id", flat=True))
        return found

    def _tends(self, inbox_id: int | None) -> bool:
        if inbox_id is None:
            return self.agent.may_administer
        return inbox_id in self.agent.inbox_ids

    @cached_property
    def words(self) -> set[str]:
        """Every secret word that this agent may read, wherever it stands."""
        return set(SECRET.findall(" ".join(map(str, self._texts()))))

    def _texts(self) -> Iterator[object]:
        for conversation in Conversation.objects.filter(pk__in=self.wholes):
            for part in Conversation.objects.filter(pk__in=conversation.parts()):
                yield from (part.subject, part.excerpt)
                yield list(part.taggings.values_list("tag__name"))
                yield from _about(part.customer)
            for message in conversation.messages_to_show():
                yield from _said(message)
        for draft in self.agent.drafts.all():
            yield from (draft.subject, draft.html, list(draft.attachments.values_list("name")))
            yield from (file.content() for file in draft.attachments.all())
        for mail in RawMail.objects.filter(became__isnull=True):
            if self.may("mail", mail):
                yield from (mail.envelope_from, mail.why, mail.content())
        if self.agent.may_administer:
            yield from (list(Block.objects.values_list("pattern")), list(Job.objects.values("why")))


def _about(customer: Customer) -> Iterator[object]:
    for one in Customer.objects.filter(pk__in=same_person(customer)):
        yield from (one.name, one.details, list(one.addresses.values_list("email")))


def _said(message: Message) -> Iterator[object]:
    words = message.words
    yield from (words.subject, words.text, words.html, words.recipients)
    if message.address is not None:
        yield from (message.address.email, message.address.customer.name)
    for file in message.attachments.all():
        yield from (file.name, file.content())
    for mail in message.raw_mails.all():
        yield mail.content()
    outgoing = getattr(message, "outgoing", None)
    if isinstance(outgoing, Outgoing):
        yield outgoing.why
