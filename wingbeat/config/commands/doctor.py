"""`wingbeat doctor`: checks everything outside, and says how to repair what fails."""

from __future__ import annotations

import argparse
import json

from wingbeat.config.commands import starting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from wingbeat.config.doctor.examining import examine

    is_well = True
    for finding in examine():
        is_well &= finding.is_well
        if arguments.json:
            facts = {"check": finding.check, "ok": finding.is_well}
            print(json.dumps({**facts, "says": finding.says, "remedy": finding.remedy}), flush=True)
            continue
        print(
            f"{'ok  ' if finding.is_well else 'FAIL'} {finding.check}: {finding.says}", flush=True
        )
        if finding.remedy:
            print(f"     -> {finding.remedy}", flush=True)
    return 0 if is_well else 1
