"""Django's handle on the agent's desk, for its templates."""

from __future__ import annotations

from django.apps import AppConfig


class AgentScreensConfig(AppConfig):
    name = "wingbeat.screens.agent"
    label = "agent_screens"
