"""Django's handle on the `conversations` app."""

from __future__ import annotations

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "wingbeat.desk.conversations"
    label = "conversations"
