"""`wingbeat laws`: the laws, also without a desk. Only what asks the desk itself loads Django."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from wingbeat.config.commands import starting


def pass_on(argv: Sequence[str]) -> int:
    """Do what asks the desk; hand all else to the program beside it, which knows no Django."""
    if argv and argv[0] in OF_THE_DESK:
        return OF_THE_DESK[argv[0]](argv[1:])
    from wingbeat.analytics import command

    return command.main(argv)


def _rebuild(argv: Sequence[str]) -> int:
    """Derive the moments of all conversations anew."""
    told = "derive the moments of all conversations of this desk anew, beside its work"
    argparse.ArgumentParser(prog="wingbeat laws rebuild", description=told).parse_args(argv)
    starting.start_django()
    from django.utils import timezone

    from wingbeat.desk.insights import evaluating

    def tell(done: int, of: int) -> None:
        if done % 5_000 < evaluating.AT_ONCE or done == of:
            print(f"{done:,} of {of:,} conversations", flush=True)

    changed = evaluating.rebuild(timezone.now(), tell)
    print(f"{changed:,} moments differ from those that stood.")
    return 0


def _measure(argv: Sequence[str]) -> int:
    """Measure this desk now, as the night does."""
    told = "run the laws that have a page over this desk now, and keep their readings"
    argparse.ArgumentParser(prog="wingbeat laws measure", description=told).parse_args(argv)
    starting.start_django()
    from django.utils import timezone

    from wingbeat.desk.insights import measuring

    try:
        kept = measuring.measure(timezone.now(), tell=lambda *step: print(*step, sep=" of "))
    except measuring.RunFailed as error:
        print(f"wingbeat laws measure: {error}", file=sys.stderr)
        return 1
    print(f"{kept} readings are kept.")
    return 0


OF_THE_DESK: dict[str, Callable[[Sequence[str]], int]] = {
    "rebuild": _rebuild, "measure": _measure,
}  # fmt: skip
