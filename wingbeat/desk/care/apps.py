"""Django's handle on the `care` app."""

from __future__ import annotations

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "wingbeat.desk.care"
    label = "care"
