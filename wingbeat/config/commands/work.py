"""`wingbeat work`: the half that fetches and sends mail, and runs jobs."""

from __future__ import annotations

import argparse
import signal
import threading

from wingbeat.config.commands import starting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has none: everything is an option of the desk."""


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from django.db import OperationalError

    from wingbeat.config.running import locking, preparing, serving
    from wingbeat.config.running.program import assemble

    stop = threading.Event()
    for number in serving.SIGNALS:
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        preparing.prepare(starts=True)
        with locking.of_desk(serves=False, works=True):
            program = assemble(serves=False, works=True)
            program.start()
            print("Wingbeat works.", flush=True)
            stop.wait()
            program.stop()
            serving.leave(program)
    except locking.AlreadyRunning as error:
        return starting.refused("wingbeat", error)
    except OperationalError as error:
        starting.tell_of_database(error)
        return 1
    serving.flush_and_exit(0)
    return 0
