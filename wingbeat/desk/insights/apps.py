"""Django's handle on the `insights` app."""

from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "wingbeat.desk.insights"
    label = "insights"
