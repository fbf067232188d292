"""What the commands that need the desk do first."""

from __future__ import annotations

import os


def start_django() -> None:
    """Read the options and load the desk's code.

    Raises:
        WrongOption: if an option cannot be used.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
    import django

    django.setup()
