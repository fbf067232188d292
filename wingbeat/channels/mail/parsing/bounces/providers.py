"""Read bounces that a sending service reports as JSON inside a mail (Amazon SES over SNS)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wingbeat.channels.mail.parsing.bounces.addresses import first_address

_LONGEST = 200_000
_MOST_RECIPIENTS = 500
_KINDS = {
    "Bounce": ("bounce", "bouncedRecipients", "failed"),
    "Delivery": ("delivery", "recipients", "delivered"),
    "Complaint": ("complaint", "complainedRecipients", ""),
}


@dataclass(frozen=True, slots=True)
class ServiceNotice:
    """What a sending service tells; without an action it is a complaint, not a bounce."""

    recipients: tuple[tuple[str, str, str, str], ...]  # address, action, status, diagnostic
    message_id: str
    is_complaint: bool


def service_notice(words: str) -> ServiceNotice | None:
    """Return the notice that a text carries, or None."""
    told = _json_in(words[:_LONGEST])
    inner = told.get("Message")
    if isinstance(inner, str):
        told = _json_in(inner)
    kind = told.get("notificationType") or told.get("eventType")
    if not isinstance(kind, str) or kind not in _KINDS:
        return None
    section, listed, action = _KINDS[kind]
    about = _object(told, section)
    mail = _object(told, "mail")
    own_id = _object(mail, "commonHeaders").get("messageId")
    return ServiceNotice(
        recipients=tuple(_recipients(about, listed, action)),
        message_id=own_id if isinstance(own_id, str) else "",
        is_complaint=kind == "Complaint",
    )


def _recipients(
    about: dict[str, Any], listed: str, action: str
) -> Iterator[tuple[str, str, str, str]]:
    rows = about.get(listed)
    for row in rows[:_MOST_RECIPIENTS] if isinstance(rows, list) else ():
        given = row if isinstance(row, dict) else {"emailAddress": row}
        said = str(given.get("diagnosticCode") or about.get("smtpResponse") or "")
        address = first_address(str(given.get("emailAddress", "")))
        if address:
            done = str(given.get("action") or action)
            yield address, done, str(given.get("status") or ""), said


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    child = parent.get(name)
    return child if isinstance(child, dict) else {}


def _json_in(text: str) -> dict[str, Any]:
    start = text.find("{")
    if start < 0:
        return {}
    # Services let mail programs wrap their lines, which breaks JSON strings apart.
    unwrapped = text[start:].replace("\r", "").replace("\n", "")
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(unwrapped)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
