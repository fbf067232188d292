"""Django's handle on the mail channel."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "wingbeat.channels.mail"
    label = "mail"
