"""Django's handle on the jobs."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "wingbeat.config.jobs"
    label = "jobs"

    def ready(self) -> None:
        from wingbeat.config.jobs.tray import jobs_for  # models have to be loaded first
        from wingbeat.screens.agent import tray

        tray.further.append(jobs_for)
