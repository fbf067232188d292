"""Django's handle on the `automation` app."""

from __future__ import annotations

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "wingbeat.desk.automation"
    label = "automation"
