"""Amounts of money in forms: people write 12.50 or 12,50, the desk keeps cents."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms


class CentsField(forms.DecimalField):
    """An amount with at most two places behind the point, as whole cents."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        more = {"max_digits": 9, "decimal_places": 2, "widget": widget, **more}
        super().__init__(**more)

    def clean(self, value: Any) -> Any:
        written = str(value or "").replace(",", ".")
        found = super().clean(written)
        return int(found * 100) if isinstance(found, Decimal) else found

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else value
