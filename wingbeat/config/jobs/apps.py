"""Django's handle on the jobs."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "wingbeat.config.jobs"
    label = "jobs"
