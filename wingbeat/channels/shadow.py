"""Beside an old desk: mail comes in, and nothing leaves. Whatever could leave asks here first."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

WHY = _("This desk runs in shadow mode beside another one and sends nothing.")


def holds() -> bool:
    """Say whether everything is held that would leave the desk."""
    return bool(settings.WINGBEAT["shadow"])
