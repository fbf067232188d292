"""Django's handle on the `customers` app."""

from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wingbeat.desk.customers"
    label = "customers"
