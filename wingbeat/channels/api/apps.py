"""Django's handle on the API."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "wingbeat.channels.api"
    label = "api"
