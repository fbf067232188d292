"""`wingbeat web`: the half that serves pages."""

from __future__ import annotations

import argparse

from wingbeat.config.commands.up import serve_desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine only")


def run(arguments: argparse.Namespace) -> int:
    return serve_desk(arguments.host, arguments.port, works=False)
