"""A conversation on paper: who wrote when to whom, the words, the names of files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from wingbeat.channels.mail.sending_on import line
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import CameBy, Message
from wingbeat.screens.agent.card import author_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message as it is printed."""

    author: str
    way: str
    at: datetime
    to: str
    html: str
    files: str
    is_note: bool


def sheet_of(message: Message, conversation: Conversation) -> Sheet:
    has_author = message.agent is not None or message.address is not None or message.automatic
    way = str(CameBy(message.came_by).label) if message.came_by else ""
    return Sheet(
        author=author_of(message) if has_author else str(conversation.customer),
        way=_("note") if message.is_note else way,
        at=message.at,
        to=line(tuple(message.words.recipients.get("to", []))),
        html=message.words.html,
        files=", ".join(file.name for file in message.attachments.all() if not file.is_inline),
        is_note=message.is_note,
    )
