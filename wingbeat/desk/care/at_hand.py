"""What of all that may stand beside a conversation does: asked at once, as most have little of it.

Whoever shows a conversation then asks only for what is there. Written by hand: as questions of
their own these took a page longer than all its messages.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.people.models import Agent


class AtHand(NamedTuple):
    """Whether there is any of each; who may see it is asked with the rows."""

    merged: bool = True
    split_off: bool = True
    linked: bool = True
    followed: bool = True
    shared_drafts: bool = True
    others: bool = True  # who take part, besides the customer
    rated: bool = True
    promised: bool = True
    records: bool = True  # of the same person
    fields: bool = True
    causes: bool = True  # to choose from
    has_cause: bool = True
    unseen: bool = True  # by the reader


ANY = AtHand()
# in the order of the fields above
QUESTION = """SELECT
    EXISTS (SELECT 1 FROM conversations_merge WHERE target_id = %(pk)s),
    EXISTS (SELECT 1 FROM conversations_split WHERE conversation_id = %(pk)s),
    EXISTS (SELECT 1 FROM conversations_link WHERE source_id = %(pk)s OR target_id = %(pk)s),
    EXISTS (SELECT 1 FROM conversations_following
        WHERE conversation_id = %(pk)s AND agent_id = %(reader)s),
    EXISTS (SELECT 1 FROM conversations_draft
        WHERE conversation_id = %(pk)s AND shared_at IS NOT NULL AND agent_id <> %(reader)s),
    EXISTS (SELECT 1 FROM conversations_participant WHERE conversation_id = %(pk)s
        AND email NOT IN (SELECT email FROM customers_address WHERE customer_id = %(customer)s)),
    EXISTS (SELECT 1 FROM conversations_rating
        WHERE conversation_id = %(pk)s OR customer_id = %(customer)s),
    EXISTS (SELECT 1 FROM care_promise WHERE customer_id = %(customer)s AND outcome = ''),
    EXISTS (SELECT 1 FROM customers_customermerge
        WHERE source_id = %(customer)s OR target_id = %(customer)s),
    EXISTS (SELECT 1 FROM conversations_customfield
        WHERE retired_at IS NULL AND (inbox_id IS NULL OR inbox_id = %(inbox)s)),
    EXISTS (SELECT 1 FROM conversations_cause WHERE retired_at IS NULL),
    EXISTS (SELECT 1 FROM conversations_causemark WHERE conversation_id = %(pk)s),
    EXISTS (SELECT 1 FROM care_notification
        WHERE conversation_id = %(pk)s AND agent_id = %(reader)s AND seen_at IS NULL)
"""


def at_hand(conversation: Conversation, reader: Agent) -> AtHand:
    """Say what stands beside a conversation, for a reader; one question, few looks at indexes."""
    about = {
        "pk": conversation.pk, "reader": reader.pk,
        "customer": conversation.customer_id, "inbox": conversation.inbox_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, about)
        return AtHand(*map(bool, cursor.fetchone()))
