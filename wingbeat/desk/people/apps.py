"""Django's handle on the `people` app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wingbeat.desk.people"
    label = "people"
