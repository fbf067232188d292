"""What happened in conversations, as the plain rows of which the laws make moments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.db.models.functions import Substr

from wingbeat.desk.care.grant import Grant
from wingbeat.desk.care.promise import Outcome, Promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Ending, Reopening, Solution
from wingbeat.desk.conversations.merging import parts_of
from wingbeat.desk.conversations.message import Message, MessageKind, MessageText
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.conversations.splitting import SplitMessage
from wingbeat.desk.conversations.words import words_without_quotes
from wingbeat.desk.journal.reading import told_of
from wingbeat.desk.journal.recording import Kind
from wingbeat.laws import facts, hearing
from wingbeat.laws.moments import Rows

READS = 3  # one more whenever the same rows of the desk would be read otherwise
LOST = (Delivery.FAILED, Delivery.BOUNCED, Delivery.GIVEN_UP)
CAME = (Kind.CONVERSATION_OPENED, Kind.MESSAGE_RECEIVED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is read: the conversation that is whole, and whose it is."""

    conversation: str
    customer: str


Places = Mapping[int, Place]


def places_of(ids: Collection[int]) -> dict[int, Place]:
    """Return the conversations among these that stand for themselves, and all read in them."""
    found: dict[int, Place] = {}
    wholes = Conversation.objects.whole().filter(pk__in=ids, is_spam=False).order_by()
    merged = set(
        Conversation.objects.filter(merged_into__in=ids).values_list("merged_into", flat=True)
    )
    for pk, customer_id in wholes.values_list("pk", "customer_id"):
        place = Place(str(pk), str(customer_id))
        found |= dict.fromkeys(parts_of(pk) if pk in merged else [pk], place)
    return found


def happened(places: Places) -> Rows:
    """Return the rows of these conversations. Spam lived through nothing with us."""
    given = Grant.objects.given().filter(conversation_id__in=places).order_by("pk")
    return Rows(
        messages=list(_messages(places)),
        promises=[
            facts.Promise(
                id=f"promise {row.pk}", **asdict(places[row.conversation_id]),
                made_at=row.at, due_at=row.due_at,
                kept_at=row.settled_at if row.outcome == Outcome.KEPT else None,
                withdrawn_at=row.settled_at if row.outcome == Outcome.WITHDRAWN else None,
            )
            for row in Promise.objects.of_conversations(places)
        ],
        changes=list(_changes(places)),
        grants=[
            facts.Grant(
                id=f"grant {row.pk}", **asdict(places[row.conversation_id]), at=row.given_at,
                cents=row.cents, cause=None,
            )
            for row in given if row.given_at is not None
        ],
        ratings=[
            facts.Rating(
                id=f"rating {row.pk}", **asdict(places[row.conversation_id]), at=row.at,
                stars=row.value,
            )
            for row in Rating.objects.of_conversations(places)
        ],
    )  # fmt: skip


def _messages(places: Places) -> Iterator[facts.Message]:
    said = Message.objects.counting() | Message.objects.answering()
    pointed = SplitMessage.objects.filter(split__conversation_id__in=places)
    also: dict[int, list[Place]] = {}
    for message_id, where in pointed.values_list("message_id", "split__conversation_id"):
        also.setdefault(message_id, []).append(places[where])
    own = said.filter(conversation_id__in=places)
    rows = (own | said.filter(pk__in=also)).order_by("at", "pk")
    found = list(rows.values_list("pk", "conversation_id", "kind", "at"))
    dues, acts = _dues(places), _acts({pk: kind for pk, _, kind, _ in found})
    for seq, (pk, where, kind, at) in enumerate(found):
        here = [places[where]] if where in places else []
        for place in dict.fromkeys([*here, *also.get(pk, ())]):
            yield facts.Message(
                id=f"message {pk}", conversation=place.conversation, customer=place.customer,
                at=at, seq=seq, automatic=False, due_at=dues.get(pk),
                side="customer" if kind == MessageKind.CUSTOMER else "us",
                acts=acts.get(pk),
            )  # fmt: skip


def _dues(places: Places) -> dict[int, datetime]:
    """Return until when an answer to a message was promised, as the journal kept it then.

    The conversation knows that only while it waits, and an inbox's promise changes.
    """
    return {
        entry.message_id: datetime.fromtimestamp(entry.facts["due_by"], UTC)
        for entry in told_of(list(places), CAME)
        if entry.message_id is not None and entry.facts.get("due_by")
    }


def _acts(kinds: Mapping[int, str]) -> dict[int, str]:
    """Return what messages do, as far as it is sure; of a long text, by its first letters."""
    words = MessageText.objects.filter(pk__in=kinds)
    quoting = dict(words.filter(html__contains="<blockquote").values_list("pk", "html"))
    heard: dict[int, frozenset[str]] = {}
    for pk, new in words.values_list("pk", Substr("text_new", 1, hearing.LETTERS)):
        if kinds[pk] == MessageKind.CUSTOMER:
            heard[pk] = hearing.their_acts(new)
        else:  # what a reply quotes are not our words
            heard[pk] = hearing.our_acts(
                words_without_quotes(quoting[pk]) if pk in quoting else new
            )
    return {pk: " ".join(sorted(acts)) for pk, acts in heard.items() if acts}


def _changes(places: Places) -> Iterator[facts.Change]:
    found: list[tuple[str, int, datetime, str]] = []
    for table, kind in ((Reopening, "reopened"), (Ending, "ended"), (Solution, "solved")):
        rows = table.objects.filter(conversation_id__in=places)
        found += [(f"{table.__name__.lower()} {pk}", where, at, kind)
                  for pk, where, at in rows.values_list("pk", "conversation_id", "at")
                  # the end of what was merged since ended no wait in the whole
                  if kind == "reopened" or str(where) == places[where].conversation]  # fmt: skip
    lost = Outgoing.objects.filter(message__conversation_id__in=places, state__in=LOST)
    columns = ("message_id", "message__conversation_id", "message__at")
    found += [(f"message {pk}", where, at, "mail_failed")
              for pk, where, at in lost.values_list(*columns)]  # fmt: skip
    found += list(_hand_overs(places))
    for id_, where, at, kind in found:
        yield facts.Change(id=id_, **asdict(places[where]), at=at, seq=0, kind=kind)


def _hand_overs(places: Places) -> Iterator[tuple[str, int, datetime, str]]:
    """Yield the answers of somebody else than answered before: that is what a customer notices."""
    answers = Message.objects.answering().filter(conversation_id__in=places, agent__isnull=False)
    rows = answers.order_by("at", "pk").values_list("pk", "conversation_id", "at", "agent_id")
    before: dict[Place, int] = {}
    for pk, where, at, agent_id in rows:
        if before.get(places[where], agent_id) != agent_id:
            yield f"message {pk}", where, at, "handed_over"
        before[places[where]] = agent_id
