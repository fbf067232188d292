"""Django's handle on the `knowledge` app."""

from __future__ import annotations

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "wingbeat.desk.knowledge"
    label = "knowledge"
