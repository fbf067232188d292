"""The customer's side of the example; only `wingbeat demo` has it."""

from __future__ import annotations

from django.urls import path

from wingbeat.config.demo import views

app_name = "demo"
urlpatterns = [path("", views.play, name="play")]
