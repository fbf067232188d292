"""Addresses of jobs in the tray."""

from __future__ import annotations

from django.urls import path

from wingbeat.config.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:pk>/retrial/", views.retrial, name="retrial"),
    path("<uuid:pk>/discarding/", views.discarding, name="discarding"),
]
