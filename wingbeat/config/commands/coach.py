"""`wingbeat coach`: what the laws say of drafts. No Django loads."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wingbeat.language.telling import LANGUAGES
from wingbeat.laws.coaching import Coached, coach
from wingbeat.laws.drafts import Around, Earlier, Finding
from wingbeat.laws.wording import speak

DONE, WRONG_USE = 0, 2
TEXTS = ("language", "register", "customer_words")
LISTS = ("names", "earlier_replies", "other_ways")
KEYS = (*TEXTS, *LISTS, "at", "zone", "promises", "known", "attachments")


class WrongContext(ValueError):
    """The context file cannot be used; the text says which key, and what is allowed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command reads."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="drafts (default: standard input)")
    parser.add_argument("--lang", choices=LANGUAGES, help="of the drafts (default: told from them)")
    parser.add_argument(
        "--context", type=Path, metavar="FILE", help=f"what is known, as JSON: {', '.join(KEYS)}"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a draft and line")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings of every draft."""
    try:
        around = _around(arguments.context)
        drafts = [(name, Path(name).read_text(encoding="utf-8")) for name in arguments.files]
        drafts = drafts or [("-", sys.stdin.read())]
    except (OSError, UnicodeDecodeError, WrongContext) as error:
        print(f"wingbeat coach: {error}", file=sys.stderr)
        return WRONG_USE
    for name, text in drafts:
        told = coach(text, around, language=arguments.lang)
        _print_json(name, told) if arguments.json else _print(name, told)
        if told.cut:
            print(f"wingbeat coach: {name} is long; only its beginning is read.", file=sys.stderr)
    return DONE


def _around(path: Path | None) -> Around:
    now = datetime.now(UTC)
    if path is None:
        return Around(at=now)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise WrongContext(f"{path}: not JSON: {error}") from error
    if not isinstance(told, dict):
        raise WrongContext(f"{path}: an object is wanted, with any of: {', '.join(KEYS)}")
    unknown = sorted(told.keys() - set(KEYS))
    if unknown:
        raise WrongContext(
            f"{path}: {', '.join(unknown)}: no such key; there are: {', '.join(KEYS)}"
        )
    return _read(path, told, now)


def _read(path: Path, told: dict[str, Any], now: datetime) -> Around:
    texts: dict[str, Any] = {key: _of(path, told, key, str) for key in TEXTS if key in told}
    lists: dict[str, Any] = {
        key: tuple(map(str, _of(path, told, key, list))) for key in LISTS if key in told
    }
    known = _of(path, told, "known", dict) if "known" in told else {}
    if texts.get("register") not in {None, "formal", "familiar"}:
        raise WrongContext(f"{path}: register: {texts['register']!r} is not formal or familiar")
    try:
        zone = ZoneInfo(str(told.get("zone", "UTC")))
        at = _instant(told["at"], zone) if "at" in told else now
        promises = tuple(
            Earlier(str(one["words"]), _instant(one["due_at"], zone) if one.get("due_at") else None)
            for one in (_of(path, told, "promises", list) if "promises" in told else [])
        )
    except ZoneInfoNotFoundError as error:
        raise WrongContext(
            f"{path}: zone: {told['zone']!r} is no time zone, such as Europe/Berlin"
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WrongContext(
            f"{path}: at and due_at are times (2026-03-06T18:00), a promise has words: {error!r}"
        ) from error
    attachments = _of(path, told, "attachments", int) if "attachments" in told else 0
    return Around(
        at=at, zone=zone, promises=promises, attachments=attachments,
        known={str(key): str(value) for key, value in known.items()}, **texts, **lists,
    )  # fmt: skip


def _of(path: Path, told: dict[str, Any], key: str, kind: type) -> Any:
    if not isinstance(told[key], kind) or isinstance(told[key], bool):
        wanted = {str: "a text", list: "a list", dict: "an object", int: "a number"}[kind]
        raise WrongContext(f"{path}: {key}: {told[key]!r} is not {wanted}")
    return told[key]


def _instant(told: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(told)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _print_json(name: str, told: Coached) -> None:
    spoken = told.draft.spoken if told.draft else ()
    line = {
        "file": name,
        "language": told.language,
        "sentences": [{"text": one.sentence.text, "acts": sorted(one.acts)} for one in spoken],
        "findings": [_finding(one, told.language or "en") for one in told.findings],
    }
    print(json.dumps(line, ensure_ascii=False))


def _finding(one: Finding, language: str) -> dict[str, Any]:
    other = speak(one.alternative, law=one.law, language=language) if one.alternative else None
    return {
        "law": one.law,
        "principle": one.principle,
        "key": one.says.key,
        "says": speak(one.says, law=one.law, language=language),
        "words": one.words,
        "start": one.start,
        "end": one.end,
        "remedy": speak(one.remedy, law=one.law, language=language),
        "alternative": other,
        "stops": one.stops,
    }


def _print(name: str, told: Coached) -> None:
    if told.language is None:
        print(f"{name}: in no language that the coach reads ({', '.join(LANGUAGES)})")
    for one in (_finding(each, told.language or "en") for each in told.findings):
        print(f"{name}:{one['start']}: {one['says']} {one['remedy']} ({one['principle']})")
        if one["alternative"]:
            print(f"    {one['alternative']}")
