"""Django's handle on the `journal` app."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "wingbeat.desk.journal"
    label = "journal"
