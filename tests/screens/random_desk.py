"""A desk at random: people, inboxes and conversations in every state, each word told apart."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from tests import cast
from wingbeat.channels.api.keys import make_key
from wingbeat.channels.api.models import Scope
from wingbeat.channels.mail.models import Judgement, RawMail, Source
from wingbeat.config.jobs.models import Job, JobState
from wingbeat.desk.care.grant import give
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.batch import Act, begin
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import (
    CustomField,
    keep as keep_field,
    tell as tell_fields,
)
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.merging import CannotMerge
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.receiving import open_conversation, receive
from wingbeat.desk.conversations.view import ForWhom, View, keep as keep_view
from wingbeat.desk.conversations.words import Incoming, IncomingAttachment, Letter, Party
from wingbeat.desk.customers import merging as customers
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.macros.preparing import Prepared, keep
from wingbeat.desk.people.models import Agent, Membership, Role, Team

# Every word that somebody might not be allowed to read.
SECRET = re.compile(r"secret[a-z]+\d+q")
CONVERSATIONS = 10


@dataclass
class RandomDesk:
    """Everything on it, made by one throw of the dice."""

    dice: random.Random
    agents: list[Agent] = field(default_factory=list)
    inboxes: list[Inbox] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    def thrown(cls, seed: int) -> RandomDesk:
        desk = cls(random.Random(seed))
        desk._people()
        for _one in range(CONVERSATIONS):
            desk.conversations.append(desk._conversation())
        for _one in range(CONVERSATIONS * 3):
            desk.dice.choice(VERBS)(desk, desk.dice.choice(desk._open()))
        desk._around()
        return desk

    def word(self, kind: str) -> str:
        return f"secret{kind}{next(self.numbers)}q"

    def now(self) -> datetime:
        return cast.after(minutes=next(self.numbers))

    def party(self) -> Party:
        name = self.word("customer")
        return {"name": name, "address": f"{name}@customers.example"}

    def said(self, sender: Party | None = None) -> Incoming:
        """Words whose subject, text, file and sender are all to be told apart."""
        words = self.word("words")
        file = IncomingAttachment(
            name=f"{self.word('file')}.txt", type="text/plain", content=self.word("bytes").encode()
        )
        return Incoming(
            sender=sender or self.party(), at=self.now(), subject=self.word("subject"),
            text=words, text_new=words, html=f"<p>{words}</p>", attachments=(file,),
            cc=(self.party(),), reply_to=(self.party(),), message_id=f"{words}@customers.example",
        )  # fmt: skip

    def letter(self, *to: Party) -> Letter:
        words = self.word("letter")
        return Letter(html=f"<p>{words}</p>", text=words, to=to)

    def anybody(self) -> Agent:
        return self.dice.choice(self.agents)

    def _open(self) -> list[Conversation]:
        return list(Conversation.objects.whole().order_by("pk"))

    def _people(self) -> None:
        teams = [Team.objects.create(name=f"Team {number}") for number in range(3)]
        for number, team in enumerate(teams):
            inbox = Inbox.objects.create(
                name=f"Inbox {number}", address=f"i{number}@desk.example", is_for_team=number == 2
            )
            inbox.teams.add(team, *self.dice.sample(teams, self.dice.randrange(2)))
            self.inboxes.append(inbox)
        roles = [Role.OWNER, Role.ADMIN, *[Role.AGENT] * 4, Role.LIGHT, Role.LIGHT]
        for number, role in enumerate(roles):
            agent = Agent.objects.invite(
                email=f"a{number}@desk.example",
                name=f"Agent {number}",
                role=role,
                password="x" * 12,
            )
            for team in self.dice.sample(teams, self.dice.randrange(3)):
                Membership.objects.create(agent=agent, team=team)
            self.agents.append(agent)

    def _conversation(self) -> Conversation:
        incoming = self.said()
        inbox = self.dice.choice(self.inboxes)
        message = open_conversation(inbox, incoming, by=Agent.objects.system())
        self.raw(message, inbox)
        Customer.objects.filter(pk=message.conversation.customer_id).update(
            details=self.word("details")
        )
        return message.conversation

    def raw(self, message: Message | None, inbox: Inbox | None) -> None:
        """The bytes behind a message, or a mail that stands in the tray."""
        row = RawMail(
            inbox=inbox, source=Source.SMTP, received_at=self.now(), became=message,
            envelope_from=f"{self.word('envelope')}@customers.example", why=self.word("why"),
            judgement=Judgement.OPENED if message else Judgement.SPAM,
        )  # fmt: skip
        row.put(self.word("raw").encode())
        row.save()

    def _field(self, inbox: Inbox) -> None:
        """A field that only an inbox knows, and what it holds for people of any."""
        row = CustomField(
            name=f"f{inbox.pk}", label="Field", inbox=inbox, about="customer", shape="text"
        )
        field = keep_field(row, choices=(), by=self.agents[0], at=self.now())
        for conversation in self.dice.sample(self.conversations, 3):
            said = {field: self.word("held")}
            tell_fields(said, conversation.customer, by=self.agents[0], at=self.now())

    def _around(self) -> None:
        """Mails in the tray, drafts with files, one customer who is another, a block, a job."""
        for inbox in (*self.inboxes, None):
            self.raw(None, inbox)
        for agent in self.agents:
            conversation = self.dice.choice([None, *self.conversations])
            draft = Draft.objects.create(
                agent=agent, conversation=conversation, inbox=self.inboxes[0], saved_at=self.now(),
                html=f"<p>{self.word('draft')}</p>", subject=self.word("draft"),
                kind=DraftKind.REPLY if conversation else DraftKind.NEW,
                shared_at=self.now() if conversation and self.dice.random() < 0.5 else None,
            )  # fmt: skip
            file = Attachment(draft=draft, name=self.word("draftfile"), type="text/plain")
            file.put(self.word("draftbytes").encode())
            file.save()
            self._macro(owner=agent)
        for team in (*Team.objects.all(), None):
            self._macro(team=team)
        for inbox in self.inboxes:
            self._field(inbox)
        self._views()
        for agent in (one for one in self.agents if not one.is_light):
            seen = Conversation.objects.visible_to(agent).values_list("pk", flat=True)[:2]
            if seen:
                begin(Act.TAG, seen, what={"tag": "many"}, by=agent, at=self.now())
        one, other = self.dice.sample(list(Customer.objects.order_by("pk")), 2)
        customers.merge(one, into=other, by=self.agents[0], at=self.now())
        block(f"{self.word('blocked')}@customers.example", by=self.agents[0], at=self.now())
        for given in self.dice.sample(self.conversations, 6):
            words, due_at = self.word("promise"), cast.after(days=1)
            promise(given, words, due_at=due_at, by=self.agents[0], at=cast.NOON)
            cents = self.dice.choice((100, 50_000))  # one that is given, one that two decide
            give(given, "refund", cents, words=self.word("grant"), by=self.agents[0], at=cast.NOON)
        Job.objects.create(
            task="wingbeat.a.task", state=JobState.POISON, why=self.word("job"),
            enqueued_at=self.now(), run_after_at=self.now(),
        )  # fmt: skip

    def _macro(self, owner: Agent | None = None, team: Team | None = None) -> None:
        words = self.word("macro")
        said = Prepared(self.word("macro"), "en", f"<p>{words}</p>", words, owner=owner, team=team)
        keep(None, said, by=self.agents[0], at=self.now())

    def _views(self) -> None:
        """Views of everybody who may keep one, asking for everything and for secret words."""
        for agent in self.agents:
            teams = list(Team.objects.filter(memberships__agent=agent))
            for_whom = self.dice.choice(list(ForWhom) if teams else [ForWhom.ONESELF, ForWhom.ALL])
            view = View(
                name=self.word("view"), owner=agent, for_whom=for_whom,
                question=self.dice.choice(["", "state:us", f"-tag:{self.word('asked')}"]),
                columns=["tags", "inbox", "team", "organization", "number", "excerpt"],
                team=self.dice.choice(teams) if for_whom == ForWhom.TEAM else None,
            )  # fmt: skip
            keep_view(view, by=agent, at=self.now())
            make_key(self.word("key"), Scope.READ, by=agent, at=self.now())


def _merge(desk: RandomDesk, conversation: Conversation) -> None:
    try:
        into = desk.dice.choice(desk._open())
        conversation.merge(into=into, by=desk.anybody(), at=desk.now())
    except CannotMerge:
        return


def _split(desk: RandomDesk, conversation: Conversation) -> None:
    messages = list(conversation.messages_to_show())
    first = desk.dice.randrange(len(messages))
    desk.conversations.append(
        conversation.split(messages[first:], by=desk.anybody(), at=desk.now())
    )


def _reply(desk: RandomDesk, conversation: Conversation) -> None:
    letter = desk.letter(desk.party())
    message = conversation.reply(letter, by=desk.anybody(), at=desk.now(), seen=None)
    state = desk.dice.choice([Delivery.IN_DOUBT, Delivery.FAILED, Delivery.SENT])
    Outgoing.objects.filter(message=message).update(state=state, why=desk.word("doubt"))


def _receive(desk: RandomDesk, conversation: Conversation) -> None:
    doubt = desk.dice.choice([None, Doubt.UNKNOWN_SENDER])
    message = receive(conversation, desk.said(), by=Agent.objects.system(), doubt=doubt)
    desk.raw(message, conversation.inbox)


def _end(desk: RandomDesk, conversation: Conversation) -> None:
    if not conversation.is_over:
        reason = desk.dice.choice([Reason.ANSWERED, Reason.SPAM])
        conversation.end(by=desk.anybody(), at=desk.now(), reason=reason)


VERBS = (
    _merge,
    _split,
    _reply,
    _reply,
    _receive,
    _end,
    lambda desk, one: one.restrict(
        to=desk.dice.sample(desk.agents, desk.dice.randrange(2)), by=desk.anybody(), at=desk.now()
    ),
    lambda desk, one: one.unrestrict(by=desk.anybody(), at=desk.now()),
    lambda desk, one: one.admit(desk.anybody(), by=desk.anybody(), at=desk.now()),
    lambda desk, one: one.assign(agent=desk.anybody(), by=desk.anybody(), at=desk.now()),
    lambda desk, one: one.move(to=desk.dice.choice(desk.inboxes), by=desk.anybody(), at=desk.now()),
    lambda desk, one: one.tag(desk.word("tag"), by=desk.anybody(), at=desk.now()),
    lambda desk, one: one.note(desk.letter(), by=desk.anybody(), at=desk.now()),
    lambda desk, one: one.snooze(until=cast.after(days=900), by=desk.anybody(), at=desk.now()),
)
