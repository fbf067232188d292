"""What may be given to put something right, and how an amount is written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Remedy(models.TextChoices):
    """What a customer gets."""

    REFUND = "refund", _("refund")
    CREDIT = "credit", _("credit")
    REPLACEMENT = "replacement", _("another one")
    GESTURE = "gesture", _("gesture")


def amount(cents: int, currency: str) -> str:
    """Return an amount as people read it.

    >>> amount(3750, "EUR")
    '37.50 EUR'
    """
    return f"{cents // 100}.{cents % 100:02} {currency}".rstrip()
