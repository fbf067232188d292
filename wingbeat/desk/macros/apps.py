"""Django's handle on the `macros` app."""

from __future__ import annotations

from django.apps import AppConfig


class MacrosConfig(AppConfig):
    name = "wingbeat.desk.macros"
    label = "macros"
