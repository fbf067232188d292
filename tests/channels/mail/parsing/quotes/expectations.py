"""Real letters with the words that other projects' people expect to remain of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.channels.mail.parsing.samples import archive
from tests.needs import corpus
from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.html import text_of
from wingbeat.channels.mail.parsing.quotes import fold, new_text

_TALON = "talon/tests/fixtures/"
# Replies written to try out mail programs; every one of them says the same.
_HTML_REPLY = "Hi. I am fine. Thanks, Alex"
_MAIL_REPLY = "Hello"


@dataclass(frozen=True)
class Case:
    suite: str
    name: str
    found: str
    expected: str

    @property
    def is_right(self) -> bool:
        return self.found == self.expected


def cases() -> Iterator[Case]:
    """Yield every real letter with what we found and what is expected."""
    yield from _discourse()
    yield from _crisp()
    yield from _talon_pages()
    yield from _talon_mails()
    yield from _talon_signatures()


def own(text: str) -> str:
    return new_text(text, fold(text)).strip()


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _files(name: str, folder: str) -> dict[str, bytes]:
    """Return the files of one folder of an archive, however deep it lies, by their names."""
    return {
        path.rpartition("/")[2]: content
        for path, content in archive(name)
        if path.rpartition("/")[0].endswith(folder)
    }


def _discourse() -> Iterator[Case]:
    trimmed = _files("reply-trim-discourse", "trimmed")
    for name, content in sorted(_files("reply-trim-discourse", "emails").items()):
        expected = _text(trimmed[name]).strip()
        yield Case("Discourse", name, own(_text(content)), expected)


def _crisp() -> Iterator[Case]:
    contents = {path.rpartition("/")[2]: raw for path, raw in archive("reply-trim-crisp")}
    table = corpus("mail", "reply-trim-crisp.expected.jsonl")
    for line in table.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        expected = row.get("first_fragment") or row.get("visible_text")
        yield Case("Crisp", row["file"], own(_text(contents[row["file"]])), expected.strip())


def _talon_pages() -> Iterator[Case]:
    for name, content in sorted(_files("talon", "html_replies").items()):
        text, known = text_of(_text(content))
        found = " ".join(new_text(text, fold(text, known)).split())
        yield Case("talon, pages", name, found, _HTML_REPLY)


def _talon_mails() -> Iterator[Case]:
    for name, content in sorted(_files("talon", "standard_replies").items()):
        if name.endswith(".eml"):
            yield Case("talon, mails", name, parse(content).text_new, _MAIL_REPLY)


def _talon_signatures() -> Iterator[Case]:
    files = _files("talon", "signature/emails/stripped")
    for name, content in sorted(files.items()):
        if name.endswith("_body"):
            body = _text(content).strip()
            signature = _text(files[name.replace("_body", "_signature")]).strip()
            expected = body.removesuffix(signature).strip()
            yield Case("talon, signatures", name, own(body), expected)
