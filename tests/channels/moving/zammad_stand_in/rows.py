"""What every table of the stand-in is made of: rows, their stamps, and the names Zammad seeds."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, list[Row]]

BERLIN_CHRISTMAS = dt.datetime(2026, 12, 24, 7, 0)  # noqa: DTZ001 - Zammad stores UTC without saying so
PDF = b"%PDF-1.4\n" + b"a bill\n" * 40
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
LOG = "22 Störungen\n".encode() * 9000
STATE_TYPES = (
    "new|open|pending reminder|pending action|closed|merged|removed|pending review|delegated"
).split("|")
TYPES = (
    "email|sms|chat|fax|phone|twitter status|twitter direct-message|facebook feed post"
    "|facebook feed comment|note|web|telegram personal-message|facebook direct-message"
    "|whatsapp message"
).split("|")
# What an administrator adds under Objects: a column each, named in object_manager_attributes.
CUSTOM = {
    "Ticket": {
        "serial_number": ("Serial number", "input"),
        "affected_area": ("Affected area", "tree_select"),
        "symptoms": ("Symptoms", "multiselect"),
        "under_warranty": ("Under warranty", "boolean"),
        "delivered_on": ("Delivered on", "date"),
    },
    "User": {"customer_no": ("Customer number", "input")},
    "Organization": {"contract": ("Contract", "select")},
}


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Of March 2026, in UTC and without a zone, as Rails writes it."""
    return dt.datetime(2026, 3, day, hour, minute, 0, 123000)  # noqa: DTZ001


def stamped(row: Row, *, by: int = 1, at: dt.datetime | None = None) -> Row:
    at = at or moment(1, 8)
    return {"created_by_id": by, "updated_by_id": by, "created_at": at, "updated_at": at} | row


def named(names: list[str], **more: Any) -> list[Row]:
    return [
        stamped({"id": number, "name": name, "note": None, "active": True, **more})
        for number, name in enumerate(names, 1)
    ]
