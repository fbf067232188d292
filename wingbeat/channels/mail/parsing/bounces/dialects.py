"""Read who a mail did not reach from the plain words of a mail system, by a table of dialects."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from wingbeat.channels.mail.parsing.bounces.addresses import ADDRESS, clean

_LONGEST_LINE = 1000
_MOST_LINES = 3000
_MOST_RECIPIENTS = 500
_LONGEST_WORDS = 3000
_HEADER_LINE = re.compile(
    r"^>?\s?(?:received|return-path|x-received|dkim-signature|x-google-smtp-source"
    r"|arc-seal|x-original-to|delivered-to|message-id):\s*\S",
    re.IGNORECASE,
)
_MBOX_LINE = re.compile(r"^\s*From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ")
_CODE_FIRST = re.compile(r"[\s:]*[45]\d\d\s")
_BULLETS = " \t*•·-–>|"
_PLACES = {
    "address": f"(?P<address>{ADDRESS})",
    "alias": ADDRESS,
    "alias2": ADDRESS,
    "local": r"(?P<address>[A-Za-z0-9._-]{1,64})",
    "words": r"(?P<words>.*)",
    "name": r"[^<>@]{1,200}?",
    "code": r"(?P<code>[245]\d\d(?:[ -][245]\d\d)?(?:[ -]#?[245]\.\d\.\d{1,3})?)",
    "x400": r"[^@\s][^@]{0,200}?",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One row of the table, ready to match."""

    name: str
    marks: tuple[str, ...]
    lines: tuple[re.Pattern[str], ...]
    sentences: tuple[re.Pattern[str], ...]
    domain: str
    is_careful: bool
    on_own_line: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A recipient that the words name, and what they say about it."""

    recipient: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What plain words tell: recipients in order, what is said to all, and what came back."""

    dialect: str
    mentions: tuple[Mention, ...]
    words: str
    returned: str
    is_delay: bool


@dataclass(frozen=True, slots=True)
class _Table:
    copies: tuple[str, ...]
    delays: tuple[str, ...]
    dialects: tuple[Dialect, ...]


@cache
def _table() -> _Table:
    raw = tomllib.loads(files(__package__).joinpath("dialects.toml").read_text("utf-8"))
    return _Table(
        copies=tuple(raw["copies"]),
        delays=tuple(raw["delays"]),
        dialects=tuple(
            Dialect(
                name=row["name"],
                marks=tuple(row["marks"]),
                lines=tuple(_line_pattern(line) for line in row.get("lines", ())),
                sentences=tuple(_sentence_pattern(text) for text in row.get("sentences", ())),
                domain=row.get("domain", ""),
                is_careful=row.get("careful", False),
                on_own_line=row.get("own_line", False),
            )
            for row in raw["dialect"]
        ),
    )


def _line_pattern(template: str) -> re.Pattern[str]:
    """Compile a line of the table; a blank matches any run of blanks."""
    pieces = re.split(r"\{(\w+)\}", template)
    pattern = "".join(
        _PLACES[piece] if number % 2 else re.escape(piece).replace(r"\ ", r"[ \t]{1,40}")
        for number, piece in enumerate(pieces)
    )
    return re.compile(pattern + r"\s*$", re.IGNORECASE)


def _sentence_pattern(text: str) -> re.Pattern[str]:
    phrase = r"\s+".join(re.escape(word) for word in text.split())
    between = r"[\s:<\"'(\[]{0,20}(?:smtp:|mailto:)?"
    return re.compile(rf"{phrase}{between}(?P<address>{ADDRESS})", re.IGNORECASE)


def split_at_copy(words: str) -> tuple[str, str]:
    """Part what the system says from the mail that it returns below."""
    copies = _table().copies
    offset = 0
    for number, line in enumerate(words.split("\n")):
        bare = line.strip().lower()
        if bare.startswith(copies) or (number and _is_header(line)):
            return words[:offset], words[offset:]
        offset += len(line) + 1
    return words, ""


