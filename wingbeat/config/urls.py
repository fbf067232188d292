"""Every address of the desk, by audience."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("wingbeat.screens.agent.urls")),
    path("tray/jobs/", include("wingbeat.config.jobs.urls")),
    path("account/", include("wingbeat.screens.account_urls")),
    path("setup/", include("wingbeat.screens.setup.urls")),
]
if settings.WINGBEAT["demo"]:
    urlpatterns.append(path("play/", include("wingbeat.config.demo.urls")))
