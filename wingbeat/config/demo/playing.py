"""Playing the example into a desk: mails through the real intake, answers by the real verbs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from wingbeat.channels.mail import identity, intake
from wingbeat.channels.mail.models import Account, Source
from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.config.demo import arranged, mails
from wingbeat.config.demo.shapes import Demo, Ending, Merge, Message, Rated, Snooze, Thread
from wingbeat.desk.care.notification import Notification, see
from wingbeat.desk.care.notifying import notify_of_events
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.cause import Cause, mark
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import CustomField, tell
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.ending import Reason, solve
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message as Written
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.rating import Word, rate
from wingbeat.desk.conversations.replying import write_to
from wingbeat.desk.conversations.words import Letter, Party
from wingbeat.desk.customers.models import Address, Customer, Organization
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent, Membership, Role, Team

Step = tuple[datetime, Callable[[], None]]
ORDER = re.compile(r"\b[MR]-\d{4,}\b")  # as the shop numbers orders and invoices


@dataclass
class Player:
    """Plays every step in the order of its time, so that the desk has really lived through it."""

    demo: Demo
    start: datetime
    password: str
    agents: dict[str, Agent] = field(default_factory=dict)
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    conversations: dict[str, int] = field(default_factory=dict)
    order: CustomField | None = None
    causes: dict[str, Cause] = field(default_factory=dict)  # by tag

    def play(self) -> None:
        """Fill an empty desk with the whole example."""
        self._people()
        system = Agent.objects.system()
        arranged.macros(by=system, at=self.start)
        self.causes = arranged.causes(by=system, at=self.start)
        self.order = arranged.order_number(by=system, at=self.start)
        arranged.promises(self.inboxes, by=system, at=self.start)
        for _at, act in sorted(self._steps(), key=lambda step: step[0]):
            act()
        owner = next(a for a in self.agents.values() if a.role == Role.OWNER)
        arranged.views_and_rule(by=owner, at=timezone.now())
        self._see_what_is_past(timezone.now())

    def _see_what_is_past(self, now: datetime) -> None:
        """Leave to everybody's notifications what is as new as to somebody who looks in daily."""
        seal()
        notify_of_events(now)
        for agent in self.agents.values():
            rows = Notification.objects.unseen().filter(agent=agent)
            past = rows.filter(at__lte=now - timedelta(hours=12))
            see(agent, set(past.values_list("conversation_id", flat=True)), at=now)

    def _people(self) -> None:
        for key, agent in self.demo.agents.items():
            self.agents[key] = Agent.objects.invite(
                email=agent.address,
                name=agent.name,
                role=Role(agent.role),
                password=None if agent.role == Role.LIGHT else self.password,
            )
        for key, team in self.demo.teams.items():
            self.teams[key] = Team.objects.create(name=team.name)
            for member in {*team.members, team.lead}:
                Membership.objects.create(
                    agent=self.agents[member], team=self.teams[key], is_lead=member == team.lead
                )
        for key, inbox in self.demo.inboxes.items():
            row = Inbox.objects.create(
                name=inbox.name.removeprefix(self.demo.company.name).strip(),
                address=inbox.address,
                from_name=inbox.name,
                signature=inbox.signature,
            )
            row.teams.add(self.teams[inbox.team])
            Account.objects.create(inbox=row, authserv_id=self.demo.company.authserv)
            self.inboxes[key] = row
        self._customers()

    def _customers(self) -> None:
        organizations = {
            key: Organization.objects.create(name=organization.name)
            for key, organization in self.demo.organizations.items()
        }
        for customer in self.demo.customers.values():
            row = Customer.objects.create(
                name=customer.name,
                organization=organizations.get(customer.organization),
                language=customer.language,
                zone=customer.zone.key,
                since_at=self.start - timedelta(days=200),
            )
            for address in customer.addresses:
                Address.objects.create(customer=row, email=address.lower())

    def _steps(self) -> Iterator[Step]:
        for thread, message in self.demo.in_order():
            yield self._at(message.at), self._message(thread, message)
        for thread in self.demo.threads:
            yield from self._states(thread)

    def _at(self, span: timedelta) -> datetime:
        return self.start + span

    def _message(self, thread: Thread, message: Message) -> Callable[[], None]:
        verbs = {"mail": self._mail, "reply": self._reply, "note": self._note}
        return lambda: verbs[message.kind](thread, message)

    def _mail(self, thread: Thread, message: Message) -> None:
        at = self._at(message.at)
        raw = mails.mail_of(self.demo, thread, message, start=self.start, sent=self.sent)
        inbox = self.inboxes[thread.inbox]
        row = intake.store(raw, source=Source.SMTP, envelope_to=inbox.address, at=at)
        judged = intake.judge(row, at=at)
        if judged.became is not None and thread.key not in self.conversations:
            self.conversations[thread.key] = judged.became.conversation_id
            self._first_marks(thread, at)
        if judged.became is None and message is thread.messages[0]:
            self.conversations.setdefault(thread.key, 0)  # it rests in the tray

    def _first_marks(self, thread: Thread, at: datetime) -> None:
        conversation, system = self._conversation(thread), Agent.objects.system()
        for tag in thread.tags:
            conversation.tag(tag, by=system, at=at)
        why = [cause for tag, cause in self.causes.items() if tag in thread.tags]
        mark(conversation, next(iter(why), None), by=system, at=at)
        number = ORDER.search(conversation.subject)
        if number and self.order:
            said = {self.order: number[0]}
            tell(said, conversation.customer, conversation, by=system, at=at)
        if thread.assignee or thread.team:
            agent = self.agents.get(thread.assignee)
            conversation.assign(agent=agent, team=self.teams.get(thread.team), by=system, at=at)
        if thread.is_restricted:
            readers = [
                self.agents[agent.key] for agent in self.demo.agents.values() if agent.is_visitor
            ]
            conversation.restrict(to=readers, by=readers[0], at=at)

    def _reply(self, thread: Thread, message: Message) -> None:
        """Send a past answer: it counts as delivered, since its customer went on answering it."""
        agent, at = self.agents[message.who], self._at(message.at)
        letter = self._letter(thread, message)
        if thread.key in self.conversations:
            conversation = self._conversation(thread)
            written = conversation.reply(letter, by=agent, at=at, seen=None, undo_for=timedelta(0))
        else:
            inbox = self.inboxes[thread.inbox]
            written = write_to(inbox, letter, by=agent, at=at, undo_for=timedelta(0))
            self.conversations[thread.key] = written.conversation_id
            self._first_marks(thread, at)
        self._delivered(message, written, at)
        if message.promised is not None:
            zone, promised = self.demo.customers[thread.customer].zone, message.promised
            due_at = self._at(promised.due).astimezone(zone)
            there = written.conversation
            promise(there, promised.words, due_at=due_at, by=agent, at=at, message=written)

    def _note(self, thread: Thread, message: Message) -> None:
        agent, at = self.agents[message.who], self._at(message.at)
        self._conversation(thread).note(self._letter(thread, message), by=agent, at=at)

    def _delivered(self, message: Message, written: Written, at: datetime) -> None:
        domain = written.conversation.inbox.address.rpartition("@")[2]
        name = identity.message_id(
            conversation_id=written.conversation_id, message_id=written.pk, domain=domain
        )
        self.sent[message.key] = name
        Written.objects.filter(pk=written.pk).update(message_id=name)
        Outgoing.objects.filter(message=written).update(
            state=Delivery.SENT, sent_at=at, handed_at=at, attempts=1
        )

    def _letter(self, thread: Thread, message: Message) -> Letter:
        text = mails.said(self.demo, thread, message, self.start)
        to, cc = ((), ()) if message.kind == "note" else self._recipients(thread, message)
        return Letter(
            html=html_of(text, ()),
            text=text,
            to=to,
            cc=cc,
            subject=mails.subject_of(self.demo, thread, message, self.start),
            attachment_ids=self._files(thread, message),
        )

    def _recipients(
        self, thread: Thread, message: Message
    ) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
        """Answer whoever wrote last in this thread, unless the message says otherwise."""
        before = thread.messages[: thread.messages.index(message)]
        wrote = [
            one for one in before if one.kind == "mail" and not one.automatic and not one.in_margin
        ]
        keys = message.to or (wrote[-1].who if wrote else thread.customer,)
        to = tuple(self._party(key) for key in keys)
        if wrote and wrote[-1].address and not message.to:
            to = ({"name": to[0]["name"], "address": wrote[-1].address.lower()},)
        return to, tuple(self._party(key) for key in message.cc)

    def _party(self, key: str) -> Party:
        customer = self.demo.customers[key]
        return {"name": customer.name, "address": customer.addresses[0].lower()}

    def _files(self, thread: Thread, message: Message) -> tuple[int, ...]:
        if not message.attachments:
            return ()
        draft = Draft.objects.create(
            agent=self.agents[message.who],
            kind=DraftKind.NEW,
            inbox=self.inboxes[thread.inbox],
            saved_at=self._at(message.at),
        )
        ids = []
        for file in mails.files_of(message, self.start):
            row = Attachment(draft=draft, name=file.name, type=file.type)
            row.put(file.content)
            row.save()
            ids.append(row.pk)
        return tuple(ids)

    def _states(self, thread: Thread) -> Iterator[Step]:
        if thread.ending is not None:
            yield self._at(thread.ending.at), partial(self._end, thread, thread.ending)
        if thread.solved_at is not None:
            at, system = self._at(thread.solved_at), Agent.objects.system()
            yield at, lambda: solve(self._conversation(thread), by=system, at=at)
        if thread.snooze is not None:
            yield self._at(thread.snooze.at), partial(self._snooze, thread, thread.snooze)
        if thread.merge is not None:
            yield self._at(thread.merge.at), partial(self._merge, thread, thread.merge)
        if thread.rated is not None:
            yield self._at(thread.rated.at), partial(self._rate, thread, thread.rated)

    def _end(self, thread: Thread, ending: Ending) -> None:
        reasons = {str(label): value for value, label in Reason.choices}
        self._conversation(thread).end(
            by=self.agents[ending.by], at=self._at(ending.at), reason=reasons[ending.reason]
        )

    def _snooze(self, thread: Thread, snooze: Snooze) -> None:
        self._conversation(thread).snooze(
            until=self._at(snooze.until), by=self.agents[snooze.by], at=self._at(snooze.at)
        )

    def _rate(self, thread: Thread, rated: Rated) -> None:
        conversation, system = self._conversation(thread), Agent.objects.system()
        words = {str(label): value for value, label in Word.choices}
        value, at = words[rated.word], self._at(rated.at)
        rate(conversation, conversation.customer, value, rated.comment, by=system, at=at)

    def _merge(self, thread: Thread, merge: Merge) -> None:
        into = Conversation.objects.get(pk=self.conversations[merge.into])
        self._conversation(thread).merge(into=into, by=self.agents[merge.by], at=self._at(merge.at))

    def _conversation(self, thread: Thread) -> Conversation:
        return Conversation.objects.get(pk=self.conversations[thread.key])
