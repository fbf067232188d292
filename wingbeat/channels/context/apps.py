"""Django's handle on the context panel."""

from __future__ import annotations

from django.apps import AppConfig


class ContextConfig(AppConfig):
    name = "wingbeat.channels.context"
    label = "context"
