"""Parse a large mail in a process of its own, with bounds on its time and memory.

The process answers in JSON and plain bytes, never in a form that could run: the libraries that
read HTML are not Python, and a hostile mail that broke one would own the answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from wingbeat.channels.mail.parsing.parsed import (
    Automatic,
    Bounce,
    NamedAddress,
    ParsedAttachment,
    ParsedMail,
    Span,
)
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.channels.mail.parsing.structure import read_structure, size_of_words

# A process costs a tenth of a second to begin, so what is quick and small enough stays here:
# reading costs at most some 0.7 s and 55 MB for each megabyte of words (of HTML, plain text far
# less), files cost 0.01 s and twice their size.
MOST_WORDS = 300_000
MOST_BYTES = 4_000_000
SECONDS = 30
MEGABYTES = 300

_MODULE = "wingbeat.channels.mail.parsing.confined"
_ROOT = Path(__file__).parents[4]


class BeyondLimits(Exception):
    """The mail takes more time or memory to read than any mail may; a person must look at it."""


def parse_safely(raw: bytes) -> ParsedMail:
    """Return what `parse` returns, having read a mail apart that is large or has many words.

    Raise `BeyondLimits` where that takes too much.
    """
    return parse_apart(raw) if is_large(raw) else parse(raw)


def is_large(raw: bytes) -> bool:
    """Return whether a mail is better read in a process of its own."""
    if len(raw) <= MOST_WORDS or len(raw) > MOST_BYTES:
        return len(raw) > MOST_BYTES
    return size_of_words(read_structure(raw).root) > MOST_WORDS


def parse_apart(raw: bytes, *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> ParsedMail:
    """Return what `parse` returns, from a process that ends when it passes the bounds.

    `seconds` bounds its processor time, and four times that the time we wait. Raise `BeyondLimits`.
    """
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-P", "-m", _MODULE, str(seconds), str(megabytes)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=raw,
            capture_output=True,
            timeout=4 * seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BeyondLimits(_reason(raw, f"{4 * seconds} seconds")) from None
    if done.returncode != 0:
        bounds = f"{seconds} seconds of processor time or {megabytes} MB"
        raise BeyondLimits(_reason(raw, bounds))
    return _unpacked(done.stdout)


def main(seconds: int, megabytes: int, source: IO[bytes], target: IO[bytes]) -> None:
    """Read a mail from `source` within the bounds and write what was read to `target`."""
    _bound(seconds, megabytes)
    parsed = parse(source.read())
    head = json.dumps(asdict(parsed), default=_plain).encode("ascii")
    target.write(head + b"\n")
    for attachment in parsed.attachments:
        target.write(attachment.content)
    target.flush()


def _reason(raw: bytes, bounds: str) -> str:
    return f"This mail of {len(raw)} bytes takes more than {bounds} to read; open its raw source."


def _bound(seconds: int, megabytes: int) -> None:
    # Not on every system; where it is missing, only the time we wait is bounded.
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Private memory, not the address space: shared libraries reserve much that they never touch.
    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _plain(value: object) -> object:
    """Return a date as text, and of an attachment's bytes their number: they follow the head."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return len(value)
    raise TypeError(f"A parsed mail holds no {type(value).__name__}.")


def _unpacked(answer: bytes) -> ParsedMail:
    head, _, rest = answer.partition(b"\n")
    fields: dict[str, Any] = json.loads(head)
    attachments: list[ParsedAttachment] = []
    position = 0
    for one in fields["attachments"]:
        end = position + one["content"]
        attachments.append(ParsedAttachment(**{**one, "content": rest[position:end]}))
        position = end
    date = datetime.fromisoformat(fields["date"]) if fields["date"] else None
    return ParsedMail(
        **{
            **fields,
            "references": tuple(fields["references"]),
            "sender": NamedAddress(**fields["sender"]),
            **{name: _addresses(fields[name]) for name in ("reply_to", "to", "cc")},
            "date": date,
            "folds": tuple(Span(**one) for one in fields["folds"]),
            "attachments": tuple(attachments),
            "automatic": Automatic(**fields["automatic"]),
            "bounces": tuple(Bounce(**one) for one in fields["bounces"]),
            "headers": tuple((name, value) for name, value in fields["headers"]),
            "defects": tuple(fields["defects"]),
        }
    )


def _addresses(values: list[dict[str, str]]) -> tuple[NamedAddress, ...]:
    return tuple(NamedAddress(**one) for one in values)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer, sys.stdout.buffer)
