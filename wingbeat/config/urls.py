"""Every address of the desk, by audience."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern


class LoadedWhenAsked(URLResolver):
    """Addresses whose module is loaded by the first request for one of them, not with the desk."""

    def _populate(self) -> None:
        """Do nothing: whoever looks one up by name asks its namespace, which loads them."""


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("wingbeat.screens.agent.urls")),
    path("", include("wingbeat.screens.customer.urls")),
    path("help/", include("wingbeat.screens.customer.help_urls")),
    path(
        "help/<slug:brand>/",
        include("wingbeat.screens.customer.help_urls", namespace="help-of-brand"),
    ),
    LoadedWhenAsked(
        RoutePattern("api/v1/"), "wingbeat.channels.api.urls", app_name="api", namespace="api"
    ),
    path("tray/jobs/", include("wingbeat.config.jobs.urls")),
    path("account/", include("wingbeat.screens.account_urls")),
    path("setup/", include("wingbeat.screens.setup.urls")),
]
handler404 = "wingbeat.screens.customer.help_views.nothing"
if settings.WINGBEAT["demo"]:
    urlpatterns.append(path("play/", include("wingbeat.config.demo.urls")))
