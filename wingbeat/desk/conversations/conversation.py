"""A conversation: what is said between one customer and the desk, and who acts next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations import (
    assigning,
    elsewhere,
    ending,
    margin,
    merging,
    moving,
    replying,
    restricting,
    snoozing,
    splitting,
    tagging,
)
from wingbeat.desk.conversations.glance import Glance, answer_due
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, Participant
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent, Role, Team


class State(models.TextChoices):
    """Who acts next, or how it ended."""

    US = "us", _("waits for us")
    CUSTOMER = "customer", _("waits for the customer")
    QUIET = "quiet", _("quiet")
    ENDED = "ended", _("ended")
    SOLVED = "solved", _("solved")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Every question asked of conversations."""

    def visible_to(self, agent: Agent) -> ConversationQuerySet:
        """The one visibility rule: role and inbox, and a restricted mark that beats every role.

        `Conversation.is_visible_to` states the same rule for one conversation.
        """
        admitted = Exists(
            restricting.Admission.objects.filter(conversation=OuterRef("pk"), agent=agent)
        )
        theirs = Q(assignee=agent) | Q(admitted)
        if agent.role == Role.LIGHT or not agent.is_active:
            return self.filter(theirs) if agent.is_active else self.none()
        return self.filter(Q(is_restricted=False, inbox_id__in=agent.inbox_ids) | theirs)

    def whole(self) -> ConversationQuerySet:
        """Leave out conversations that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def awake(self) -> ConversationQuerySet:
        return self.filter(snoozed_until__isnull=True)

    def waiting_for_us(self) -> ConversationQuerySet:
        """Those in which a customer waits for us, longest first."""
        return (
            self.whole()
            .awake()
            .filter(waits_for_us_since__isnull=False)
            .order_by("waits_for_us_since", "pk")
        )

    def waiting_for_customer(self, *, since: datetime) -> ConversationQuerySet:
        """Those we answered and heard nothing of, down to `since`; newest first."""
        return self._in(State.CUSTOMER).filter(latest_at__gte=since)

    def gone_quiet(self, *, before: datetime) -> ConversationQuerySet:
        """Those nobody has said a word in since `before`, and automatic mail; newest first."""
        quiet = Q(state=State.QUIET) | Q(state=State.CUSTOMER, latest_at__lt=before)
        return self.whole().awake().filter(quiet).order_by("-latest_at", "-pk")

    def of_agent(self, agent: Agent) -> ConversationQuerySet:
        """What an agent has in hand, asleep or awake; newest first."""
        open_states = [State.US, State.CUSTOMER, State.QUIET]
        return (
            self.whole().filter(assignee=agent, state__in=open_states).order_by("-latest_at", "-pk")
        )

    def asleep(self) -> ConversationQuerySet:
        """Snoozed ones, the first to wake first."""
        return self.whole().filter(snoozed_until__isnull=False).order_by("snoozed_until", "pk")

    def over(self) -> ConversationQuerySet:
        """Ended by us or solved by their word, newest first; spam is kept in the tray."""
        return (
            self.whole()
            .filter(state__in=[State.ENDED, State.SOLVED], is_spam=False)
            .order_by("-latest_at", "-pk")
        )

    def spam(self) -> ConversationQuerySet:
        return self.whole().filter(is_spam=True).order_by("-latest_at", "-pk")

    def newest_first(self) -> ConversationQuerySet:
        return self.whole().filter(is_spam=False).order_by("-latest_at", "-pk")

    def of(self, customer_ids: Iterable[int]) -> ConversationQuerySet:
        """Those with a customer (given as every record that is the same person), newest first."""
        return self.newest_first().filter(customer_id__in=list(customer_ids))

    def with_words_of(self, customer_ids: Iterable[int]) -> ConversationQuerySet:
        """Those with a customer, and all others in which they wrote, newest first."""
        ids = list(customer_ids)
        heard = Q(customer_id__in=ids) | Q(pk__in=elsewhere.places(ids))
        return self.newest_first().filter(heard)

    def lately_with(
        self, customer_id: int, inbox_id: int, *, since: datetime
    ) -> list[tuple[int, str]]:
        """Number and subject of the latest few with a customer in an inbox, down to `since`."""
        rows = self.whole().filter(
            customer_id=customer_id, inbox_id=inbox_id, is_spam=False, latest_at__gte=since
        )
        return list(rows.order_by("-latest_at").values_list("pk", "subject")[:20])

    def whole_to_change(self, pk: int) -> Conversation | None:
        """Return the conversation read in place of this one, locked until the transaction ends."""
        row = self.select_for_update().filter(pk=pk).first()
        if row is None or row.merged_into_id is None:
            return row
        return self.select_for_update().get(pk=merging.whole_of(pk))

    def due_to_wake(self, now: datetime) -> ConversationQuerySet:
        return self.filter(snoozed_until__lte=now)

    def glances(self) -> list[Glance]:
        """Return what a list tells of each, in one query and without building its rows."""
        return [Glance(*row) for row in self.values_list(*Glance._fields)]

    def outlines(self) -> list[tuple[int, str, str, datetime]]:
        """Return number, subject, state and latest time of each."""
        return list(self.values_list("pk", "subject", "state", "latest_at"))

    def with_people(self) -> ConversationQuerySet:
        """Load with each conversation its customer, assignee and inbox, in one query."""
        return self.select_related("customer", "customer__organization", "assignee", "inbox")

    def _in(self, state: State) -> ConversationQuerySet:
        return self.whole().awake().filter(state=state).order_by("-latest_at", "-pk")


class Conversation(models.Model):
    """States that have a who, a when and a why are rows of their own; columns here serve lists."""

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="conversations")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="conversations")
    subject = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.US)
    # First words of a known customer after our last: null when nobody waits. See `waiting.py`.
    waits_for_us_since = models.DateTimeField(null=True, blank=True)
    latest_at = models.DateTimeField()
    excerpt = models.CharField(max_length=200, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned"
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    is_restricted = models.BooleanField(default=False)
    is_spam = models.BooleanField(default=False)
    has_attachments = models.BooleanField(default=False)
    has_stranger = models.BooleanField(default=False)
    has_trouble = models.BooleanField(default=False)  # a reply failed or is in doubt
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_in")

    objects: ClassVar[ConversationQuerySet] = ConversationQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            # "waits for us", over all inboxes and within one
            models.Index(
                fields=["waits_for_us_since", "id"],
                name="conversation_waits",
                condition=Q(waits_for_us_since__isnull=False),
            ),
            models.Index(
                fields=["inbox", "waits_for_us_since", "id"],
                name="conversation_inbox_waits",
                condition=Q(waits_for_us_since__isnull=False),
            ),
            # the other lists, newest first
            models.Index(fields=["state", "-latest_at", "-id"], name="conversation_state"),
            models.Index(
                fields=["inbox", "state", "-latest_at", "-id"], name="conversation_inbox_state"
            ),
            models.Index(
                fields=["assignee", "-latest_at"],
                name="conversation_assignee",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(fields=["customer", "-latest_at"], name="conversation_customer"),
            models.Index(fields=["-latest_at", "-id"], name="conversation_latest"),
            models.Index(
                fields=["snoozed_until"],
                name="conversation_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}".strip()

    # Questions

    @property
    def number(self) -> int:
        return self.pk

    @property
    def is_over(self) -> bool:
        return self.state in {State.ENDED, State.SOLVED}

    def is_quiet(self, now: datetime) -> bool:
        """Say whether nobody has said a word for so long that it counts as quiet."""
        after = timedelta(days=settings.WINGBEAT["quiet_after_days"])
        return self.state == State.QUIET or (
            self.state == State.CUSTOMER and self.latest_at < now - after
        )

    def is_visible_to(self, agent: Agent) -> bool:
        return Conversation.objects.visible_to(agent).filter(pk=self.pk).exists()

    def due_at(self) -> datetime | None:
        """When the customer's words are due an answer; None while nobody waits."""
        return answer_due(self.waits_for_us_since)

    def parts(self) -> list[int]:
        """Ids of the conversations read as this one: itself and all merged into it."""
        return merging.parts(self)

    def messages_to_show(self) -> models.QuerySet[Message]:
        """Every message of this conversation, merged and split-off ones included, oldest first."""
        return splitting.messages_of(self)

    def knows(self, email: str) -> bool:
        """Say whether an address takes part: the customer's, let in, or put in by one who does."""
        return Participant.objects.known(self.parts(), self.customer_id, email)

    # Verbs

    def reply(
        self,
        letter: Letter,
        *,
        by: Agent,
        at: datetime,
        seen: int | None,
        undo_for: timedelta | None = None,
    ) -> Message:
        """Queue a reply; see `replying.reply`."""
        return replying.reply(self, letter, by=by, at=at, seen=seen, undo_for=undo_for)

    def note(self, letter: Letter, *, by: Agent, at: datetime) -> Message:
        """Add a note that only the team sees."""
        return replying.note(self, letter, by=by, at=at)

    def assign(
        self, *, agent: Agent | None, team: Team | None = None, by: Agent, at: datetime
    ) -> None:
        assigning.assign(self, agent=agent, team=team, by=by, at=at)

    def snooze(self, *, until: datetime, by: Agent, at: datetime) -> None:
        snoozing.snooze(self, until=until, by=by, at=at)

    def wake(self, *, by: Agent, at: datetime) -> None:
        snoozing.wake(self, by=by, at=at)

    def end(self, *, by: Agent, at: datetime, reason: str) -> None:
        ending.end(self, by=by, at=at, reason=reason)

    def reopen(self, *, by: Agent, at: datetime) -> None:
        ending.reopen(self, by=by, at=at)

    def move(self, *, to: Inbox, by: Agent, at: datetime) -> None:
        moving.move(self, to=to, by=by, at=at)

    def merge(self, *, into: Conversation, by: Agent, at: datetime) -> None:
        merging.merge(self, into=into, by=by, at=at)

    def unmerge(self, *, by: Agent, at: datetime) -> None:
        merging.unmerge(self, by=by, at=at)

    def split(self, messages: Sequence[Message], *, by: Agent, at: datetime) -> Conversation:
        return splitting.split(self, messages, by=by, at=at)

    def tag(self, name: str, *, by: Agent, at: datetime) -> None:
        tagging.tag(self, name, by=by, at=at)

    def untag(self, name: str, *, by: Agent, at: datetime) -> None:
        tagging.untag(self, name, by=by, at=at)

    def restrict(self, *, to: Sequence[Agent], by: Agent, at: datetime) -> None:
        restricting.restrict(self, to=to, by=by, at=at)

    def unrestrict(self, *, by: Agent, at: datetime) -> None:
        restricting.unrestrict(self, by=by, at=at)

    def admit(self, agent: Agent, *, by: Agent, at: datetime) -> None:
        """Let an agent read this conversation who otherwise could not."""
        restricting.admit(self, agent, by=by, at=at)

    def let_in(self, message: Message, *, by: Agent, at: datetime) -> None:
        margin.let_in(self, message, by=by, at=at)

    def keep_out(self, message: Message, *, by: Agent, at: datetime) -> None:
        margin.keep_out(self, message, by=by, at=at)
