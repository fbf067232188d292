"""Names that prove a mail answers us: signed Message-IDs and signed plus-addresses.

A stranger can copy one from a mail they have seen, but nobody can invent one, so a forged
Message-ID never leads into a conversation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.conf import settings

SIGNATURE_LENGTH = 16
_FLAGS = re.IGNORECASE | re.ASCII  # Unicode has other letters that fold to ours
OWN_ID = re.compile(r"^<?wb\.(\d+)\.(\d+)\.([a-z2-7]{16})@[^\s<>@]+>?$", _FLAGS)
OWN_NOTIFICATION = re.compile(
    r"^<?wb\.told\.(\d+)\.(\d+)\.(\d+)\.([a-z2-7]{16})@[^\s<>@]+>?$", _FLAGS
)
OWN_ADDRESS = re.compile(r"^([^\s@]+)\+wb(\d+)\.([a-z2-7]{16})(@[^\s@]+)$", _FLAGS)


def message_id(*, conversation_id: int, message_id: int, domain: str) -> str:
    """Return the Message-ID of one of our messages, with angle brackets."""
    sign = _signature(f"message:{conversation_id}:{message_id}")
    return f"<wb.{conversation_id}.{message_id}.{sign}@{domain}>"


def own_message(header: str) -> tuple[int, int] | None:
    """Return (conversation id, message id) of a Message-ID we signed, or None."""
    found = OWN_ID.match(header.strip())
    if found is None:
        return None
    conversation_id, number = int(found[1]), int(found[2])
    is_ours = _is_signed(found[3], f"message:{conversation_id}:{number}")
    return (conversation_id, number) if is_ours else None


def notification_id(*, conversation_id: int, agent_id: int, number: int, domain: str) -> str:
    """Return the Message-ID of what tells one agent about a conversation, or (0) about several."""
    sign = _signature(f"told:{conversation_id}:{agent_id}:{number}")
    return f"<wb.told.{conversation_id}.{agent_id}.{number}.{sign}@{domain}>"


def own_notification(header: str) -> tuple[int, int] | None:
    """Return (conversation id or 0, agent id) of a notification's Message-ID we signed, or None."""
    found = OWN_NOTIFICATION.match(header.strip())
    if found is None:
        return None
    conversation_id, agent_id, number = int(found[1]), int(found[2]), int(found[3])
    is_ours = _is_signed(found[4], f"told:{conversation_id}:{agent_id}:{number}")
    return (conversation_id, agent_id) if is_ours else None


def plus_address(address: str, conversation_id: int) -> str:
    """Return an inbox's address with the signed number of a conversation in it."""
    local, _at, domain = address.partition("@")
    return f"{local}+wb{conversation_id}.{_signature(f'address:{conversation_id}')}@{domain}"


def own_address(address: str) -> int | None:
    """Return the conversation of a plus-address we signed, or None."""
    found = OWN_ADDRESS.match(address.strip())
    if found is None:
        return None
    conversation_id = int(found[2])
    return conversation_id if _is_signed(found[3], f"address:{conversation_id}") else None


def without_sign(address: str) -> str:
    """Return a plus-address of ours as the inbox's own address."""
    return OWN_ADDRESS.sub(r"\1\4", address.strip())


def desk_id() -> str:
    """Return this desk's name in its own loop mark; it tells nothing about the key."""
    return _signature("desk")


def _is_signed(sign: str, says: str) -> bool:
    return hmac.compare_digest(sign.lower(), _signature(says))


def _signature(says: str) -> str:
    digest = hmac.new(
        settings.SECRET_KEY.encode(), f"wingbeat:{says}".encode(), hashlib.sha256
    ).digest()
    return base64.b32encode(digest).decode().lower()[:SIGNATURE_LENGTH]
