"""A conversation: what is said between one customer and the desk, and who acts next."""

from __future__ import annotations

from collections.abc import Iterable
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
    grading,
    links,
    margin,
    mentioning,
    merging,
    moving,
    replying,
    restricting,
    shared_draft,
    snoozing,
    splitting,
    tagging,
)
from wingbeat.desk.conversations.asking.meaning import Asker, meaning
from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.glance import Glance
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, Participant
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.visibility import open_to
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent, Team

SERVED_FIRST = ("-severity", "due_at", "pk")


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

        Its parts stand in `visibility`.
        """
        return self.filter(open_to(agent)) if agent.is_active else self.none()

    def asked(self, query: Query, *, by: Agent, now: datetime) -> ConversationQuerySet:
        """Those that a question of `by` asks for, in its order; what may be seen is another's."""
        column = query.sorting.column
        side = "-" if column.startswith("-") else ""
        return self.filter(meaning(query, Asker(by, now))).order_by(column, f"{side}pk")

    def whole(self) -> ConversationQuerySet:
        """Leave out conversations that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def before(self, conversation: Conversation) -> ConversationQuerySet:
        """Of those who wait, the ones served before a conversation."""
        due, same = conversation.due_at, Q(severity=conversation.severity)
        sooner = Q(due_at__lt=due) | Q(due_at=due, pk__lt=conversation.pk)
        severer = Q(severity__gt=conversation.severity)
        return self.waiting_for_us().filter(severer | (same & sooner))

    def awake(self) -> ConversationQuerySet:
        return self.filter(snoozed_until__isnull=True)

    def waiting_for_us(self) -> ConversationQuerySet:
        """Those in which a customer waits for us, in the one order: severity, wait, promise.

        Who needs us most stands first; among equals whose promise ends first, which is their
        wait and what they were promised. Nothing about who they are, or are worth, goes into it.
        """
        return self.whole().awake().filter(waits_for_us_since__isnull=False).order_by(*SERVED_FIRST)

    def newcomers(self, seen: ConversationQuerySet) -> ConversationQuerySet:
        """Of those who wait, customers who never wrote before, as far as `seen` tells."""
        earlier = seen.filter(
            customer=OuterRef("customer"), opened_at__lt=OuterRef("opened_at"), is_spam=False
        )
        rows = self.waiting_for_us().exclude(Exists(earlier.order_by()))
        return rows.order_by("waits_for_us_since", "pk")

    def waiting_for_customer(self, *, since: datetime) -> ConversationQuerySet:
        """Those we answered and heard nothing of, down to `since`; newest first."""
        return self._in(State.CUSTOMER).filter(latest_at__gte=since)

    def gone_quiet(self, *, before: datetime) -> ConversationQuerySet:
        """Those nobody has said a word in since `before`, and automatic mail; newest first."""
        quiet = Q(state=State.QUIET) | Q(state=State.CUSTOMER, latest_at__lt=before)
        return self.whole().awake().filter(quiet).order_by("-latest_at", "-pk")

    def of_agent(self, agent: Agent) -> ConversationQuerySet:
        """What an agent has in hand, asleep or awake; newest first."""
        return self._open().filter(assignee=agent)

    def leaving_later(self) -> ConversationQuerySet:
        """Those with a reply that leaves at a time to come, newest first."""
        put_off = Outgoing.objects.put_off().values("message__conversation_id")
        return self.newest_first().filter(pk__in=put_off)

    def mentioning(self, agent: Agent) -> ConversationQuerySet:
        """Those that are open and have a note that names an agent, newest first."""
        return self._open().filter(pk__in=mentioning.naming(agent))

    def followed_by(self, agent: Agent) -> ConversationQuerySet:
        """Those an agent follows, newest first."""
        return self.newest_first().filter(pk__in=mentioning.followed_by(agent))

    def with_drafts_for(self, agent: Agent) -> ConversationQuerySet:
        """Those in which an agent finds words that were begun and not sent, newest first."""
        begun = shared_draft.found_by(agent).values("conversation_id")
        return self.newest_first().filter(pk__in=begun)

    def asleep(self) -> ConversationQuerySet:
        """Snoozed ones, the first to wake first."""
        return self.whole().filter(snoozed_until__isnull=False).order_by("snoozed_until", "pk")

    def over(self) -> ConversationQuerySet:
        """Ended by us or solved by their word, newest first; spam is kept in the tray."""
        return self.newest_first().filter(state__in=[State.ENDED, State.SOLVED])

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

    def _open(self) -> ConversationQuerySet:
        open_states = [State.US, State.CUSTOMER, State.QUIET]
        return self.whole().filter(state__in=open_states).order_by("-latest_at", "-pk")

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
    # Until when that is due an answer, when to warn of it, and why then. See `due.py`.
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    due_why = models.JSONField(null=True, blank=True)
    end_due_at = models.DateTimeField(null=True, blank=True)
    severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.ORDINARY)
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
        constraints = [
            models.CheckConstraint(
                condition=Q(waits_for_us_since__isnull=True) | Q(due_at__isnull=False),
                name="who_waits_is_due",
            )
        ]
        indexes = [
            # "waits for us", over all inboxes and within one, in the order in which they are served
            models.Index(
                fields=["-severity", "due_at", "id"],
                name="conversation_served",
                condition=Q(waits_for_us_since__isnull=False),
            ),
            models.Index(
                fields=["inbox", "-severity", "due_at", "id"],
                name="conversation_inbox_served",
                condition=Q(waits_for_us_since__isnull=False),
            ),
            # the same by their wait, for views that ask for it
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
            models.Index(fields=["-opened_at", "-id"], name="conversation_opened"),
            *(  # marks that few carry
                models.Index(fields=["id"], name=f"conversation_{few}", condition=Q(**{mark: True}))
                for few, mark in (
                    ("files", "has_attachments"),
                    ("trouble", "has_trouble"),
                    ("stranger", "has_stranger"),
                    ("restricted", "is_restricted"),
                )
            ),
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

    def parts(self) -> list[int]:
        """Ids of the conversations read as this one: itself and all merged into it."""
        return merging.parts(self)

    def messages_to_show(self) -> models.QuerySet[Message]:
        """Every message of this conversation, merged and split-off ones included, oldest first."""
        return splitting.messages_of(self)

    def knows(self, email: str) -> bool:
        """Say whether an address takes part: the customer's, let in, or put in by one who does."""
        return Participant.objects.known(self.parts(), self.customer_id, email)

    # Verbs, each told where it is done

    reply = replying.reply
    note = replying.note
    assign = assigning.assign
    snooze = snoozing.snooze
    wake = snoozing.wake
    end = ending.end
    reopen = ending.reopen
    solve = ending.solve
    close_links = links.close_links
    move = moving.move
    merge = merging.merge
    unmerge = merging.unmerge
    split = splitting.split
    grade = grading.grade
    tag = tagging.tag
    untag = tagging.untag
    restrict = restricting.restrict
    unrestrict = restricting.unrestrict
    admit = restricting.admit
    let_in = margin.let_in
    keep_out = margin.keep_out
