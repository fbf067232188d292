"""Presence across processes: on PostgreSQL each sign of life is a notification to the others."""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime

from django.db import connection

from wingbeat.config.running.changes import PRESENCE_CHANNEL
from wingbeat.desk.conversations.presence import Registry, Sign

THIS_PROCESS = f"{os.getpid()}-{secrets.token_hex(4)}"


def say(sign: Sign) -> None:
    """Tell the other processes of a sign; it leaves no row."""
    text = json.dumps(
        [
            THIS_PROCESS, sign.conversation_id, sign.agent_id, sign.name[:120], sign.initials,
            sign.at.isoformat(), sign.is_typing, sign.is_gone, sign.draft_version,
        ]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [PRESENCE_CHANNEL, text])


def heard(registry: Registry, text: str) -> None:
    """Take a sign that another process told of."""
    process, conversation_id, agent_id, name, initials, at, *more = json.loads(text)
    if process != THIS_PROCESS:  # of the version before, a sign says nothing of drafts
        when = datetime.fromisoformat(at)
        registry.take(Sign(conversation_id, agent_id, name, initials, when, *more))
