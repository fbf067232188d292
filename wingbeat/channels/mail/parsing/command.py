"""`wingbeat mail parse`: show what the desk makes of raw mails, without a desk."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wingbeat.channels.mail.parsing.parsed import ParsedMail
from wingbeat.channels.mail.parsing.reading import parse

_STANDARD_INPUT = "-"
_TOLD = (
    "sha256 message_id in_reply_to references from reply_to to cc subject date text text_new html "
    "attachments automatic bounces original_message_id defects".split()
)
_TOLD_OF_FILES = "name type bytes sha256 inline content_id".split()


def main(argv: Sequence[str]) -> int:
    """Parse the files named in `argv`, or standard input; return 2 if one cannot be opened.

    With `--json` each mail is one line of JSON. Bytes of any kind are a mail: they exit with 0.
    """
    arguments = _parser().parse_args(list(argv))
    status = 0
    for file in arguments.files or [_STANDARD_INPUT]:
        try:
            raw = sys.stdin.buffer.read() if file == _STANDARD_INPUT else Path(file).read_bytes()
        except OSError as error:
            sys.stderr.write(
                f"wingbeat mail parse: {file}: {error.strerror}. Name a file of mail.\n"
            )
            status = 2
            continue
        parsed = parse(raw)
        told = json.dumps(describe(parsed, file), ensure_ascii=False) if arguments.json else ""
        line = told or "\n".join(_as_words(parsed, file))
        # A name that is not UTF-8 leaves as an escape, which JSON reads back.
        sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wingbeat mail parse", description="Show what the desk makes of raw mails."
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each mail")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="raw mails; without, standard input"
    )
    return parser


def describe(parsed: ParsedMail, file: str) -> dict[str, Any]:
    """Return a mail under the names that `--json` promises; `file` says where it came from."""
    told = asdict(parsed) | {"from": asdict(parsed.sender)}
    told["date"] = parsed.date.isoformat() if parsed.date else None
    told["attachments"] = [
        {name: getattr(one, name) for name in _TOLD_OF_FILES} for one in parsed.attachments
    ]
    return {"file": file, **{name: told[name] for name in _TOLD}}


def _as_words(parsed: ParsedMail, file: str) -> Iterator[str]:
    yield f"{file}: {parsed.size} bytes, sha256 {parsed.sha256}"
    yield f"From: {parsed.sender.name} <{parsed.sender.address}>".replace("  ", " ")
    yield f"To: {', '.join(one.address for one in (*parsed.to, *parsed.cc))}"
    yield f"Subject: {parsed.subject}"
    yield f"Date: {parsed.date.isoformat() if parsed.date else 'none'}"
    if parsed.automatic.kind != "none":
        yield f"Automatic: {parsed.automatic.kind} ({parsed.automatic.why})"
    for bounce in parsed.bounces:
        lasting = "for good" if bounce.hard else "for now"
        yield f"Bounce: {bounce.recipient} {bounce.action} {bounce.status} {lasting}"
    for one in parsed.attachments:
        place = "shown in place" if one.inline else "attached"
        yield f"Attachment: {one.name} ({one.type}, {one.bytes} bytes, {place})"
    for defect in parsed.defects:
        yield f"Odd: {defect}"
    yield ""
    yield parsed.text_new
