"""Lists of conversations: who waits for us, since when, whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.conversation import (
    SERVED_FIRST,
    Conversation,
    ConversationQuerySet,
)
from wingbeat.desk.conversations.glance import Glance
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.rows import beyond
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest, conversations
from wingbeat.screens.agent.rows import Row, rows_of
from wingbeat.screens.numbers import number_of
from wingbeat.screens.paths import path_to
from wingbeat.screens.times import time_in

ROWS = 50
ROWS_BESIDE = 25  # a conversation
NEWEST_FIRST = ("-latest_at", "-pk")
LONGEST_FIRST = ("waits_for_us_since", "pk")
NUMBERS = ("severity", "pk")  # of the columns that lists are ordered by; the others are times
FIRST_TABS = 3  # the others stand in a menu


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list: its question, its order, and what to say when it is empty."""

    key: str
    name: str | Promise
    ask: Callable[[ConversationQuerySet, Agent, datetime], ConversationQuerySet]
    order: tuple[str, ...]
    nothing: str | Promise
    why: str | Promise


def _quiet_before(now: datetime) -> datetime:
    return now - timedelta(days=settings.WINGBEAT["quiet_after_days"])


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "waiting",
            _lazy("Waits for us"),
            lambda rows, _agent, _now: rows.waiting_for_us(),
            SERVED_FIRST,
            _lazy("Nobody waits for us."),
            _lazy("Every question here has its answer. Enjoy the quiet, or look at what sleeps."),
        ),
        Kind(
            "mine",
            _lazy("Mine"),
            lambda rows, agent, _now: rows.of_agent(agent),
            NEWEST_FIRST,
            _lazy("You have nothing in hand."),
            _lazy("Take a conversation with the key a, and it stands here until it ends."),
        ),
        Kind(
            "answered",
            _lazy("Answered"),
            lambda rows, _agent, now: rows.waiting_for_customer(since=_quiet_before(now)),
            NEWEST_FIRST,
            _lazy("We wait for nobody."),
            _lazy("Conversations stand here while the customer has the last word to say."),
        ),
        Kind(
            "newcomers",
            _lazy("Newcomers"),
            lambda rows, agent, _now: rows.newcomers(Conversation.objects.visible_to(agent)),
            LONGEST_FIRST,
            _lazy("No newcomer waits for us."),
            _lazy("Who writes for the first time stands here by age until they are answered."),
        ),
        Kind(
            "quiet",
            _lazy("Quiet"),
            lambda rows, _agent, now: rows.gone_quiet(before=_quiet_before(now)),
            NEWEST_FIRST,
            _lazy("Nothing has gone quiet."),
            _lazy("What we answered and heard nothing of for two weeks comes here."),
        ),
        Kind(
            "mentioned",
            _lazy("Mentioned"),
            lambda rows, agent, _now: rows.mentioning(agent),
            NEWEST_FIRST,
            _lazy("Nobody has named you."),
            _lazy("A note with @ and your name brings it here, until it ends."),
        ),
        Kind(
            "followed",
            _lazy("Followed"),
            lambda rows, agent, _now: rows.followed_by(agent),
            NEWEST_FIRST,
            _lazy("You follow nothing."),
            _lazy("The menu m follows a conversation that somebody else has in hand."),
        ),
        Kind(
            "drafts",
            _lazy("Drafts"),
            lambda rows, agent, _now: rows.with_drafts_for(agent),
            NEWEST_FIRST,
            _lazy("Nothing is begun and unsent."),
            _lazy("Words that you began, or that colleagues show, stand here until they are sent."),
        ),
        Kind(
            "asleep",
            _lazy("Put aside"),
            lambda rows, _agent, _now: rows.asleep(),
            ("snoozed_until", "pk"),
            _lazy("Nothing is put aside."),
            _lazy("The key s puts a conversation aside until a time; it comes back by itself."),
        ),
        Kind(
            "later",
            _lazy("Sent later"),
            lambda rows, _agent, _now: rows.leaving_later(),
            NEWEST_FIRST,
            _lazy("Nothing leaves later."),
            _lazy("The arrow beside Send puts a reply off; until it leaves, it stands here."),
        ),
        Kind(
            "over",
            _lazy("Ended"),
            lambda rows, _agent, _now: rows.over(),
            NEWEST_FIRST,
            _lazy("Nothing has ended yet."),
            _lazy("Conversations that we ended, or that customers called solved, are kept here."),
        ),
        Kind(
            "everything",
            _lazy("Everything"),
            lambda rows, _agent, _now: rows.newest_first(),
            NEWEST_FIRST,
            _lazy("Nobody has written yet."),
            _lazy("As soon as a mail arrives, it stands here."),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    title: str | Promise
    words: str | Promise
    url: str = ""  # of a remedy


@dataclass(frozen=True, slots=True)
class ListScreen:
    """One list as its column shows it."""

    title: str
    url: str
    rows: tuple[Row, ...]
    next_url: str
    empty: Nothing
    tabs: tuple[Tab, ...] = ()
    more_tabs: tuple[Tab, ...] = ()
    question: str = ""  # of a view
    change_url: str = ""
    key: str = ""  # which list it is, as `list=` says beside a conversation
    order_url: str = ""  # where its order is chosen, if it can be

    @property
    def first(self) -> Row | None:
        """Who comes first, if this list tells."""
        row = self.rows[0] if self.rows else None
        is_first = row and row.glance.waits_for_us_since and not row.glance.snoozed_until
        return row if is_first else None


def list_screen(
    request: DeskRequest, inbox: Inbox | None, key: str, *, after: str = "", limit: int = ROWS
) -> ListScreen:
    """Read one page of a list; `after` is where the page before it stopped."""
    kind = KINDS.get(key, KINDS["waiting"])
    asked = conversations(request)
    if inbox is not None:
        asked = asked.filter(inbox=inbox)
    is_longest_first = kind.order == SERVED_FIRST and request.user.is_longest_first
    order = LONGEST_FIRST if is_longest_first else kind.order
    asked = kind.ask(asked, request.user, timezone.now()).order_by(*order)
    key = f"{inbox.pk if inbox else 'all'}.{kind.key}"
    rows, stop = page_of(request, asked, order, after=after, limit=limit, key=key)
    url = list_url(inbox, kind.key)
    tabs = _tabs(inbox, kind.key)
    return ListScreen(
        title=inbox.name if inbox else _("All inboxes"),
        url=url,
        rows=rows,
        next_url=f"{url}&after={stop}" if stop else "",
        tabs=tabs[:FIRST_TABS],
        more_tabs=tabs[FIRST_TABS:],
        empty=Nothing(kind.nothing, kind.why) if rows else _why_empty(request, kind),
        key=key,
        order_url=_order_url(inbox) if kind.order == SERVED_FIRST else "",
    )


def _why_empty(request: DeskRequest, kind: Kind) -> Nothing:
    """Say why nobody stands here: where no mail can come in, that is no quiet to enjoy."""
    comes_in = settings.WINGBEAT["smtp_listen"] or Account.objects.fetched().exists()
    if kind.key != "waiting" or comes_in or conversations(request).exists():
        return Nothing(kind.nothing, kind.why)
    title = _("No mailbox is connected yet.")
    if request.user.may_administer:
        return Nothing(title, _("So no mail has come in by itself."), reverse("setup:inboxes"))
    return Nothing(title, _("Whoever looks after this desk connects it under “The desk”."))


def _order_url(inbox: Inbox | None) -> str:
    url = reverse("agent:order")
    return f"{url}?inbox={inbox.pk}" if inbox else url


def _tabs(inbox: Inbox | None, current: str) -> tuple[Tab, ...]:
    return tuple(
        Tab(kind.name, list_url(inbox, kind.key), kind.key == current) for kind in KINDS.values()
    )


def list_url(inbox: Inbox | None, key: str) -> str:
    path = path_to("agent:inbox", inbox.pk) if inbox else reverse("agent:home")
    return f"{path}?show={key}"


def page_of(
    request: DeskRequest,
    asked: ConversationQuerySet,
    order: tuple[str, ...],
    *,
    after: str,
    limit: int,
    key: str,
) -> tuple[tuple[Row, ...], str]:
    """Return a page of a list, and where it stops, for the one that goes on."""
    found = behind(asked, order, after)[: limit + 1].glances()
    rows = rows_of(found[:limit], reader=request.user, now=timezone.now(), suffix=f"?list={key}")
    return rows, mark(found[limit - 1], order) if len(found) > limit else ""


def behind(rows: ConversationQuerySet, order: tuple[str, ...], after: str) -> ConversationQuerySet:
    """Go on where a page stopped, unless that cannot be read."""
    texts = after.split("_")
    values = [_value_in(*pair) for pair in zip(order, texts, strict=False)]
    if len(texts) != len(order) or None in values:
        return rows
    return rows.filter(beyond(order, values))


def mark(row: Glance | Conversation, order: tuple[str, ...]) -> str:
    """Return where a page stops, for the one that goes on."""
    values = [getattr(row, column.removeprefix("-")) for column in order]
    return "_".join(
        value.isoformat().replace("+", "%2B") if isinstance(value, datetime) else str(value)
        for value in values
    )


def _value_in(column: str, text: str) -> datetime | int | None:
    return (number_of if column.lstrip("-") in NUMBERS else time_in)(text)
