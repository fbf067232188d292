"""`wingbeat demo`: a throw-away desk with a living example."""

from __future__ import annotations

from collections.abc import Sequence


def pass_on(argv: Sequence[str]) -> int:
    from wingbeat.config.demo import command

    return int(command.main(argv))
