"""Mail bodies as mail programs build them: the new words, a signature, then what they answer."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from typing import Any

from wingbeat.config.demo.times import HERE, stamps

_IMAGE = re.compile(r"\[image: ([^\]]+)\]")
_RIGHT_TO_LEFT = ("ar", "he")
_GMAIL = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
_OUTLOOK = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"


@dataclass(frozen=True)
class Answered:
    """The message that a mail answers, as its writer's program saw it."""

    name: str
    address: str
    to: str
    subject: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Letter:
    """What one person's mail program turns into a body."""

    text: str
    client: str
    language: str
    signature: str = ""
    html: str = ""
    answered: Answered | None = None

    @property
    def signed(self) -> str:
        """The words with the signature that this program or person puts under them."""
        if self.client == "phone":
            return f"{self.text}\n\n{_wordings()['phone'][self.language]}"
        if not self.signature:
            return self.text
        mark = "" if self.client == "outlook" else "-- \n"
        return f"{self.text}\n\n{mark}{self.signature}"


@cache
def _wordings() -> dict[str, Any]:
    return tomllib.loads((HERE / "clients.toml").read_text(encoding="utf-8"))


def program(client: str) -> str:
    """Return what a mail program calls itself in its header, or nothing."""
    return str(_wordings()["names"].get(client, ""))


def plain(letter: Letter) -> str:
    """Return the text part."""
    if letter.answered is None:
        return letter.signed
    answered = letter.answered
    if letter.client == "outlook":
        return f"{letter.signed}\n\n{_header(letter, answered)}\n\n{answered.text}"
    line = _introduction(letter, answered)
    if letter.client in {"apple", "phone"}:
        return f"{letter.signed}\n\n" + _marked(f"{line}\n\n{answered.text}")
    return f"{letter.signed}\n\n{line}\n" + _marked(answered.text)


def rich(letter: Letter) -> str:
    """Return the HTML part, or nothing for programs that write plain mail."""
    if letter.client == "thunderbird" and not letter.html:
        return ""
    way = "rtl" if letter.language in _RIGHT_TO_LEFT else "ltr"
    body = letter.html or _paragraphs(letter.signed, letter.client)
    tail = _QUOTED[letter.client](letter, letter.answered) if letter.answered else ""
    return f'<html><body><div dir="{way}">{body}</div>{tail}</body></html>\n'


def _introduction(letter: Letter, answered: Answered) -> str:
    style = "apple" if letter.client == "phone" else letter.client
    pattern = str(_wordings()[style][letter.language])
    pieces = stamps(answered.at, letter.language)
    return pattern.format(name=answered.name, address=answered.address, **pieces)


def _header(letter: Letter, answered: Answered) -> str:
    pieces = stamps(answered.at, letter.language)
    sent = "{weekday}, {d}. {month} {yyyy} {time}" if letter.language == "de" else None
    values = (
        f"{answered.name} <{answered.address}>",
        (sent or "{weekday}, {d} {month} {yyyy} {time}").format(**pieces),
        answered.to,
        answered.subject,
    )
    labels = _wordings()["outlook"][letter.language]
    return "\n".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))


def _marked(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _paragraphs(text: str, client: str) -> str:
    """Turn lines into the elements that this program writes."""
    lines = escape(text, quote=False).split("\n")
    pictured = [_IMAGE.sub(r'<img src="cid:\1@picture.example" alt="\1">', line) for line in lines]
    if client == "outlook":
        return "".join(f'<p class="MsoNormal">{line or "&nbsp;"}</p>' for line in pictured)
    return "".join(f"<div>{line or '<br>'}</div>" for line in pictured)


def _gmail_quote(letter: Letter, answered: Answered) -> str:
    line = escape(_introduction(letter, answered), quote=False)
    words = _paragraphs(answered.text, "gmail")
    return (
        f'<br><div class="gmail_quote"><div class="gmail_attr">{line}<br></div>'
        f'<blockquote class="gmail_quote" style="{_GMAIL}">{words}</blockquote></div>'
    )


def _apple_quote(letter: Letter, answered: Answered) -> str:
    line = escape(_introduction(letter, answered), quote=False)
    words = _paragraphs(answered.text, "apple")
    return f'<div><br><blockquote type="cite"><div>{line}</div><br>{words}</blockquote></div>'


def _outlook_quote(letter: Letter, answered: Answered) -> str:
    lines = escape(_header(letter, answered), quote=False).split("\n")
    head = "<br>".join(f"<b>{line.replace(': ', ':</b> ', 1)}" for line in lines)
    words = _paragraphs(answered.text, "outlook")
    return f'<div style="{_OUTLOOK}"><p class="MsoNormal">{head}</p></div>{words}'


_QUOTED = {
    "gmail": _gmail_quote,
    "apple": _apple_quote,
    "phone": _apple_quote,
    "outlook": _outlook_quote,
    "thunderbird": _apple_quote,
}
