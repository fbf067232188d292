"""Two desks side by side: what this one and the old one did differently with the same mail.

Both are fed the same mails, this one in shadow mode; an import run meanwhile tells what the old
one made of them. A mail is the same mail by its Message-ID. Looked at is the time in which both
can have taken a mail: from the first that came here to the latest import that was finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from wingbeat.channels.mail.models import IN_TRAY, Judgement, RawMail, RawMailQuerySet, Source
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.moving.models import Brought, OldDesk, OldNumber, What
from wingbeat.desk.people.models import Agent


class Kind(StrEnum):
    """In what two desks differ."""

    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"
    LAID_ASIDE = "laid_aside"
    AUTOMATIC = "automatic"
    APART_HERE = "apart_here"
    JOINED_HERE = "joined_here"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was done differently; `why` are the facts that a wording fills in."""

    kind: Kind
    at: datetime
    subject: str
    conversation_id: int | None = None
    mail_id: int | None = None
    why: dict[str, str] = field(default_factory=dict)
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which both desks can have taken a mail."""

    since: datetime
    until: datetime


def span() -> Span | None:
    """Return the time that can be looked at, or nothing where no mail or no import is there yet."""
    first = _mails().order_by("pk").values_list("received_at", flat=True).first()
    latest = OldDesk.objects.aggregate(latest=Max("finished_at"))["latest"]
    return Span(first, latest) if first and latest and latest > first else None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many mails there were in that time, and with how many both did the same."""

    same: int
    mails: int


class Comparison:
    """What somebody may see of the two desks; nothing is read before it is asked for."""

    def __init__(self, span: Span, agent: Agent) -> None:
        self._span = span
        self._seen = Conversation.objects.visible_to(agent).values("pk")
        theirs = RawMail.objects.visible_to(agent).filter(became__isnull=True).values("pk")
        mails = _mails().filter(Q(pk__in=theirs) | Q(became__conversation__in=self._seen))
        self._mails = mails.filter(received_at__range=(span.since, span.until)).defer("packed")

    def summary(self) -> Summary:
        both = self._both().count()
        other = self._automatic().count() + self._apart().count()
        one_only = [self._only_here(), self._only_there(), self._aside()]
        alone = sum(rows.count() for rows in one_only)
        return Summary(same=both - other, mails=both + alone)

    def differences(self, kind: Kind, most: int) -> tuple[list[Difference], bool]:
        """Return the newest differences of a kind, and whether there are more."""
        found = list(self._found(kind, most + 1))
        return found[:most], len(found) > most

    def _found(self, kind: Kind, most: int) -> Iterator[Difference]:
        ways: dict[Kind, tuple[Callable[[], QuerySet[Any]], Callable[[Any], Difference]]] = {
            Kind.ONLY_HERE: (self._only_here, _came_here),
            Kind.ONLY_THERE: (self._only_there, _came_there),
            Kind.LAID_ASIDE: (self._aside, _aside),
            Kind.AUTOMATIC: (self._automatic, _judged),
            Kind.APART_HERE: (self._apart, _apart),
            Kind.JOINED_HERE: (self._joined, _joined),
            Kind.ANSWERED: (self._answered, _answered),
        }
        rows, told = ways[kind]
        return map(told, rows()[:most])

    def _words(self) -> QuerySet[Message]:
        rows = Message.objects.filter(conversation__in=self._seen)
        rows = rows.filter(at__range=(self._span.since, self._span.until)).order_by("-at", "-pk")
        return rows.select_related("conversation", "words")

    def _there(self) -> QuerySet[Message]:
        """Messages of the old desk that did not come here by themselves."""
        return self._words().filter(Exists(Brought.objects.words().filter(became=OuterRef("pk"))))

    def _both(self) -> QuerySet[Message]:
        taken = Brought.objects.taken_by_both().filter(became=OuterRef("pk"))
        rows = self._words().filter(Exists(RawMail.objects.filter(became=OuterRef("pk"))))
        first = taken.order_by("pk")
        return rows.filter(Exists(taken)).annotate(
            within=Subquery(first.values("within")[:1]),
            told_automatic=Subquery(first.values("told_automatic")[:1]),
            desk=Subquery(first.values("desk_id")[:1]),
        )

    def _only_here(self) -> QuerySet[RawMail]:
        """Mails that became something here, and of which no import has told."""
        brought = Brought.objects.filter(what=What.MESSAGE, became=OuterRef("became_id"))
        rows = self._mails.filter(became__isnull=False).exclude(judgement=Judgement.DUPLICATE)
        rows = rows.filter(~Exists(brought)).order_by("-received_at", "-pk")
        return rows.select_related("became__conversation", "became__words")

    def _only_there(self) -> QuerySet[Message]:
        """Customers' mails that never came here."""
        rows = self._there().filter(kind=MessageKind.CUSTOMER).exclude(message_id="")
        return rows.filter(~Exists(RawMail.objects.filter(message_id=OuterRef("message_id"))))

    def _aside(self) -> QuerySet[RawMail]:
        """Mails that lie in the tray here and are words of a conversation there."""
        there = Message.objects.filter(message_id=OuterRef("message_id")).order_by("pk")
        there = there.filter(Exists(Brought.objects.words().filter(became=OuterRef("pk"))))
        rows = self._mails.filter(became__isnull=True, judgement__in=IN_TRAY)
        rows = rows.exclude(message_id="").order_by("-received_at", "-pk")
        place = Subquery(there.values("conversation_id")[:1])
        return rows.annotate(place=place).filter(place__in=self._seen)

    def _automatic(self) -> QuerySet[Message]:
        rows = self._both().filter(kind=MessageKind.CUSTOMER)
        return rows.filter(
            Q(automatic="", told_automatic__gt="") | Q(automatic__gt="", told_automatic="")
        )

    def _apart(self) -> QuerySet[Message]:
        """Mails that stand here in another conversation than the rest of theirs there."""
        home = Brought.objects.filter(
            what=What.CONVERSATION, ref=OuterRef("within"), desk=OuterRef("desk")
        )
        whole = Conversation.objects.filter(pk=OuterRef("home"))
        rows = self._both().annotate(home=Subquery(home.values("became")[:1]))
        merged, kept = Subquery(whole.values("merged_into_id")[:1]), BigIntegerField()
        rows = rows.annotate(
            home_whole=Coalesce(merged, "home", output_field=kept),
            own_whole=Coalesce(
                "conversation__merged_into_id", "conversation_id", output_field=kept
            ),
        )
        return rows.filter(home__isnull=False).exclude(home_whole=F("own_whole"))

    def _joined(self) -> QuerySet[Conversation]:
        """Conversations here whose mails stand in several there."""
        within = Brought.objects.taken_by_both().filter(became=OuterRef("messages"))
        rows = Conversation.objects.filter(pk__in=self._seen)
        rows = rows.filter(messages__at__range=(self._span.since, self._span.until))
        rows = rows.annotate(within=Subquery(within.values("within")[:1]))
        several = rows.values("pk").annotate(n=Count("within", distinct=True)).filter(n__gt=1)
        found = Conversation.objects.filter(pk__in=several.values("pk"))
        return found.order_by("-latest_at", "-pk")

    def _answered(self) -> QuerySet[Message]:
        """The first words of an agent there after each time that a customer wrote."""
        in_it = Message.objects.filter(conversation=OuterRef("conversation_id"), automatic="")
        asked = in_it.filter(kind=MessageKind.CUSTOMER, at__lt=OuterRef("at"))
        earlier = in_it.filter(
            kind=MessageKind.AGENT, at__lt=OuterRef("at"), at__gt=OuterRef("asked_at")
        )
        rows = self._there().filter(kind=MessageKind.AGENT, automatic="")
        rows = rows.annotate(asked_at=Subquery(asked.order_by("-at").values("at")[:1]))
        return rows.filter(asked_at__isnull=False).filter(~Exists(earlier))


