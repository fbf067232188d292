"""Django's handle on privacy."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class PrivacyConfig(AppConfig):
    name = "wingbeat.channels.privacy"
    label = "privacy"

    def ready(self) -> None:
        from wingbeat.channels.privacy.policy import every_column_is_covered

        checks.register(every_column_is_covered)
