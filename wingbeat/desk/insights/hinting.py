"""What is known around a reply while it is written, handed to the coach; and what it says of it.

Nothing is kept here: facts and findings live in the request. Facts are what this agent may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import islice

from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations import splitting
from wingbeat.desk.conversations.cause import CauseMark
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.custom_field import CustomField, told_of
from wingbeat.desk.conversations.forgotten import mentions_attachment
from wingbeat.desk.conversations.message import MessageKind, MessageText
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.people.models import Agent
from wingbeat.desk.people.own_list import own_list_of
from wingbeat.language.acts import acts_of
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import language_of
from wingbeat.language.things import told_facts
from wingbeat.laws.coaching import KINDS, NOT_AT_FIRST, Coached, coach, shipped_policy
from wingbeat.laws.drafts import Around, Earlier, Finding
from wingbeat.laws.memory.coach import MOST_WAYS
from wingbeat.laws.readings import Says

MESSAGES = 20  # the newest: what was asked and said long before is no matter of this reply
EARLIER_REPLIES = 5
PROMISES = 20
LONGEST = 6_000  # letters of a message
SOLVED_ALIKE = 10  # conversations of the same cause in which another way is looked for
ATTACHMENT, BARE_NO = "support.attachment", "memory.no_other_way"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in a conversation lately: theirs since our latest reply, and before; ours."""

    latest: str
    theirs: tuple[str, ...]
    ours: tuple[str, ...]


def read_draft(
    text: str, conversation: Conversation, *, by: Agent, at: datetime, zone: tzinfo,
    attachments: int, names: tuple[str, ...] = (), is_note: bool = False,
) -> Coached:  # fmt: skip
    """Coach an agent's own words; `names` are of those to whom they go besides the customer.

    A note is read as first words: it goes to colleagues, who read none of our earlier replies.
    """
    said = said_in(conversation)
    customer = conversation.customer
    language = language_of(said.latest, hint=customer.language or None)
    around = Around(
        at=at,
        zone=zone,
        names=tuple(dict.fromkeys(name for name in (customer.name, *names) if name)),
        language=language,
        customer_words=said.latest,
        earlier_replies=() if is_note else said.ours[:EARLIER_REPLIES],
        promises=_promises(conversation, by),
        known=_known(conversation, said, by, language),
        attachments=attachments,
        manner=by.hears_manner,
        own_list=own_list_of(conversation.inbox_id),
    )
    told = coach(text, around)
    if told.language and any(one.says.key == BARE_NO for one in told.findings):
        ways = other_ways(conversation, by=by, language=told.language)
        told = coach(text, replace(around, other_ways=ways)) if ways else told
    missing = "" if attachments else mentions_attachment(text) or ""
    return _missing(told, text.find(missing), missing) if missing else told


def _missing(told: Coached, start: int, said: str) -> Coached:
    """Name a forgotten file as the sending does, whose table knows more ways to speak of one."""
    says, remedy = Says(ATTACHMENT), Says(f"{ATTACHMENT}.remedy")
    found = Finding("support", "S3.20", says, said, start, start + len(said), remedy)
    others = (one for one in told.findings if one.says.key != ATTACHMENT)
    return replace(told, findings=(*others, found))


def other_ways(conversation: Conversation, *, by: Agent, language: str) -> tuple[str, ...]:
    """Return what we offered others who wrote for the same cause and said that it was solved.

    Words of a restricted conversation are quoted nowhere, not even to those who may read it.
    """
    mark = CauseMark.objects.filter(conversation=conversation).first()
    if mark is None:
        return ()
    alike = Conversation.objects.visible_to(by).exclude(pk=conversation.pk)
    solved = alike.filter(cause_mark__cause=mark.cause_id, state=State.SOLVED, is_restricted=False)
    newest = solved.order_by("-latest_at").values_list("pk", flat=True)[:SOLVED_ALIKE]
    ours = MessageText.objects.filter(
        message__conversation__in=list(newest), message__kind=MessageKind.AGENT,
        message__is_aside=False, message__automatic="",
    ).order_by("-message__at")[:MESSAGES]  # fmt: skip
    told = (each for row in ours for each in sentences((row.text_new or row.text)[:LONGEST]))
    ways = (one.text for one in told if "alternative" in acts_of(one, language))
    return tuple(islice(dict.fromkeys(ways), MOST_WAYS))


def to_show(told: Coached, *, resting: frozenset[str]) -> list[Finding]:
    """Return the findings that are worth a hint, the gravest first."""
    spoken = told.draft.spoken if told.draft else ()
    written = sum(len(one.sentence.words) for one in spoken)
    early = NOT_AT_FIRST if written < shipped_policy().words_before_questions else frozenset()
    found = [one for one in told.findings if one.says.key not in resting | early]
    return sorted(found, key=lambda one: (KINDS.index(one.says.key), one.start))


def said_in(conversation: Conversation) -> Said:
    """Return the newest words of a conversation, whatever wrote by itself left out."""
    messages = splitting.shown_in(conversation).filter(automatic="", in_margin=False)
    newest = messages.exclude(kind=MessageKind.NOTE).order_by("-at", "-pk")[:MESSAGES]
    rows = MessageText.objects.filter(message__in=[one.pk for one in newest.only("pk")])
    told = rows.order_by("-message__at", "-pk").values_list(
        "message__kind", "message__is_aside", "text_new", "text"
    )
    latest, theirs, ours = [], [], []
    for kind, is_aside, new, whole in told:
        text = (new or whole)[:LONGEST]
        if kind == MessageKind.AGENT:
            ours += [] if is_aside else [text]
        else:
            theirs.append(text)
            latest += [] if ours else [text]
    return Said("\n\n".join(reversed(latest)), tuple(theirs), tuple(ours))


def _promises(conversation: Conversation, by: Agent) -> tuple[Earlier, ...]:
    visible = Conversation.objects.visible_to(by)
    theirs = Promise.objects.of_customers(same_person(conversation.customer))
    rows = theirs.open_in(visible)[:PROMISES]
    return tuple(Earlier(row.words, row.due_at.astimezone(row.clock)) for row in rows)


def _known(
    conversation: Conversation, said: Said, by: Agent, language: str | None
) -> Mapping[str, str]:
    """Return what we know by kind: addresses, fields that this agent knows, and their own words."""
    customer = conversation.customer
    fields = told_of(CustomField.objects.known_to(by), customer, conversation)
    known = {one.field.name.replace("-", "_"): one.shown for one in fields if one.text}
    if customer.first_address:
        known.setdefault("email", customer.first_address)
    for text in said.theirs if language else ():
        for sentence in sentences(text):
            for kind, value in told_facts(sentence, language or "").items():
                known.setdefault(kind, value)
    return known
