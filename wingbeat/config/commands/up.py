"""`wingbeat up`: the whole desk in one process."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from wingbeat.config.commands import starting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine only")
    parser.add_argument(
        "--shadow", action="store_true", help="read mailboxes beside another desk, send nothing"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.shadow:
        os.environ["WINGBEAT_SHADOW"] = "yes"
    return serve_desk(arguments.host, arguments.port, works=True)


def serve_desk(
    host: str, port: int, *, works: bool, greet: Callable[[str], str] | None = None
) -> int:
    """Prepare the desk and serve it until told to stop; `greet` words the first line."""
    starting.start_django()
    from django.conf import settings
    from django.db import OperationalError

    from wingbeat.config import home
    from wingbeat.config.running import greeting, locking, preparing, serving

    try:
        home.prepare(settings.HOME)
        with (
            serving.listening_socket(host, port) as sock,
            locking.of_desk(serves=True, works=works, address=serving.address_of(sock)),
        ):
            preparing.prepare(starts=True)
            from wingbeat.config.running.program import assemble

            program = assemble(serves=True, works=works)
            words = (greet or greeting.words)(serving.address_of(sock))
            if not serving.is_loopback(sock):
                words += greeting.how_others_reach_it()
            serving.serve(program, sock, words)
    except (serving.PortTaken, locking.AlreadyRunning) as error:
        return starting.refused("wingbeat", error)
    except OperationalError as error:
        starting.tell_of_database(error)
        return 1
    serving.flush_and_exit(0)
    return 0
