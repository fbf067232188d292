"""Django's handle on the `moving` app."""

from __future__ import annotations

from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "wingbeat.desk.moving"
    label = "moving"
