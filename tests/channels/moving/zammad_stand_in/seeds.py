"""What an installation has before the first ticket: groups, states, names of kinds, own fields."""

from __future__ import annotations

from tests.channels.moving.zammad_stand_in.rows import (
    CUSTOM,
    STATE_TYPES,
    TYPES,
    Row,
    Tables,
    named,
    stamped,
)

EMPTY = (
    "tickets ticket_articles tags tag_items links stores store_files store_provider_dbs histories "
    "mentions checklists checklist_items ticket_time_accountings ticket_article_flags"
).split()
STATES = (
    (1, "new", 1, None),
    (2, "open", 2, None),
    (3, "pending reminder", 3, None),
    (4, "closed", 5, None),
    (5, "merged", 6, None),
    (6, "removed", 7, None),
    (7, "pending close", 4, 4),
    (8, "waiting for the supplier", 3, None),
    (9, "Erledigt (Lager)", 5, None),
)
GROUPS = (
    (1, "Users", None, True),
    (2, "Service", None, True),
    (3, "Service::Pumps", 2, True),
    (4, "Archive", None, False),
)


def tables() -> Tables:
    return {
        "email_addresses": [email_address()],
        "groups": [group(*one) for one in GROUPS],
        "ticket_state_types": named(list(STATE_TYPES)),
        "ticket_states": [state(*one) for one in STATES],
        "ticket_priorities": named(["1 low", "2 normal", "3 high"]),
        "ticket_article_types": named(TYPES),
        "ticket_article_senders": named(["Agent", "Customer", "System"]),
        "tag_objects": [
            {"id": 1, "name": "KnowledgeBase::Answer::Translation"},
            {"id": 2, "name": "Ticket"},
        ],
        "link_types": named(["normal", "parent", "child"]),
        "link_objects": named(["KnowledgeBase::Answer::Translation", "Ticket"]),
        "store_objects": named(["UploadCache", "Ticket::Article", "Ticket::Article::Mail"]),
        "history_types": named(["created", "updated", "merged_into", "received_merge"]),
        "history_objects": named(["Ticket", "Ticket::Article"]),
        "object_lookups": named(list(CUSTOM)),
        "object_manager_attributes": own_fields(),
        **{name: [] for name in EMPTY},
    }


def email_address() -> Row:
    return stamped(
        {
            "id": 1, "channel_id": 1, "name": "Oldshop Service", "active": True,
            "email": "service@oldshop.example", "note": None, "preferences": {},
        }
    )  # fmt: skip


def group(number: int, name: str, parent: int | None, active: bool) -> Row:
    return stamped(
        {
            "id": number, "name": name, "name_last": name.rpartition("::")[2], "parent_id": parent,
            "signature_id": None, "email_address_id": 1, "assignment_timeout": None,
            "active": active, "follow_up_possible": "yes", "follow_up_assignment": True,
            "note": None,
        }
    )  # fmt: skip


def state(number: int, name: str, kind: int, after: int | None) -> Row:
    return stamped(
        {
            "id": number, "name": name, "state_type_id": kind, "next_state_id": after,
            "active": kind != 7, "ignore_escalation": kind > 2, "default_create": number == 1,
            "default_close": number == 4, "default_follow_up": number == 2, "note": None,
        }
    )  # fmt: skip


def own_fields() -> list[Row]:
    """What an administrator has added, a row for each column."""
    fields = [
        (lookup, name, display, kind)
        for lookup, attributes in enumerate(CUSTOM.values(), 1)
        for name, (display, kind) in attributes.items()
    ]
    return [
        stamped(
            {
                "id": number, "object_lookup_id": lookup, "name": name, "display": display,
                "data_type": kind, "editable": True, "active": True, "position": 100,
            }
        )
        for number, (lookup, name, display, kind) in enumerate(fields, 1)
    ]  # fmt: skip
