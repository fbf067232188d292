"""One agent with a browser, and what the visibility rule says that they may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from django.test import Client

from tests.screens.random_desk import SECRET
from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.mail.models import RawMail
from wingbeat.config.jobs.models import Job
from wingbeat.desk.automation.handing import may_hand_over
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import CustomValue
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.view import ForWhom, View
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Block, Customer
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.people.models import Agent
from wingbeat.desk.people.own_list import led_by


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
            "batch": lambda: one.by_id == self.agent.pk,
            "view": lambda: self._finds(one),
            "own view": lambda: self._finds(one) and one.may_be_changed_by(self.agent),
            "words": lambda: self._hears(one),
            "raw mail": lambda: self._hears(one),
            "a day": lambda: may_hand_over(self.agent, one),
            "a led team": lambda: led_by(self.agent).filter(pk=one.pk).exists(),
            "a hand-over": lambda: may_hand_over(self.agent, one.agent),
            "job": lambda: self.agent.may_administer,
            "own key": lambda: one.agent_id == self.agent.pk,
            "macro": lambda: Macro.objects.changeable_by(self.agent).filter(pk=one.pk).exists(),
        }
        return answers[about]() if about in answers else self.reads(one.conversation_id)

    def _may_load(self, file: Attachment) -> bool:
        if file.draft is not None:
            return file.draft.agent_id == self.agent.pk or self._is_shown(file.draft)
        return file.message is not None and self._hears(file.message)

    def _learns(self, value: CustomValue) -> bool:
        """Say whether this agent reads the field's inbox, or the person's words in it."""
        inbox = value.field.inbox_id
        theirs = Conversation.objects.filter(pk__in=self.wholes, inbox=inbox)
        records = same_person(Customer.objects.get(pk=value.customer_id or 0))
        return inbox in self.agent.inbox_ids or theirs.filter(customer__in=records).exists()

    def _is_shown(self, draft: Draft) -> bool:
        return (
            draft.shared_at is not None
            and not self.agent.is_light
            and self.reads(draft.conversation_id)
        )

    def _hears(self, message: Message) -> bool:
        """Say whether this agent reads a message somewhere: in its own place, or in a split."""
        split_off = message.pointers.values_list("split__conversation_id", flat=True)
        return any(map(self.reads, (message.conversation_id, *split_off)))

    def _knows(self, customer: Customer) -> bool | None:
        records = same_person(customer)
        if Conversation.objects.visible_to(self.agent).of(records).exists():
            return True
        return None if self.heard & set(records) else False

    def _finds(self, view: View) -> bool:
        if view.for_whom == ForWhom.TEAM:
            return self.agent.memberships.filter(team=view.team).exists()
        return view.for_whom == ForWhom.ALL or view.owner_id == self.agent.pk

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
                yield list(part.promises.values_list("words"))
                yield list(part.grants.values_list("words"))
                yield from _about(part.customer)
            for message in conversation.messages_to_show():
                yield from _said(message)
        for draft in Draft.objects.all():
            if draft.agent_id != self.agent.pk and not self._is_shown(draft):
                continue
            yield from (draft.subject, draft.html, list(draft.attachments.values_list("name")))
            yield from (file.content() for file in draft.attachments.all())
        yield from (
            value.text
            for value in CustomValue.objects.select_related("field")
            if self._learns(value)
        )
        for view in View.objects.all():
            if self.may("view", view):
                yield from (view.name, view.question)
        for mail in RawMail.objects.filter(became__isnull=True):
            if self.may("mail", mail):
                yield from (mail.envelope_from, mail.why, mail.content())
        macros = Macro.objects
        for macro in macros.usable_by(self.agent) | macros.changeable_by(self.agent):
            yield from (macro.name, list(macro.texts.values_list("html")))
        yield list(ApiKey.objects.theirs(self.agent).values_list("name"))
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
