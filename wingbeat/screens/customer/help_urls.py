"""Addresses of the help center."""

from __future__ import annotations

from django.conf import settings
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from wingbeat.screens.customer import contact_views, help_views

app_name = "help"


class LanguageConverter(StringConverter):
    """One of the desk's languages, so that a brand's path is never taken for one."""

    regex = "|".join(code for code, _name in settings.LANGUAGES)


register_converter(LanguageConverter, "language")

urlpatterns = [
    path("", help_views.home, name="home"),
    path("pictures/<slug:token>/", help_views.picture, name="picture"),
    path("<language:language>/", help_views.index, name="index"),
    path("<language:language>/feed/", help_views.feed, name="feed"),
    path("<language:language>/contact/", contact_views.contact, name="contact"),
    path("<language:language>/<int:pk>-<str:slug>/", help_views.article, name="article"),
    path("<language:language>/<int:pk>/feedback/", help_views.feedback, name="feedback"),
]
