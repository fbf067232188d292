"""`wingbeat manage`: Django's own commands, for developers."""

from __future__ import annotations

import os
from collections.abc import Sequence


def pass_on(argv: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["wingbeat manage", *argv])
    return 0
