"""Today: the few things that one could do for somebody now, from facts alone.

A union of a few questions, less what the agent has waved away. No job makes these acts and no
table keeps them: each follows from times and states as they stand, so that Today says after a
crash what it said before, and empties as things are done. No tone is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from django.db.models import F, Q

from wingbeat.desk.care import asking
from wingbeat.desk.care.dismissing import ActKind
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.knowledge.upkeep import wants
from wingbeat.desk.people.models import Agent, Membership
from wingbeat.laws import memory

MOST = 50  # of each kind; who has more has no use for a longer list
TO_THE_TEAM_AFTER = timedelta(days=2)
# What a customer still feels of a silence fades after so many promised lengths; see `silences`.
FELT_LENGTHS = 3


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: about what, since when or until when, and why it stands where it does.

    `effect` is how much better a customer will feel for it, in thousandths a minute of work.
    """

    kind: ActKind
    object_id: int
    conversation: Conversation | None
    at: datetime
    effect: float
    reason: str = ""  # a code
    words: str = ""
    helper: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.object_id}"


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom Today is made, from what they may see."""

    agent: Agent
    now: datetime

    @property
    def visible(self) -> ConversationQuerySet:
        return Conversation.objects.visible_to(self.agent)

    def theirs(self, to: str = "", *, due: str = "") -> Q:
        """Whose it is: the assignee's, else the team's; two days late, everybody's who reads it.

        `to` leads from a row to its conversation, `due` names the column that says when.
        """
        teams = Membership.objects.filter(agent=self.agent).values("team_id")
        free = Q(**{f"{to}assignee__isnull": True}) | Q(**{f"{to}assignee__is_active": False})
        mine = Q(**{f"{to}assignee": self.agent})
        mine |= free & (Q(**{f"{to}team__isnull": True}) | Q(**{f"{to}team__in": teams}))
        return mine | Q(**{f"{due}__lt": self.now - TO_THE_TEAM_AFTER}) if due else mine


def today_of(agent: Agent, *, now: datetime) -> list[Act]:
    """Return what an agent could do now, the most effect a minute first.

    In a lull, and only then, an article of theirs that should be looked at again.
    """
    asker = Asker(agent, now)
    acts = [act for ask in ASKED for act in islice(ask(asker), MOST)]
    if not acts:
        acts = list(_articles(asker))
    return sorted(acts, key=lambda act: (-act.effect, act.at, act.key))


@lru_cache
def effects() -> dict[str, float]:
    """Return what each act is worth a minute, in thousandths: what is felt, over the minutes.

    What is felt comes from the law of memory; the minutes are our own guess of the work.
    """
    felt = memory.shipped_policy().moments.valences
    first = felt.first_words_in_time - felt.first_words_late
    return {
        "promise.near": (felt.promise_kept - felt.promise_broken) / 15,
        "promise.late": -felt.promise_broken / 15,
        "last_step": -felt.step_failed / 5,
        "silence.newcomer": (felt.answer - felt.silence + first) / 10,
        "silence.first": (felt.answer - felt.silence) / 10,
        "silence.next": (felt.answer - felt.silence) / 10,
        "silence.long": felt.answer / 10,
        "silence.led": felt.answer / 10,
        "avoidance": (felt.answer - felt.silence + first) / 10,
        "bad_end": (felt.apology - felt.complaint) / 15,
        "follow_up": felt.notice / 5,
        "thanks": felt.thanks / 20,
        "grant": felt.grant / 2,
        "article": 1.0,
    }


def _promises(asker: Asker) -> Iterator[Act]:
    theirs = asker.theirs("conversation__", due="due_at")
    for row in asking.promises(asker.agent, asker.now, theirs)[:MOST]:
        reason = "late" if row.due_at < asker.now else "near"
        yield Act(
            ActKind.PROMISE, row.pk, row.conversation, row.due_at,
            effects()[f"promise.{reason}"], reason, row.words,
        )  # fmt: skip


def _silences(asker: Asker) -> Iterator[Act]:
    rows = asking.silences(asker.visible, asker.agent, asker.now, asker.theirs(due="due_at"))
    for row in rows[:MOST]:
        reason = _why_silent(row, asker.now)
        at = row.waits_for_us_since or row.latest_at
        yield Act(ActKind.SILENCE, row.pk, row, at, effects()[f"silence.{reason}"], reason)


def _led(asker: Asker) -> Iterator[Act]:
    """One who waits, for a lead who has answered nobody for long: whoever leads answers, too."""
    for row in asking.first_of_led(asker.visible, asker.agent, asker.now)[:1]:
        at, effect = row.waits_for_us_since or row.latest_at, effects()["silence.led"]
        if not getattr(row, "is_away", False):
            yield Act(ActKind.SILENCE, row.pk, row, at, effect, "led")


def _avoidances(asker: Asker) -> Iterator[Act]:
    rows = asking.avoidances(asker.visible, asker.agent, asker.now, asker.theirs())
    newest = {row.customer_id: row for row in rows.order_by("opened_at", "pk")[:MOST]}
    for row in newest.values():
        yield Act(ActKind.AVOIDANCE, row.pk, row, row.opened_at, effects()["avoidance"])


def _why_silent(row: Conversation, now: datetime) -> str:
    """Say which silence it is: a newcomer's, one for first or next words, or one long past."""
    since, due_at = row.waits_for_us_since or now, row.due_at or now
    if now > since + FELT_LENGTHS * (due_at - since):
        return "long"
    if (row.due_why or {}).get("clock") != "first":
        return "next"
    return "newcomer" if getattr(row, "is_new", False) else "first"