def numbers_there(conversation_ids: list[int]) -> dict[int, list[str]]:
    """Return the old numbers of conversations."""
    found: dict[int, list[str]] = {}
    rows = OldNumber.objects.filter(conversation_id__in=conversation_ids).order_by("pk")
    for place, number in rows.values_list("conversation_id", "number"):
        found.setdefault(place or 0, []).append(number)
    return found


def _mails() -> RawMailQuerySet:
    return RawMail.objects.exclude(source=Source.FORM)


def _came_here(mail: RawMail) -> Difference:
    message = mail.became
    assert message is not None  # noqa: S101 - asked for by the query
    why = {"reason": "no_id" if not mail.message_id else "unknown_there"}
    subject, place = message.conversation.subject, message.conversation_id
    return Difference(Kind.ONLY_HERE, mail.received_at, subject, place, why=why)


def _came_there(message: Message) -> Difference:
    return _of(Kind.ONLY_THERE, message)


def _aside(mail: Any) -> Difference:
    why = {"judgement": mail.judgement, "why": mail.why}
    return Difference(Kind.LAID_ASIDE, mail.received_at, mail.subject, mail.place, mail.pk, why)


def _judged(message: Any) -> Difference:
    return _of(Kind.AUTOMATIC, message, here=message.automatic, there=message.told_automatic)


def _apart(message: Any) -> Difference:
    return _of(Kind.APART_HERE, message, home=str(message.home))


def _joined(row: Conversation) -> Difference:
    return Difference(Kind.JOINED_HERE, row.latest_at, row.subject, row.pk)


def _answered(message: Any) -> Difference:
    return _of(Kind.ANSWERED, message, after=message.at - message.asked_at)


def _of(kind: Kind, message: Message, *, after: timedelta | None = None, **why: str) -> Difference:
    place = message.conversation
    return Difference(kind, message.at, place.subject, place.pk, why=why, after=after)
