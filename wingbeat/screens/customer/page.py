"""What the customer's page shows: who acts next, what was said, and what they can do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy as _later

from wingbeat.channels.mail.gathering import sender_name
from wingbeat.channels.mail.parsing.html import beginning_of
from wingbeat.desk.care.promise import Outcome, Promise
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.brand import brand_of, sender_of
from wingbeat.desk.conversations.coming_again import ReturnQuestion
from wingbeat.desk.conversations.conversation import State
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.rating import Rating, Word
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.screens.room import MOST_MESSAGES, Shape, room_for, words_for
from wingbeat.screens.templatetags.wingbeat import folds_named

if TYPE_CHECKING:
    from wingbeat.screens.customer.access import Guest

OPEN_AT_FIRST = 4
LONGEST = 20_000  # characters of one message, so that the box to answer in stays near
WORDS = {Word.GOOD: _later("good"), Word.SO_SO: _later("so-so"), Word.BAD: _later("not good")}
OWN_PICTURE = re.compile(r'(<img\b[^>]*?\ssrc=")/attachments/([0-9a-f-]{36})/(")')


@dataclass(frozen=True, slots=True)
class Said:
    """A message as its reader sees it: its words or a `line`, and where the `rest` is read."""

    pk: int
    author: str
    at: datetime
    is_ours: bool
    is_theirs: bool
    is_by_itself: bool
    html: SafeString
    line: str
    rest: str
    files: Sequence[tuple[Attachment, str]]


@dataclass(frozen=True)
class CustomerPage:
    """Everything on the page; `until` is the newest message of a page of earlier ones."""

    guest: Guest
    until: int | None = None

    @property
    def title(self) -> str:
        """What their conversation is about, by its own name even where it is read in another."""
        return self.guest.participant.conversation.subject or _("Your conversation")

    @property
    def us(self) -> str:
        inbox = self.guest.conversation.inbox
        return brand_of(inbox).name or sender_of(inbox)

    @property
    def path(self) -> str:
        return reverse("customer:page", args=[self.guest.token])

    @cached_property
    def messages(self) -> list[Message]:
        """All that they may read, oldest first, without the words."""
        return self.guest.messages()

    @cached_property
    def _start(self) -> int:
        return max(0, self._stop - MOST_MESSAGES)

    @cached_property
    def _stop(self) -> int:
        places = (n for n, one in enumerate(self.messages, 1) if one.pk == self.until)
        return next(places, len(self.messages))

    @cached_property
    def said(self) -> list[Said]:
        return self._said(self.messages[self._start : self._stop])

    @property
    def before(self) -> int | None:
        """The message at which the page before this one ends."""
        return self.messages[self._start - 1].pk if self._start else None

    @property
    def is_newest(self) -> bool:
        return self._stop == len(self.messages)

    def alone(self, message: Message) -> Said:
        """Return one message with all its words."""
        return self._said([message], opened=[message.pk])[0]

    @property
    def earlier(self) -> list[Said]:
        return self.said[:-OPEN_AT_FIRST]

    @property
    def latest(self) -> list[Said]:
        return self.said[-OPEN_AT_FIRST:]

    @cached_property
    def promises(self) -> Sequence[str]:
        """What we told them we would do, by when, and what became of it.

        Whoever is in copy reads no promise that was given to somebody else. That two records are
        one person is our belief, and opens nothing.
        """
        person = self.guest.customer
        if person is None:
            return ()
        read = {one.pk for one in self.messages}
        given = Promise.objects.of_conversations(self.guest.conversation.parts())
        return [
            _promised(row, self.guest.now)
            for row in given.of_customers([person.pk])
            if row.message_id is None or row.message_id in read
        ]

    @property
    def has_answer(self) -> bool:
        return any(_is_ours(one) and not one.automatic for one in self.messages)

    @property
    def can_call_solved(self) -> bool:
        mine = self.guest.may_act and self.guest.is_the_customer
        return mine and self.guest.conversation.state != State.SOLVED

    @property
    def is_solved(self) -> bool:
        return self.guest.conversation.state == State.SOLVED

    @property
    def can_rate(self) -> bool:
        """Say whether there is anything to judge yet, and somebody to whom it happened."""
        return self.guest.may_act and self.guest.customer is not None and self.has_answer

    @cached_property
    def rating(self) -> Rating | None:
        mine = (
            rating
            for rating in Rating.objects.of_conversations([self.guest.conversation.pk])
            if self.guest.customer is not None and rating.customer_id == self.guest.customer.pk
        )
        return next(mine, None)

    @property
    def words_to_choose(self) -> list[tuple[int, str]]:
        return [(word.value, str(words)) for word, words in WORDS.items()]

    @cached_property
    def question(self) -> ReturnQuestion | None:
        """The one question, where it was put with this conversation."""
        if self.guest.customer is None or not self.guest.may_act:
            return None
        asked = ReturnQuestion.objects.filter(
            conversation=self.guest.conversation, customer=self.guest.customer
        )
        return asked.order_by("-asked_at").first()

    @property
    def next_word(self) -> str:
        """Say in plain words who acts next, or how it ended."""
        conversation = self.guest.conversation
        if conversation.state == State.SOLVED:
            return self._solved()
        if conversation.state == State.ENDED:
            return _("We have ended this conversation. Write below if anything is left.")
        if conversation.waits_for_us_since is not None or not self.has_answer:
            return self._ours()
        answered = {"day": _day(max(one.at for one in self.messages if _is_ours(one)))}
        if conversation.is_quiet(self.guest.now):
            words = _(
                "We answered on %(day)s. It has been quiet since; write whenever you need us."
            )
        elif self.guest.is_the_customer:
            words = _("We answered on %(day)s. The next word is yours, if you need anything else.")
        else:
            words = _("We answered on %(day)s. Write if you need anything else.")
        return words % answered

    def _solved(self) -> str:
        if self.guest.is_the_customer:
            return _("You told us that this is solved. If it is not, write to us below.")
        return _("This is solved. If it is not, write to us below.")

    def _ours(self) -> str:
        """Say that we owe an answer; since when, only by what the reader wrote themselves."""
        answered = max((one.at for one in self.messages if _is_ours(one)), default=None)
        own = (one.at for one in self.messages if self._is_theirs(one))
        since = min((at for at in own if answered is None or at > answered), default=None)
        if since is None:
            return _("The next word is ours.")
        return _("We have your words of %(day)s. The next word is ours.") % {"day": _day(since)}

    def _said(self, messages: Sequence[Message], opened: Sequence[int] = ()) -> list[Said]:
        files = {one.pk: self._files(one) for one in messages}
        shapes = room_for(
            {one.pk: one.length for one in reversed(messages)},  # type: ignore[attr-defined]  # annotated
            {pk: len(listed) for pk, listed in files.items()},
            opened=opened,
            longest=LONGEST,
        )
        words = words_for(shapes, longest=LONGEST)
        return [
            Said(
                pk=one.pk,
                author=self._author(one),
                at=one.at,
                is_ours=_is_ours(one),
                is_theirs=self._is_theirs(one),
                is_by_itself=bool(one.automatic),
                html=self._shown(words[one.pk], shapes[one.pk]),
                line=(excerpt_of(words[one.pk]) or "…") if shapes[one.pk] == "line" else "",
                rest=self._rest(one) if shapes[one.pk] in {"line", "cut"} else "",
                files=files[one.pk],
            )
            for one in messages
        ]

    def _author(self, message: Message) -> str:
        if self._is_theirs(message):
            return _("You")
        if _is_ours(message):
            return sender_name(message, self.guest.conversation.inbox)
        address = message.address
        return (address.customer.name or address.email) if address is not None else ""

    def _is_theirs(self, message: Message) -> bool:
        return message.address is not None and message.address.email in self.guest.emails

    def _rest(self, message: Message) -> str:
        return reverse("customer:message", args=[self.guest.token, message.pk])

    def _files(self, message: Message) -> Sequence[tuple[Attachment, str]]:
        return [
            (file, self._file(str(file.token)))
            for file in message.attachments.all()
            if not file.is_inline
        ]

    def _shown(self, html: str, shape: Shape) -> SafeString:
        """Return safe HTML whose own pictures come by this link; pictures of others stay away."""
        if shape == "line":
            return SafeString()
        named = folds_named(beginning_of(html) if shape == "cut" else html)
        at_link = OWN_PICTURE.sub(lambda m: f"{m[1]}{self._file(m[2])}{m[3]}", named)
        return mark_safe(at_link)  # noqa: S308  sanitized before it was stored; the path is ours

    def _file(self, token: str) -> str:
        return reverse("customer:file", args=[self.guest.token, token])


def hidden_address(email: str) -> str:
    """Tell an address to whoever knows it, and to nobody else.

    >>> hidden_address("nora@customers.example")
    'n…@customers.example'
    """
    local, _at, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


def _is_ours(message: Message) -> bool:
    return message.kind == MessageKind.AGENT


def _promised(row: Promise, now: datetime) -> str:
    said = {"words": row.words.rstrip("."), "at": _when(row.due_at)}
    if row.outcome == Outcome.WITHDRAWN:
        return _("%(words)s. We had to take this back.") % said
    if row.outcome == Outcome.KEPT:
        return _("%(words)s. Done on %(day)s.") % {**said, "day": _day(row.settled_at or now)}
    if row.is_broken(now):
        return _("%(words)s. We meant to by %(at)s and are late.") % said
    return _("%(words)s, by %(at)s.") % said


def _when(at: datetime) -> str:
    return f"{_day(at)}, {timezone.localtime(at):%H:%M}"


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), _("j F"))
