"""`wingbeat lookback`: what an export of an old desk shows, as a page and as JSON."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wingbeat.config.commands import starting

if TYPE_CHECKING:
    from wingbeat.screens.looking_back import LookedBack

DONE, FAILED = 0, 1
FIELDS = {"ref", "number"}


class WrongArgument(ValueError):
    """Something on the command line cannot be used; the text says what is allowed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("export", type=Path, help="a folder or file; see docs/run/looking-back.md")
    parser.add_argument(
        "--out", type=Path, default=Path("lookback.html"), metavar="FILE",
        help="the page (default lookback.html); its numbers and lists go beside it, as .json",
    )  # fmt: skip
    parser.add_argument(
        "--ours", action="append", default=[], metavar="ADDRESS",
        help="an address you wrote from, for a mailbox; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--link", default="", metavar="URL",
        help="where the old desk shows a conversation, with {ref} or {number} in it",
    )  # fmt: skip
    parser.add_argument("--zone", default="UTC", help="the desk's time zone (default UTC)")
    parser.add_argument("--language", default="en", help="of the page (default en)")


def run(arguments: argparse.Namespace) -> int:
    try:
        zone, out = _zone(arguments.zone), _free(arguments.out)
        _check_link(arguments.link)
        # No desk is opened: not even an empty one is made where the command runs.
        with tempfile.TemporaryDirectory() as home:
            os.environ["WINGBEAT_HOME"] = home
            starting.start_django()
            from django.utils import translation

            from wingbeat.screens import looking_back

            found = look_back(arguments.export, arguments.ours, zone=zone, link=arguments.link)
            with translation.override(arguments.language):
                page = looking_back.page(found)
            told = json.dumps(looking_back.as_json(found), indent=1, ensure_ascii=False)
        out.write_text(page, encoding="utf-8")
        out.with_suffix(".json").write_text(told + "\n", encoding="utf-8")
    except (ValueError, OSError) as error:
        return starting.refused("wingbeat lookback", error)
    print(f"{len(found.cases):,} conversations looked at, {len(found.skipped):,} things left out.")
    print(f"{out} holds what was found, {out.with_suffix('.json')} the same for programs.")
    return DONE


def look_back(path: Path, ours: Sequence[str], *, zone: ZoneInfo, link: str = "") -> LookedBack:
    """Read an export and find what it left behind, as of the latest words in it."""
    from wingbeat.analytics.looking_back import measure
    from wingbeat.channels.moving.looking_back import opened
    from wingbeat.laws.looking_back import forgotten, shipped_policy
    from wingbeat.screens.looking_back import LookedBack

    policy, now = shipped_policy(), datetime.now(UTC)
    with opened(path, ours=ours, at=now) as export:
        every = list(export.cases())
    cases = [case for case in every if not case.is_spam]
    as_of = max((one.at for case in every for one in case.told), default=now)
    found = [one for case in cases for one in forgotten(case, policy, as_of=as_of, zone=zone)]
    return LookedBack(
        source=path.name, cases=cases, spam=len(every) - len(cases), forgotten=found,
        skipped=export.skipped, measured=measure(cases, as_of=as_of,
        patience_days=policy.patience_days), as_of=as_of, patience_days=policy.patience_days,
        zone=zone, names=frozenset(export.names), link=link,
    )  # fmt: skip


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongArgument(f"--zone {name} is no time zone, such as Europe/Berlin.") from error


def _free(out: Path) -> Path:
    """Return where to write, if nothing is lost by it."""
    taken = next((one for one in (out, out.with_suffix(".json")) if one.exists()), None)
    if taken:
        raise WrongArgument(f"{taken} is there already: name another place with --out.")
    if out.suffix == ".json":
        raise WrongArgument("--out names the page; its .json is written beside it.")
    return out


def _check_link(link: str) -> None:
    if not link:
        return
    named = {name for _text, name, _spec, _conversion in Formatter().parse(link) if name}
    if not link.startswith(("http://", "https://")) or not named or not named <= FIELDS:
        raise WrongArgument(
            f"--link {link} is no address with {{ref}} or {{number}} in it, such as "
            "https://tickets.example.org/#ticket/zoom/{ref}."
        )
