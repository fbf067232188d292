"""What stands ready to put something right: what its cause is offered, and what others accepted.

An offer is asked for with the cause and nothing else: no word, no tone, no name and no worth of a
customer comes in here, so that who shouts and who whispers are offered the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from wingbeat.desk.care.grant import Grant, Standing
from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.remedy import Remedy, amount
from wingbeat.desk.conversations.seeing import seen_in
from wingbeat.laws.recovery import shipped_policy
from wingbeat.laws.recovery.coach import send_another

SHELF = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to give, ready to be given."""

    kind: str
    cents: int
    currency: str

    @property
    def name(self) -> str:
        return str(Remedy(self.kind).label)

    @property
    def decimal(self) -> str:
        """The amount as a form takes it."""
        return f"{self.cents // 100}.{self.cents % 100:02}"

    @property
    def amount(self) -> str:
        return amount(self.cents, self.currency)


def offer_for(cause: Cause | None, currency: str) -> Offer | None:
    """Return what whoever a cause happens to is offered; one without an offer has its parent's.

    Where one more of the thing costs little, we send another, and nobody sends the old one back.
    """
    policy = shipped_policy()
    for one in (cause, cause.parent if cause else None):
        if one is None:
            continue
        if one.item_cents is not None and send_another(policy, cost_cents=one.item_cents):
            return Offer(Remedy.REPLACEMENT, one.item_cents, currency)
        if one.offer_kind and one.offer_cents:
            return Offer(one.offer_kind, one.offer_cents, currency)
    return None


def shelf(cause: Cause | None, visible: ConversationQuerySet, limit: GrantLimit) -> list[Offer]:
    """Return the small remedies after which customers said it was good, the most often first.

    Only what one may decide alone is small; how often stands nowhere, as few would tell little.
    """
    if cause is None:
        return []
    rows = Grant.objects.accepted().filter(
        cause=cause, currency=limit.currency, cents__lte=limit.cents
    )
    found = seen_in(visible, rows, place="conversation").order_by()
    counted = found.values_list("kind", "cents").annotate(n=Count("pk")).order_by("-n", "cents")
    return [Offer(kind, cents, limit.currency) for kind, cents, _n in counted[:SHELF]]


def yours_to_decide(
    conversation: Conversation, cause: Cause | None, *, asked: str, limit: GrantLimit
) -> str:
    """Return up to how much whoever reads this may decide themselves, where there is a reason to.

    A reason is that their cause is offered something, or `asked`: words that asked for somebody
    above. Nothing is said where something was given or is asked for already.
    """
    offer = offer_for(cause, limit.currency)
    if not asked and (offer is None or not limit.covers(offer.cents)):
        return ""
    stands = Grant.objects.filter(conversation=conversation).exclude(
        standing__in=[Standing.DECLINED, Standing.TAKEN_BACK]
    )
    return "" if stands.exists() else str(limit)