def _last_steps(asker: Asker) -> Iterator[Act]:
    theirs = asker.theirs("message__conversation__")
    rows = asking.last_steps(asker.agent, asker.now, theirs)[:MOST]
    for row in asking.after_a_good_case(list(rows)):
        message = row.message
        reason = "automatic" if message.automatic else "reply"
        yield Act(
            ActKind.LAST_STEP, row.pk, message.conversation, message.at, effects()["last_step"],
            reason,
        )  # fmt: skip


def _bad_ends(asker: Asker) -> Iterator[Act]:
    rows = asking.bad_ends(asker.visible, asker.agent, asker.now, asker.theirs("conversation__"))
    for row in rows[:MOST]:
        yield Act(
            ActKind.BAD_END, row.pk, row.conversation, row.at, effects()["bad_end"], "",
            row.comment[:200],
        )  # fmt: skip


def _follow_ups(asker: Asker) -> Iterator[Act]:
    for row in asking.follow_ups(asker.visible, asker.agent, asker.now)[:MOST]:
        yield Act(ActKind.FOLLOW_UP, row.pk, row.conversation, row.until, effects()["follow_up"])


def _thanks(asker: Asker) -> Iterator[Act]:
    """A colleague's help with what is mine: once a colleague and conversation, for a week."""
    told = set()
    for row in asking.helps(asker.visible, asker.agent, asker.now)[:MOST]:
        pair = (row.conversation_id, row.agent_id)
        if pair not in told:
            told.add(pair)
            name = row.agent.name if row.agent else ""
            yield Act(
                ActKind.THANKS, row.pk, row.conversation, row.at, effects()["thanks"], helper=name
            )


def _grants(asker: Asker) -> Iterator[Act]:
    """A grant above the limit: whoever asked cannot be the one whose it is."""
    theirs = asker.theirs("conversation__") | Q(conversation__assignee=F("by"))
    for row in asking.grants(asker.agent, asker.now, theirs)[:MOST]:
        yield Act(
            ActKind.GRANT, row.pk, row.conversation, row.at, effects()["grant"],
            words=row.words or str(row), helper=row.by.name,
        )  # fmt: skip


def _articles(asker: Asker) -> Iterator[Act]:
    for row in asking.articles(asker.agent, asker.now)[:1]:
        version = row.versions.order_by("-pk").first()
        words, html = (version.title, version.html) if version else ("", "")
        yield Act(
            ActKind.ARTICLE, row.pk, None, row.due_at, effects()["article"], wants(row, html), words
        )


ASKED: tuple[Callable[[Asker], Iterator[Act]], ...] = (
    _promises,
    _silences,
    _led,
    _avoidances,
    _last_steps,
    _bad_ends,
    _follow_ups,
    _thanks,
    _grants,
)
