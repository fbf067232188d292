"""The conversation as its page shows it: state, thread, and what one can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.people.models import Agent
from wingbeat.screens import times
from wingbeat.screens.agent.card import Card
from wingbeat.screens.agent.events import Event
from wingbeat.screens.agent.thread import thread_of

MORNING_HOUR = 9


@dataclass(frozen=True, slots=True)
class StateLine:
    """Who acts next, in words; `key` is the style."""

    key: str
    words: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class SnoozeChoice:
    words: str
    clock: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """An agent or a team that can take it."""

    number: str
    name: str
    is_chosen: bool
    is_reader: bool = False


@dataclass(frozen=True)
class ConversationScreen:
    """Everything beside the conversation's own row; each part is asked for once, when shown."""

    conversation: Conversation
    agent: Agent
    now: datetime

    @cached_property
    def thread(self) -> list[Card | Event]:
        return thread_of(self.parts, now=self.now)

    @cached_property
    def parts(self) -> list[int]:
        return self.conversation.parts()

    @cached_property
    def newest_message_id(self) -> int:
        """The newest message on the page: what an author has seen when they begin to write."""
        shown = [item.pk for item in self.thread if isinstance(item, Card) and not item.is_stranger]
        return max(shown, default=0)

    @cached_property
    def state(self) -> StateLine:
        return state_line(self.conversation, now=self.now)

    @cached_property
    def tags(self) -> list[str]:
        rows = self.conversation.taggings.order_by("tag__name")
        return list(rows.values_list("tag__name", flat=True))

    @cached_property
    def colleagues(self) -> list[Choice]:
        """Who may take it, the reader first."""
        readers = Agent.objects.who_may_read(self.conversation.inbox_id).values_list("pk", "name")
        taker, me = self.conversation.assignee_id, self.agent.pk
        choices = [Choice(str(pk), name, pk == taker, pk == me) for pk, name in readers]
        return sorted(choices, key=lambda choice: not choice.is_reader)

    @cached_property
    def teams(self) -> list[Choice]:
        teams = self.conversation.inbox.teams.order_by("name").values_list("pk", "name")
        taker = self.conversation.team_id if self.conversation.assignee_id is None else None
        return [Choice(str(pk), name, pk == taker) for pk, name in teams]

    @cached_property
    def other_inboxes(self) -> list[Inbox]:
        here = self.conversation.inbox_id
        return [inbox for inbox in self.agent.inboxes if inbox.pk != here]

    @cached_property
    def merged(self) -> list[int]:
        """Numbers of the conversations that were merged straight into this one."""
        if self.parts == [self.conversation.pk]:
            return []
        return list(self.conversation.merge_rows.order_by("pk").values_list("source_id", flat=True))

    @cached_property
    def looks_like(self) -> Conversation | None:
        """Another conversation this one may belong to, until we have answered."""
        if any(isinstance(item, Card) and item.is_ours for item in self.thread):
            return None
        mails = RawMail.objects.filter(
            became__conversation=self.conversation, looks_like__isnull=False
        )
        guess = mails.values_list("looks_like_id", flat=True).first()
        if guess is None or whole_of(guess) == self.conversation.pk:
            return None
        return Conversation.objects.visible_to(self.agent).filter(pk=whole_of(guess)).first()

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

    @cached_property
    def has_others(self) -> bool:
        """Say whether "reply all" reaches more people than "reply"."""
        own = {address.email for address in self.conversation.customer.addresses.all()}
        return not own.issuperset(self.conversation.participants.values_list("email", flat=True))


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
        due = conversation.due_at()
        since = times.moment(conversation.waits_for_us_since, now)
        late = due is not None and due < now
        return StateLine("us", _("Waits for us since %(since)s") % {"since": since}, is_late=late)
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
    if later.date() != here.date():
        choices = choices[1:]
    return [
        SnoozeChoice(
            words, date_format(until, "D H:i" if until - here < timedelta(days=8) else "j M"), until
        )
        for words, until in choices
    ]
