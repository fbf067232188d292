"""Addresses of the setup."""

from __future__ import annotations

from django.urls import path

from wingbeat.screens.setup import views

app_name = "setup"
urlpatterns = [
    path("", views.start, name="start"),
    path("owner/", views.owner, name="owner"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:inbox_id>/account/", views.account, name="account"),
    path("recovery/", views.recovery_key, name="recovery"),
    path("first-mail/", views.first_mail, name="first-mail"),
]
