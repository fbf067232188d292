"""The questions of Today, each about facts that stand in the tables anyway."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from wingbeat.desk.care.dismissing import ActKind, Dismissal
from wingbeat.desk.care.grant import Grant, GrantQuerySet
from wingbeat.desk.care.promise import Promise, PromiseQuerySet
from wingbeat.desk.conversations.conversation import ConversationQuerySet, State
from wingbeat.desk.conversations.mentioning import Mention
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.outbox import Delivery, Outgoing, OutgoingQuerySet
from wingbeat.desk.conversations.rating import Rating, Word
from wingbeat.desk.conversations.snoozing import Snooze
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.people.models import Agent, Membership
from wingbeat.language.thanks import is_mere_thanks

# A bad word or a forgotten follow-up is no news for longer than this.
LATELY = timedelta(days=30)
SAME_TIME = timedelta(hours=48)
THANKED_WITHIN = timedelta(days=7)
LEADS_ANSWER_WITHIN = timedelta(weeks=4)
LEFT_ALONE_AFTER = timedelta(weeks=2)
NOT_ARRIVED = (Delivery.FAILED, Delivery.BOUNCED, Delivery.PERHAPS)
OVER = (State.ENDED, State.SOLVED)


def promises(agent: Agent, now: datetime, theirs: Q) -> PromiseQuerySet:
    """Promises of whose time four fifths are over."""
    away = Dismissal.objects.standing(agent, ActKind.PROMISE, now, fact="at")
    near = Promise.objects.near(now).visible_to(agent).filter(theirs).exclude(away)
    return near.select_related("conversation__customer")


def grants(agent: Agent, now: datetime, theirs: Q) -> GrantQuerySet:
    """What colleagues asked a second person for; their own wish waits for somebody else."""
    away = Dismissal.objects.standing(agent, ActKind.GRANT, now, fact="at")
    asked = Grant.objects.asked().exclude(by=agent).visible_to(agent).filter(theirs).exclude(away)
    return asked.select_related("conversation__customer", "by").order_by("at", "pk")


def silences(
    visible: ConversationQuerySet, agent: Agent, now: datetime, theirs: Q
) -> ConversationQuerySet:
    """Whoever waits past what they were promised, each told whether they are new to us."""
    away = Dismissal.objects.standing(agent, ActKind.SILENCE, now, fact="waits_for_us_since")
    new = visible.newcomers(visible).filter(pk=OuterRef("pk"))
    late = visible.waiting_for_us().filter(theirs, due_at__lt=now).exclude(away)
    return late.annotate(is_new=Exists(new)).select_related("customer")


def first_of_led(
    visible: ConversationQuerySet, agent: Agent, now: datetime
) -> ConversationQuerySet:
    """Whoever waits longest in the teams that an agent leads, if the agent answers hardly anybody.

    Who waits past a promise is a silence anyway. Nobody but the agent is told, and once they wave
    the first away (`is_away`) no other takes its place. Whoever is new to a team is not asked yet.
    """
    since = now - LEADS_ANSWER_WITHIN
    answers = Message.objects.answering().filter(agent=agent, at__gte=since)
    led = Membership.objects.filter(agent=agent, is_lead=True, since_at__lte=since).values("team")
    if not led.exists() or answers.exists():
        return visible.none()
    away = Dismissal.objects.standing(agent, ActKind.SILENCE, now, fact="waits_for_us_since")
    free = visible.waiting_for_us().filter(inbox__teams__in=led, assignee__isnull=True)
    first = free.filter(due_at__gte=now).select_related("customer").distinct()
    return first.annotate(is_away=away)


def avoidances(
    visible: ConversationQuerySet, agent: Agent, now: datetime, theirs: Q
) -> ConversationQuerySet:
    """Whoever twice lately came through another door before the one they had knocked at opened.

    What comes within the same two days is one time. Past its promise it is a silence anyway, and
    an answer through any door ends it.
    """
    away = Dismissal.objects.standing(agent, ActKind.AVOIDANCE, now, fact="waits_for_us_since")
    again = _turned_away(visible).filter(
        customer=OuterRef("customer"), opened_at__gte=now - LATELY,
        opened_at__lt=OuterRef("opened_at") - SAME_TIME,
    )  # fmt: skip
    answered = Message.objects.answering().filter(
        conversation__in=visible, conversation__customer=OuterRef("customer"),
        at__gt=OuterRef("opened_at"),
    )  # fmt: skip
    rows = _turned_away(visible).waiting_for_us().filter(theirs, due_at__gte=now)
    rows = rows.filter(Exists(again), ~Exists(answered)).exclude(away)
    return rows.select_related("customer")


def _turned_away(visible: ConversationQuerySet) -> ConversationQuerySet:
    """Conversations begun in another inbox while words in one stood there without an answer."""
    answers = Message.objects.answering().filter(
        conversation=OuterRef("conversation"), at__gt=OuterRef("at"),
        at__lt=OuterRef(OuterRef("opened_at")),
    )  # fmt: skip
    unanswered = Message.objects.counting().filter(
        ~Q(conversation__inbox=OuterRef("inbox")), ~Exists(answers),
        conversation__in=visible, conversation__customer=OuterRef("customer"),
        conversation__is_spam=False, at__lt=OuterRef("opened_at"),
        at__gte=OuterRef("opened_at") - SAME_TIME,
    )  # fmt: skip
    return visible.filter(Exists(unanswered), is_spam=False)


def last_steps(agent: Agent, now: datetime, theirs: Q) -> OutgoingQuerySet:
    """Our mails that did not arrive, the newest first."""
    away = Dismissal.objects.standing(agent, ActKind.LAST_STEP, now, fact="message__at")
    failed = Outgoing.objects.filter(state__in=NOT_ARRIVED).visible_to(agent)
    failed = failed.filter(theirs).exclude(away).order_by("-pk")
    return failed.select_related("message__conversation__customer")


def after_a_good_case(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """Keep what failed after a conversation had gone well: ended, solved, praised or thanked for.

    The others stand in the tray, as everything that did not arrive does.
    """
    ids = {row.message.conversation_id for row in rows}
    praised = set(
        Rating.objects.filter(conversation__in=ids, value__gt=Word.SO_SO).values_list(
            "conversation_id", flat=True
        )
    )
    heard = Message.objects.counting().filter(conversation__in=ids).order_by("at", "pk")
    latest = {
        conversation_id: (at, text)
        for conversation_id, at, text in heard.values_list(
            "conversation_id", "at", "words__text_new"
        )
    }
    thanked = {pk for pk, (_at, text) in latest.items() if is_mere_thanks(text)}
    good = praised | thanked
    return [
        row
        for row in rows
        if row.message.conversation.state in OVER or row.message.conversation_id in good
    ]


def bad_ends(
    visible: ConversationQuerySet, agent: Agent, now: datetime, theirs: Q
) -> QuerySet[Rating]:
    """Bad words that nobody has answered and that the customer has not taken back."""
    away = Dismissal.objects.standing(agent, ActKind.BAD_END, now, fact="at")
    same = {"conversation": OuterRef("conversation")}
    answered = Message.objects.answering().filter(**same, at__gt=OuterRef("at"))
    newer = Rating.objects.filter(**same, at__gt=OuterRef("at"))
    bad = Rating.objects.filter(
        theirs, value__lt=Word.SO_SO, at__gte=now - LATELY, conversation__in=visible.whole(),
        conversation__waits_for_us_since__isnull=True,
    )  # fmt: skip
    kept = bad.exclude(away).exclude(Exists(answered)).exclude(Exists(newer))
    return kept.select_related("conversation__customer").order_by("at", "pk")


def follow_ups(visible: ConversationQuerySet, agent: Agent, now: datetime) -> QuerySet[Snooze]:
    """What the agent put aside until a time that has come, with nothing said since."""
    away = Dismissal.objects.standing(agent, ActKind.FOLLOW_UP, now, fact="until")
    woken = visible.whole().filter(snoozed_until__isnull=True, waits_for_us_since__isnull=True)
    later = Snooze.objects.filter(conversation=OuterRef("conversation"), pk__gt=OuterRef("pk"))
    said = Message.objects.filter(conversation=OuterRef("conversation"), at__gt=OuterRef("until"))
    rows = Snooze.objects.filter(
        by=agent, until__lte=now, until__gt=now - LATELY,
        conversation__in=woken.exclude(state__in=OVER),
    )  # fmt: skip
    rows = rows.exclude(away).exclude(Exists(later)).exclude(Exists(said))
    return rows.select_related("conversation__customer").order_by("until", "pk")


def helps(visible: ConversationQuerySet, agent: Agent, now: datetime) -> QuerySet[Message]:
    """Notes with which colleagues helped with what the agent has in hand, not thanked for yet.

    A thank-you is a note of the agent that names them. Nothing else sends one.
    """
    away = Dismissal.objects.standing(agent, ActKind.THANKS, now, fact="at")
    thanked = Mention.objects.filter(
        agent=OuterRef("agent"), message__agent=agent, message__at__gt=OuterRef("at"),
        message__conversation=OuterRef("conversation"),
    )  # fmt: skip
    notes = Message.objects.filter(
        kind=MessageKind.NOTE, at__gte=now - THANKED_WITHIN, agent__is_active=True,
        conversation__in=visible.whole().filter(assignee=agent),
    ).exclude(agent=agent)  # fmt: skip
    rows = notes.exclude(away).exclude(Exists(thanked))
    return rows.select_related("conversation__customer", "agent").order_by("-at", "-pk")


def articles(agent: Agent, now: datetime) -> QuerySet[Article]:
    """The agent's own that should be looked at again; for a lead also what nobody else looks at."""
    away = Dismissal.objects.standing(agent, ActKind.ARTICLE, now, fact="due_at")
    left = Q(owner__is_active=False) | Q(due_at__lt=now - LEFT_ALONE_AFTER)
    leads = Exists(Membership.objects.filter(agent=agent, is_lead=True))
    return Article.objects.due(now).filter(Q(owner=agent) | (Q(leads) & left)).exclude(away)
