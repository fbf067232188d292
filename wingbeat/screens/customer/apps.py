"""Django's handle on the customer's side, for its templates and its words in other languages."""

from __future__ import annotations

from django.apps import AppConfig


class CustomerScreensConfig(AppConfig):
    name = "wingbeat.screens.customer"
    label = "customer_screens"
