"""The conversation as its page shows it: state, thread, and what one can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from selectolax.lexbor import LexborHTMLParser

from wingbeat.channels.context.models import ContextPanel
from wingbeat.channels.mail.gathering import own_clock
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.care.at_hand import AtHand, at_hand
from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.care.offering import yours_to_decide
from wingbeat.desk.conversations.assigning import owner_of
from wingbeat.desk.conversations.cause import Cause, CauseQuerySet
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.custom_field import CustomField, Told, told_of
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.linking import linked_with
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.rating import last_bad_word
from wingbeat.desk.conversations.replying import newest_message_id
from wingbeat.desk.conversations.shared_draft import shown_to
from wingbeat.desk.conversations.splitting import shown_in_parts
from wingbeat.desk.conversations.tagging import IN_THE_WAY
from wingbeat.desk.people.models import Agent, AgentQuerySet, Team
from wingbeat.language.thanks import is_mere_thanks
from wingbeat.language.upward import asks_upward
from wingbeat.screens import times
from wingbeat.screens.agent.card import Card
from wingbeat.screens.agent.thread import Asked, Thread, thread_of
from wingbeat.screens.promises import DueLine, due_line

MORNING_HOUR = 9
MOST_OF_THANKS = 3_000  # of HTML; a longer mail is more than thanks


@dataclass(frozen=True, slots=True)
class StateLine:
    """Who acts next, in words; `key` is the style."""

    key: str
    words: str
    is_late: bool = False
    due: DueLine | None = None


@dataclass(frozen=True, slots=True)
class SnoozeChoice:
    words: str
    clock: str
    until: datetime


@dataclass(frozen=True)
class ConversationScreen:
    """Everything beside the conversation's own row; each part is asked for once, when shown."""

    conversation: Conversation
    agent: Agent
    now: datetime
    asked: Asked = field(default_factory=Asked)

    @cached_property
    def beside(self) -> AtHand:
        return at_hand(self.conversation, self.agent)

    @cached_property
    def thread(self) -> Thread:
        pointed_at = self.beside.split_off or self.beside.merged
        messages = shown_in_parts(self.parts, has_splits=pointed_at)
        return thread_of(self.parts, messages, now=self.now, asked=self.asked)

    @cached_property
    def parts(self) -> list[int]:
        return self.conversation.parts() if self.beside.merged else [self.conversation.pk]

    @cached_property
    def spoken(self) -> list[Card]:
        """The messages that people said to each other: no notes, no robots, no strangers."""
        cards = self.thread.cards
        return [c for c in cards if not (c.is_note or c.is_stranger or c.automatic or c.is_later)]

    @property
    def is_thanked(self) -> bool:
        """Say whether the customer's latest words merely thank, so that they could mean solved."""
        if self.conversation.is_over or not self.spoken or self.spoken[-1].is_ours:
            return False
        html = self.spoken[-1].html
        is_whole = self.thread.is_newest and bool(html)
        return is_whole and len(html) < MOST_OF_THANKS and is_mere_thanks(new_in(html))

    @cached_property
    def asked_upward(self) -> str:
        """The customer's latest words, if they ask for somebody who may decide."""
        if not self.spoken or self.spoken[-1].is_ours or not self.thread.is_newest:
            return ""
        return asks_upward(new_in(self.spoken[-1].html))

    @cached_property
    def may_decide(self) -> str:
        """Up to what the reader may decide alone, where something asks for it; else empty."""
        if self.conversation.is_over or not self.spoken or self.spoken[-1].is_ours:
            return ""
        asked, cause = self.asked_upward, self.cause
        if not asked and cause is None:
            return ""
        limit = GrantLimit.objects.in_force()
        return yours_to_decide(self.conversation, cause, asked=asked, limit=limit)

    @property
    def their_clock(self) -> str:
        """When a reply that leaves later arrives, by the customer's clock."""
        later = [card.outgoing for card in self.thread.cards if card.is_later]
        there = own_clock(self.conversation.customer)
        return times.by_their_clock(later[-1].next_at, there) if later and later[-1] else ""

    @cached_property
    def newest_message_id(self) -> int:
        """What an author has seen when they begin to write; asked for before the thread is."""
        return newest_message_id(self.conversation) or 0

    @cached_property
    def state(self) -> StateLine:
        return state_line(self.conversation, now=self.now)

    @cached_property
    def tags(self) -> list[str]:
        rows = self.conversation.taggings.order_by("tag__name")
        return list(rows.values_list("tag__name", flat=True))

    @property
    def tags_with_rule(self) -> str:
        """What the tags are once somebody says that a rule of ours stood in the way."""
        return "" if IN_THE_WAY in self.tags else ", ".join([*self.tags, IN_THE_WAY])

    @property
    def causes(self) -> CauseQuerySet:
        return Cause.objects.to_choose(self.conversation)

    @cached_property
    def cause(self) -> Cause | None:
        marked = Cause.objects.filter(marks__conversation=self.conversation)
        return marked.first() if self.beside.has_cause else None

    @cached_property
    def told(self) -> list[Told]:
        """The desk's own fields for this conversation, its customer and their organization."""
        if not self.beside.fields:
            return []
        fields = CustomField.objects.in_inbox(self.conversation.inbox_id)
        return told_of(fields, self.conversation.customer, self.conversation)

    @cached_property
    def panel(self) -> ContextPanel | None:
        """Whether the team's own system is asked after this customer, once the page is there."""
        return ContextPanel.objects.in_use()

    @cached_property
    def shared_drafts(self) -> list[Draft]:
        shared = shown_to(self.agent, self.conversation)
        return list(shared) if self.beside.shared_drafts else []

    @property
    def colleagues(self) -> AgentQuerySet:
        """Who else may take it."""
        return Agent.objects.who_may_read(self.conversation.inbox_id).exclude(pk=self.agent.pk)

    @cached_property
    def owner(self) -> str:
        """Who answers for it while nobody in particular does."""
        return str(owner_of(self.conversation) or "")

    @property
    def teams(self) -> QuerySet[Team]:
        return self.conversation.inbox.teams.order_by("name")

    @cached_property
    def other_inboxes(self) -> list[Inbox]:
        here = self.conversation.inbox_id
        return [inbox for inbox in self.agent.inboxes if inbox.pk != here]

    @cached_property
    def merged(self) -> list[int]:
        """Numbers of the conversations that were merged straight into this one."""
        if not self.beside.merged:
            return []
        return list(self.conversation.merge_rows.order_by("pk").values_list("source_id", flat=True))

    @cached_property
    def linked(self) -> list[tuple[int, str, str]]:
        """Number, subject and kind of what this is linked with, as far as one may read it."""
        if not self.beside.linked:
            return []
        return linked_with(self.conversation, Conversation.objects.visible_to(self.agent))

    @cached_property
    def looks_like(self) -> Conversation | None:
        """Another conversation this one may belong to, until we have answered."""
        thread = self.thread
        if thread.earlier or not thread.is_newest or any(card.is_ours for card in thread.cards):
            return None
        mails = RawMail.objects.filter(
            became__conversation=self.conversation, looks_like__isnull=False
        )
        guess = mails.values_list("looks_like_id", flat=True).first()
        if guess is None or whole_of(guess) == self.conversation.pk:
            return None
        return Conversation.objects.visible_to(self.agent).filter(pk=whole_of(guess)).first()

    @cached_property
    def ends_badly(self) -> str:
        """The bad word that would be the customer's last here, or the empty string."""
        if not (self.beside.rated or self.beside.merged):
            return ""
        heard = max((card.at for card in self.thread.cards if _is_theirs(card)), default=None)
        rating = last_bad_word(self.parts, heard_at=heard)
        return rating.words if rating is not None else ""

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [(value, str(words)) for value, words in Reason.choices if value != Reason.SPAM]

    @property
    def snoozes(self) -> list[SnoozeChoice]:
        return snooze_choices(self.now)

    @property
    def first_name(self) -> str:
        """What to call the customer on a button: the first word of their name."""
        return str(self.conversation.customer).split("@")[0].split(" ")[0]


