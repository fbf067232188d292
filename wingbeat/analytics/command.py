"""`wingbeat laws`: list them, validate them, and run one over a folder of tables."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wingbeat.laws import LAWS
from wingbeat.laws.registry import NoSuchLaw

if TYPE_CHECKING:
    from wingbeat.analytics.running import Ran

DONE, FAILED, WRONG_USE = 0, 1, 2
ABOUT = "The laws, also alone. On a desk there are `rebuild` and `measure`, too."


def main(argv: Sequence[str]) -> int:
    """Run `list`, `validate` or `run` and return the exit code: 1 is a failure, 2 wrong use."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.go(arguments))
    except BrokenPipeError:  # whoever reads has seen enough: `wingbeat laws validate | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wingbeat laws", description=ABOUT)
    commands = parser.add_subparsers(title="commands", required=True)
    listing = commands.add_parser("list", help="say which laws there are and what they read")
    listing.set_defaults(go=_list)
    validating = commands.add_parser("validate", help="compute every published number anew")
    validating.add_argument("--only", metavar="ID", help="one case, such as V7")
    validating.set_defaults(go=_validate)
    _add_running(commands.add_parser("run", help="measure a law over a folder of tables"))
    return parser


def _add_running(running: argparse.ArgumentParser) -> None:
    running.add_argument("law", metavar="LAW", help=f"one of: {', '.join(LAWS)}")
    for name, kept, metavar, says in (
        ("--from", "folder", "TABLES", "a folder of CSV or Parquet files, one a table"),
        ("--to", "out", "OUT", "a folder for readings.jsonl and the tables behind them"),
    ):
        running.add_argument(name, dest=kept, type=Path, required=True, metavar=metavar, help=says)
    engines = "duckdb://, postgresql://... or spark://..."
    running.add_argument("--engine", default="duckdb://", metavar="URL", help=engines)
    running.add_argument("--as-of", metavar="TIME", help="look as of this time (default: the end)")
    kinds, says = ("parquet", "csv"), "of the tables that are written (default: parquet)"
    running.add_argument("--format", choices=kinds, default="parquet", help=says)
    running.add_argument("--plot", type=Path, metavar="SVG", help="draw the readings")
    running.set_defaults(go=_run)


def _list(arguments: argparse.Namespace) -> int:
    from wingbeat.analytics.running import SOURCES
    from wingbeat.laws.registry import report_of

    for law in LAWS:
        report = report_of(law)
        needs, also = ", ".join(report.NEEDS), ", ".join(report.MAY_USE)
        if needs == "moments":
            needs += f" (made from {', '.join(SOURCES)})"
        told = f"{needs}; more with {also}" if needs and also else needs or f"any of {also}"
        print(f"{law:17} reads {told}")
    return DONE


def _validate(arguments: argparse.Namespace) -> int:
    from wingbeat.laws.cases import LATER, validate

    def spoken(numbers: Sequence[float]) -> str:
        return " ".join(f"{number:.6g}" for number in numbers)

    verdicts = []
    print("id    verdict  kind       law               what: expected | computed | tolerance")
    for verdict in validate(arguments.only):
        case = verdict.case
        told = "holds" if verdict.holds else "FAILS"
        print(
            f"{case.id:5} {told:8} {case.kind:10} {verdict.law:17} {case.what}: "
            f"{spoken(case.expected)} | {spoken(verdict.computed)} | {spoken(case.off)}"
            f" ({case.oracle})",
            flush=True,
        )
        verdicts.append(verdict)
    if not verdicts:
        print(f"wingbeat laws validate: no case {arguments.only}.", file=sys.stderr)
        return WRONG_USE
    if not arguments.only:
        for missing, why in LATER.items():
            print(f"{missing:5} later, not now: {why}")
    failed = sum(not verdict.holds for verdict in verdicts)
    print(f"{len(verdicts) - failed} of {len(verdicts)} hold.")
    return FAILED if failed else DONE


def _run(arguments: argparse.Namespace) -> int:
    from wingbeat.analytics.running import run
    from wingbeat.laws.tables import WrongTables

    try:
        with _progress() as tell:
            as_of = arguments.as_of and datetime.fromisoformat(arguments.as_of)
            ran = run(
                arguments.law, arguments.folder, arguments.out, engine=arguments.engine,
                as_of=as_of, kind=f".{arguments.format}", plot=arguments.plot, tell=tell,
            )  # fmt: skip
    except (NoSuchLaw, ValueError) as error:
        where = f"in the folder {arguments.folder}:\n" if isinstance(error, WrongTables) else ""
        message = error.args[0] if error.args else error
        print(f"wingbeat laws run: {where}{message}", file=sys.stderr)
        return WRONG_USE
    _tell(arguments, ran)
    return DONE


def _tell(arguments: argparse.Namespace, ran: Ran) -> None:
    from wingbeat.analytics.running import named
    from wingbeat.laws.readings import Says
    from wingbeat.laws.tables import holds
    from wingbeat.laws.wording import speak
    from wingbeat.stats import CannotBeSeen, NotEnough

    law, today = arguments.law, datetime.now(UTC).date()
    unseen: dict[str, dict[str, None]] = {}
    whose = "as you asked" if arguments.as_of else "the latest time in your tables (or: --as-of)"
    print(f"Looked as of {ran.as_of:%Y-%m-%d %H:%M} UTC, {whose}.")
    for name, column in ran.lacks.items():
        if column.rule.unsaid:
            print(f"{name}: missing, so {column.rule.unsaid} is taken; {holds(column)}")
    for reading in ran.report.readings:
        result = reading.result
        if isinstance(result, CannotBeSeen):  # told below, once for each thing that is missing
            unseen.setdefault(result.connect, {})[reading.key] = None
            continue
        print(f"{named(reading)}\n    {speak(reading.says, law=law)}")
        if isinstance(result, NotEnough) and (result.about_when or date.min) >= today:
            about = Says("enough_about", {"day": str(result.about_when)})
            print(f"    {speak(about, law=law)}")
        print(f"    {speak(Says(reading.caveat), law=law)}")
    for name, keys in unseen.items():
        print(f"{', '.join(keys)}\n    Not measured: {_missing(name, ran)}")
    print(f"In {arguments.out}: readings.jsonl, and the tables behind it ({arguments.format}).")
    if arguments.plot:
        told = "drawn" if ran.drawn else "not drawn: no reading can speak yet"
        print(f"{arguments.plot}: {told}")


def _missing(name: str, ran: Ran) -> str:
    from wingbeat.laws.facts import SHAPES
    from wingbeat.laws.tables import holds

    if column := ran.lacks.get(name):
        return f"{name}: missing; {holds(column)}"
    return f"no table {name}: {SHAPES[name].__doc__}"


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Draw a bar on the error output where a person looks at it, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)
