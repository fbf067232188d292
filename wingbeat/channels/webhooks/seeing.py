"""What a webhook may hear of: what its key may see, by the one visibility rule."""

from __future__ import annotations

from collections.abc import Sequence

from wingbeat.channels.webhooks.models import Webhook
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent


def seen_by(webhook: Webhook, entries: Sequence[Entry]) -> list[int]:
    """Return the ids of the entries that a webhook wants and may hear of, in their order."""
    wanted = [
        one for one in entries
        if (not webhook.kinds or one.kind in webhook.kinds) and one.kind != Kind.AGENT_NOTIFIED
    ]  # fmt: skip
    agent = webhook.key.agent
    visible = Conversation.objects.visible_to(agent)
    wholes = {pk: whole_of(pk) for one in wanted if (pk := one.conversation_id)}
    numbers = set(visible.filter(pk__in=wholes.values()).values_list("pk", flat=True))
    about = {one.customer_id for one in wanted if one.customer_id and not one.conversation_id}
    people = set(visible.filter(customer_id__in=about).values_list("customer_id", flat=True))
    return [one.pk for one in wanted if _may_hear(one, agent, wholes, numbers, people)]


def _may_hear(
    one: Entry, agent: Agent, wholes: dict[int, int], numbers: set[int], people: set[int]
) -> bool:
    if one.conversation_id is not None:
        return wholes[one.conversation_id] in numbers
    if one.customer_id is not None:
        return one.customer_id in people
    if one.inbox_id is not None:
        return one.inbox_id in agent.inbox_ids
    return agent.may_administer
