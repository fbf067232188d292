"""Django's handle on the webhooks."""

from __future__ import annotations

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "wingbeat.channels.webhooks"
    label = "webhooks"