def _is_header(line: str) -> bool:
    return bool(_HEADER_LINE.match(line) or _MBOX_LINE.match(line))


def told_by(words: str, *, own: frozenset[str], is_sure: bool) -> Told:
    """Read a notification's words.

    A careful row is asked only if it `is_sure` that a mail system speaks, and takes no address of
    `own` (the notification's sender and recipients) for one that failed.
    """
    said, returned = split_at_copy(words)
    flat = _flat(said)
    dialect, mentions = "", tuple[Mention, ...]()
    for row in _table().dialects:
        if (row.is_careful and not is_sure) or not any(mark in flat for mark in row.marks):
            continue
        dialect = row.name
        mentions = _told_apart(_mentions(row, said), own, is_careful=row.is_careful)
        if mentions:
            break
    return Told(
        dialect=dialect,
        mentions=mentions,
        words=said,
        returned=returned,
        is_delay=any(phrase in flat for phrase in _table().delays),
    )


def _flat(words: str) -> str:
    return " ".join(words[:20_000].lower().replace("’", "'").split())


def _told_apart(
    mentions: Iterable[Mention], own: frozenset[str], *, is_careful: bool
) -> tuple[Mention, ...]:
    """Join what is said about the same recipient, and leave out who only asks for delivery."""
    joined: dict[str, Mention] = {}
    for mention in mentions:
        key = mention.recipient.lower()
        earlier = joined.get(key)
        words = f"{earlier.words}\n{mention.words}" if earlier else mention.words
        joined[key] = Mention(earlier.recipient if earlier else mention.recipient, words)
    others = tuple(mention for key, mention in joined.items() if key not in own)
    return others if others or is_careful else tuple(joined.values())


def _mentions(row: Dialect, said: str) -> Iterator[Mention]:
    found = list(_on_lines(row, said)) or list(_in_sentences(row, said))
    stops = [*(start for start, *_ in found[1:]), len(said)]
    for (_, end, recipient, words), stop in zip(found, stops, strict=False):
        complete = row.on_own_line and bool(words)
        rest = "" if complete else said[end : min(stop, end + _LONGEST_WORDS)]
        yield Mention(recipient, f"{words}\n{rest}".strip())


def _on_lines(row: Dialect, said: str) -> Iterator[tuple[int, int, str, str]]:
    offset = count = 0
    for line in said.split("\n", _MOST_LINES)[:_MOST_LINES]:
        start, offset = offset, offset + len(line) + 1
        bare = line[:_LONGEST_LINE].strip()
        if "@" not in bare and not row.domain:
            continue
        match = _match_line(row, bare) or _match_line(row, bare.lstrip(_BULLETS))
        if match:
            yield start, offset, _recipient(row, match), _words(match)
            count += 1
        if count == _MOST_RECIPIENTS:
            return


def _match_line(row: Dialect, bare: str) -> re.Match[str] | None:
    return next((match for line in row.lines if (match := line.match(bare))), None)


def _recipient(row: Dialect, match: re.Match[str]) -> str:
    recipient = clean(match["address"])
    return f"{recipient}@{row.domain}" if row.domain and "@" not in recipient else recipient


def _words(match: re.Match[str]) -> str:
    groups = match.groupdict()
    words, code = groups.get("words") or "", groups.get("code") or ""
    # sendmail puts its own 554 before a line and quotes the other server's code in it.
    return words if not code or _CODE_FIRST.match(words) else f"{code} {words}"


def _in_sentences(row: Dialect, said: str) -> Iterator[tuple[int, int, str, str]]:
    found = [match for pattern in row.sentences for match in pattern.finditer(said)]
    found.sort(key=lambda match: match.start())
    for match in found[:_MOST_RECIPIENTS]:
        yield match.start(), match.end(), clean(match["address"]), match[0]