def new_in(html: str) -> str:
    """Return the words of a message outside its folded quotes and signature."""
    tree = LexborHTMLParser(html)
    for fold in tree.css("details"):
        fold.decompose()
    return tree.body.text(separator=" ").strip() if tree.body is not None else ""


def _is_theirs(card: Card) -> bool:
    return card.kind == MessageKind.CUSTOMER and not card.automatic and not card.is_stranger


def state_line(conversation: Conversation, *, now: datetime) -> StateLine:
    """Say in one line who acts next and since when, or how it ended."""
    if conversation.snoozed_until is not None:
        until = times.moment(conversation.snoozed_until, now)
        return StateLine("asleep", _("Put aside until %(until)s") % {"until": until})
    if conversation.state == State.SOLVED:
        return StateLine("solved", _("Solved, by the customer's word"))
    if conversation.state == State.ENDED:
        return StateLine("ended", _ended(conversation, now))
    if conversation.waits_for_us_since is not None:
        due = due_line(conversation, now=now)
        since = times.moment(conversation.waits_for_us_since, now)
        late = due is not None and due.key == "late"
        words = _("Waits for us since %(since)s") % {"since": since}
        return StateLine("us", words, is_late=late, due=due)
    latest = {"since": times.moment(conversation.latest_at, now)}
    if conversation.is_quiet(now):
        return StateLine("quiet", _("Quiet since %(since)s") % latest)
    return StateLine("customer", _("Waits for the customer since %(since)s") % latest)


def _ended(conversation: Conversation, now: datetime) -> str:
    ending = conversation.endings.select_related("by").order_by("-at", "-pk").first()
    if ending is None:
        return _("Ended")
    facts = {
        "by": ending.by.name,
        "at": times.moment(ending.at, now),
        "reason": ending.get_reason_display(),
    }
    return _("Ended by %(by)s, %(at)s: %(reason)s") % facts


def snooze_choices(now: datetime) -> list[SnoozeChoice]:
    """Offer the times people mean: later today, tomorrow morning, next Monday, in a month."""
    here = timezone.localtime(now)
    morning = time(MORNING_HOUR)

    def at(day: datetime) -> datetime:
        return timezone.make_aware(datetime.combine(day.date(), morning))

    later = (here + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    monday = here + timedelta(days=7 - here.weekday())
    choices = [
        (_("Later today"), later),
        (_("Tomorrow"), at(here + timedelta(days=1))),
        (_("Next Monday"), at(monday)),
        (_("In a month"), at(here + timedelta(days=30))),
    ]
    if monday.date() == (here + timedelta(days=1)).date():
        del choices[2]  # it is Sunday: tomorrow says it
    if later.date() != here.date():
        choices = choices[1:]
    return [SnoozeChoice(words, times.ahead(until, now), until) for words, until in choices]
