"""Writing to the journal: one entry a verb, in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from django.db import connection

from wingbeat.desk.journal import changes
from wingbeat.desk.journal.models import Entry


class Kind(StrEnum):
    """Everything that can have been done, in the past tense."""

    CONVERSATION_OPENED = "conversation.opened"
    IMPORTED = "conversation.imported"
    MESSAGE_RECEIVED = "message.received"
    REPLY_QUEUED = "reply.queued"
    REPLY_PUT_OFF = "reply.put_off"
    REPLY_OVERTAKEN = "reply.overtaken"
    REPLY_UNDONE = "reply.undone"
    REPLY_SENT = "reply.sent"
    REPLY_FAILED = "reply.failed"
    REPLY_IN_DOUBT = "reply.in_doubt"
    REPLY_SETTLED = "reply.settled"
    REPLY_BOUNCED = "reply.bounced"
    REPLY_PERHAPS_BOUNCED = "reply.perhaps_bounced"
    AUTOMATIC_QUEUED = "automatic.queued"
    DRAFT_SHARED = "draft.shared"
    DRAFT_KEPT_BACK = "draft.kept_back"
    DRAFT_CONTINUED = "draft.continued"
    NOTE_ADDED = "note.added"
    ASSIGNED = "conversation.assigned"
    SNOOZED = "conversation.snoozed"
    WOKEN = "conversation.woken"
    ENDED = "conversation.ended"
    SOLVED = "conversation.solved"
    REOPENED = "conversation.reopened"
    ARTICLE_WRITTEN = "article.written"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_WITHDRAWN = "article.withdrawn"
    ARTICLE_VERIFIED = "article.verified"
    ARTICLE_JUDGED = "article.judged"
    LINKS_CLOSED = "conversation.links_closed"
    LINK_MAILED = "link.mailed"
    RATING_ASKED = "rating.asked"
    RATED = "customer.rated"
    RETURN_ANSWERED = "customer.return_answered"
    PROMISE_MADE = "promise.made"
    PROMISE_KEPT = "promise.kept"
    PROMISE_WITHDRAWN = "promise.withdrawn"
    GRANT_GIVEN = "grant.given"
    GRANT_ASKED = "grant.asked"
    GRANT_AGREED = "grant.agreed"
    GRANT_DECLINED = "grant.declined"
    GRANT_TAKEN_BACK = "grant.taken_back"
    LIMIT_CHANGED = "limit.changed"
    MOVED = "conversation.moved"
    MERGED = "conversation.merged"
    UNMERGED = "conversation.unmerged"
    SPLIT = "conversation.split"
    SEVERITY_MARKED = "severity.marked"
    TAGGED = "conversation.tagged"
    UNTAGGED = "conversation.untagged"
    FIELDS_CHANGED = "fields.changed"
    CAUSE_MARKED = "conversation.cause_marked"
    LINKED = "conversation.linked"
    UNLINKED = "conversation.unlinked"
    FOLLOW_UP_OPENED = "conversation.follow_up_opened"
    AGENT_NOTIFIED = "agent.notified"
    FOLLOWED = "conversation.followed"
    UNFOLLOWED = "conversation.unfollowed"
    RESTRICTED = "conversation.restricted"
    UNRESTRICTED = "conversation.unrestricted"
    ADMITTED = "agent.admitted"
    LET_IN = "stranger.let_in"
    KEPT_OUT = "stranger.kept_out"
    CUSTOMER_CHANGED = "customer.changed"
    CUSTOMER_MERGED = "customer.merged"
    CUSTOMER_UNMERGED = "customer.unmerged"
    CUSTOMER_EXPORTED = "customer.exported"
    CUSTOMER_ERASED = "customer.erased"
    WORDS_KEPT_LONG_ENOUGH = "conversation.emptied"
    KEEPING_CHANGED = "keeping.changed"
    SENDER_BLOCKED = "sender.blocked"
    SENDER_UNBLOCKED = "sender.unblocked"
    MAIL_SET_ASIDE = "mail.set_aside"
    MAIL_TAKEN_BACK = "mail.taken_back"
    FIELD_CHANGED = "field.changed"
    CAUSE_CHANGED = "cause.changed"
    MACRO_CHANGED = "macro.changed"
    ACCOUNT_CHANGED = "account.changed"
    RECOVERY_MADE = "recovery.made"
    BRAND_CHANGED = "brand.changed"
    INBOX_CHANGED = "inbox.changed"
    AGENT_CHANGED = "agent.changed"
    VIEW_CHANGED = "view.changed"
    TEAM_CHANGED = "team.changed"
    HOURS_CHANGED = "hours.changed"
    PROMISE_CHANGED = "promise.changed"
    CONTRACT_CHANGED = "contract.changed"
    FILTER_CHANGED = "filter.changed"
    RULE_CHANGED = "rule.changed"
    RULE_ACTED = "rule.acted"
    AVAILABILITY_CHANGED = "availability.changed"
    ROUTING_CHANGED = "routing.changed"
    DAY_HANDED_OVER = "day.handed_over"
    DAY_TAKEN_BACK = "day.taken_back"
    KEY_MADE = "key.made"
    KEY_REVOKED = "key.revoked"
    OPTION_CHANGED = "option.changed"
    CONTEXT_CHANGED = "context.changed"
    WEBHOOK_CHANGED = "webhook.changed"
    BUSINESS_TOLD = "customer.business_told"
    LAWS_ASKED = "laws.asked"
    LAWS_BEGUN = "laws.begun"
    LAWS_MEASURED = "laws.measured"
    LAWS_FAILED = "laws.failed"
    JOB_RETRIED = "job.retried"
    JOB_DISCARDED = "job.discarded"


Facts: TypeAlias = Mapping[str, int | bool | str | None]


class Identified(Protocol):
    """Anything with a primary key."""

    @property
    def pk(self) -> Any: ...


class Placed(Identified, Protocol):
    """A conversation, with the inbox it is in."""

    @property
    def inbox_id(self) -> int: ...


def record(
    kind: Kind,
    *,
    by: Identified,
    at: datetime,
    on: Placed | None = None,
    facts: Facts | None = None,
    **about: int | None,
) -> Entry:
    """Write that something was done.

    `on` is the conversation it was done on; `about` takes `customer_id` and `message_id`, and
    `inbox_id` and `conversation_id` where none is at hand; `facts` take ids, codes and counts.
    Words and addresses do not belong here. What an entry changed of the desk's settings is found by
    itself, see `changes`; a verb records when it has made its change.
    """
    if not connection.in_atomic_block:
        raise RecordedOutsideTransaction(kind)
    if on is not None:
        about |= {"inbox_id": on.inbox_id, "conversation_id": on.pk}
    entry = Entry(kind=kind, agent_id=by.pk, at=at, facts=dict(facts or {}), **about)
    different = changes.found(entry)
    entry.save(force_insert=True)
    changes.keep(different, entry)
    return entry


class RecordedOutsideTransaction(RuntimeError):
    """An entry must be written in the transaction that did the thing it tells of."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind} was recorded outside a transaction; wrap the verb in atomic().")
