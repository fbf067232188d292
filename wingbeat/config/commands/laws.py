"""`wingbeat laws`: the laws, also without a desk. Only what asks the desk itself loads Django."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from wingbeat.config.commands import starting


def pass_on(argv: Sequence[str]) -> int:
    """Do what asks the desk; hand all else to the program beside it, which knows no Django."""
    if argv and (go := OF_THE_DESK.get(argv[0])):
        parser = argparse.ArgumentParser(prog=f"wingbeat laws {argv[0]}", description=go.__doc__)
        parser.parse_args(argv[1:])
        starting.start_django()
        return go() if starting.finds_a_desk(f"wingbeat laws {argv[0]}") else 1
    from wingbeat.analytics import command

    return command.main(argv)


def _rebuild() -> int:
    """Derive the moments of all conversations of this desk anew, beside its work."""
    from django.utils import timezone

    from wingbeat.desk.insights import evaluating

    def tell(done: int, of: int) -> None:
        if done % 5_000 < evaluating.AT_ONCE or done == of:
            print(f"{done:,} of {of:,} conversations", flush=True)

    changed = evaluating.rebuild(timezone.now(), tell)
    print(f"{changed:,} moments differ from those that stood.")
    return 0


def _measure() -> int:
    """Run the laws that have a page over this desk now, as every night, and keep their readings."""
    from django.utils import timezone

    from wingbeat.desk.insights import measuring

    try:
        kept = measuring.measure(timezone.now(), tell=lambda *step: print(*step, sep=" of "))
    except measuring.RunFailed as error:
        return starting.refused("wingbeat laws measure", error)
    print(f"{kept} readings are kept.")
    return 0


OF_THE_DESK: dict[str, Callable[[], int]] = {"rebuild": _rebuild, "measure": _measure}
