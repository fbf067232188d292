"""What others expect of the real mails: Zammad's fields, mime4j's decoded parts, plain sight."""

from __future__ import annotations

import base64
import codecs
import email
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

from tests.channels.mail.parsing.samples import archive
from tests.needs import corpus
from wingbeat.channels.mail.parsing import ParsedMail, parse, transfer
from wingbeat.channels.mail.parsing.charsets import decode
from wingbeat.channels.mail.parsing.html import text_of
from wingbeat.channels.mail.parsing.structure import Part, read_structure

ARCHIVES = (
    "cpython", "django-helpdesk", "flufl-bounces", "freescout", "github-reply-parser",
    "inbound-webhooks-multi_mail", "mail-gem", "mime4j", "mu", "php-imap-webklex",
    "reply-trim-crisp", "reply-trim-discourse", "sisimai-bounces", "talon", "zammad",
)  # fmt: skip
# Files beside the mails: expectations in other forms.
NOT_MAILS = (".yml", ".xml", ".bin", ".gif", ".erb", ".gitattributes", ".noindex", ".noupdate")
_UNSEEN = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ufffd\xad\u2060-\u206f]+"
)

# A file written into a text is no words: it is attached.
_UUENCODED = re.compile(r"^begin [0-7]{3} [^\n]+\n.+?\nend\r?$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Compared:
    """One field of one mail: what was expected and what we read."""

    mail: str
    field: str
    expected: object
    found: object

    @property
    def is_equal(self) -> bool:
        return self.expected == self.found


def all_mails() -> Iterator[tuple[str, bytes]]:
    """Yield every mail of every archive."""
    for name in ARCHIVES:
        for path, raw in archive(name):
            if not path.endswith(NOT_MAILS):
                yield f"{name}/{path}", raw


def folded(text: str) -> str:
    return " ".join(text.split())


def seen(text: str) -> str:
    """Return text without the characters that leave no mark on a page."""
    return _UNSEEN.sub("", text)


def zammad() -> Iterator[Compared]:
    """Yield the fields that Zammad expects of its own test mails beside what we read."""
    mails = dict(archive("zammad"))
    for line in corpus("mail", "zammad.expected.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        parsed = parse(mails[row["mail"]])
        name = row["mail"]
        yield Compared(name, "from", row["from_email"].lower(), parsed.sender.address)
        yield Compared(name, "name", folded(row["from_display_name"]), parsed.sender.name)
        yield Compared(name, "subject", folded(row.get("subject") or ""), folded(parsed.subject))
        yield _body(name, row, parsed)
        yield _files(name, row["attachments"], parsed)


def second_reader_agrees(one: Compared, raw: bytes) -> bool:
    """Return whether the standard library reads a field as we do, where an expectation differs.

    Nothing of ours takes part: `email` takes the mail apart, `codecs` reads its letters and the
    files within texts, `html.parser` its pages.
    """
    mail = email.message_from_bytes(raw)
    if one.field == "body":
        return seen(str(one.found)) in _bodies(raw)
    if one.field == "subject":
        return one.found in {
            folded(str(make_header(decode_header(mail["subject"])))),
            folded(str(email.message_from_bytes(raw, policy=policy.default)["subject"])),
        }
    if one.field == "from":
        return parseaddr(mail["from"])[1].lower() == one.found
    names = [part.get_filename() for part in mail.walk() if not part.is_multipart()]
    found = one.found if isinstance(one.found, list) else []
    written = [file for part in text_parts(raw) for file in _written(_content(part))]
    if written:
        return found == written
    return [name for name, _ in found] == [name for name in names if name]


def _bodies(raw: bytes) -> set[str]:
    """Return each text as one sees it, and in one all those that are no attachments."""
    mail = email.message_from_bytes(raw, policy=policy.default)
    attached = {id(part) for part in mail.iter_attachments()} if mail.is_multipart() else set()
    texts = [part for part in mail.walk() if _is_text(part)]
    whole = "".join(_seen_in(one) for one in texts if id(one) not in attached)
    return {whole, *map(_seen_in, texts)}


def _is_text(part: Message) -> bool:
    """A text, or a multipart without parts, whose lines `email` keeps as one text."""
    if part.get_content_maintype() == "text":
        return True
    return part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)


def _seen_in(part: Message) -> str:
    content = _content(part)
    if _written(content):
        content = b""  # a file and nothing else
    try:
        text = content.decode(part.get_content_charset("ascii"), "replace")
    except LookupError:
        return "unread"
    return seen(shown(text) if part.get_content_type() == "text/html" else text)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _written(content: bytes) -> list[tuple[str, str]]:
    """Return name and sum of the file that a text consists of, if it is nothing else."""
    begins = re.match(rb"begin [0-7]{3} ([^\n]+?)\r?\n", content)
    if begins is None or not content.rstrip().endswith(b"end"):
        return []
    file = codecs.decode(content.replace(b"\r\n", b"\n"), "uu")
    return [(begins[1].decode("ascii"), hashlib.sha256(file).hexdigest())]


def _body(name: str, row: dict[str, Any], parsed: ParsedMail) -> Compared:
    """Compare the body as visible text, in the form that the expectation has."""
    body = "" if row["body"].strip() == "no visible content" else row["body"]
    if "html" in row["content_type"]:
        body = text_of(body)[0]
    forms = [folded(parsed.text)]
    if parsed.html:
        forms.append(folded(text_of(parsed.html)[0]))
    expected = folded(body)
    return Compared(name, "body", expected, expected if expected in forms else forms[0])


def _files(name: str, rows: list[dict[str, str]], parsed: ParsedMail) -> Compared:
    """Compare the files by name and content; some expectations are still in base64."""
    expected = [
        (row["filename"], row["sha256"]) for row in rows if row["filename"] != "message.html"
    ]
    known = {sha256 for _, sha256 in expected}
    found = [(one.name, _sha256(one.content, known)) for one in parsed.attachments]
    return Compared(name, "attachments", expected, found)


def _sha256(content: bytes, known: set[str]) -> str:
    plain = content.replace(b"\r\n", b"\n")
    forms = (content, base64.b64encode(content), plain, plain.strip(), content.strip())
    sums = [hashlib.sha256(form).hexdigest() for form in forms]
    return next((one for one in sums if one in known), sums[0])


def mime4j() -> Iterator[Compared]:
    """Yield the decoded leaves that mime4j expects beside ours."""
    files = dict(archive("mime4j"))
    for path, raw in files.items():
        if not path.endswith(".msg"):
            continue
        outline = files[path.replace(".msg", "_decoded.xml")].decode("latin-1")
        folder = path.rpartition("/")[0]
        names = re.findall(r'<(?:text|binary)-body name="([^"]+)"', outline)
        expected = [_ended(files[f"{folder}/{name}"]) for name in names]
        found = [_ended(leaf) for leaf in _leaves(raw, read_structure(raw).root)]
        yield Compared(path.rpartition("/")[2], "leaves", expected, found)


def _leaves(raw: bytes, part: Part) -> Iterator[bytes]:
    if part.parts:
        for child in part.parts:
            yield from _leaves(raw, child)
        return
    content = transfer.decode(raw[part.body : part.end], part.encoding()).content
    if part.is_message:
        yield from _leaves(content, read_structure(content).root)
    else:
        yield content


def _ended(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")


def text_parts(raw: bytes) -> Iterator[Message]:
    """Yield the text parts that the standard library finds, outside of mails within."""
    waiting: list[Message] = [email.message_from_bytes(raw)]
    while waiting:
        part = waiting.pop(0)
        payload = part.get_payload()
        if part.get_content_maintype() == "message":
            continue
        if isinstance(payload, list):
            waiting[:0] = [one for one in payload if isinstance(one, Message)]
        elif part.get_content_maintype() == "text":
            yield part


def visible(part: Message) -> str:
    """Return what a reader sees of a text part, found without our readers of parts and HTML."""
    charset = part.get_param("charset")
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    text = decode(content, charset if isinstance(charset, str) else "").text
    if part.get_content_type() == "text/html":
        return seen(shown(text))
    return seen(_UUENCODED.sub("", text))


def is_on_the_page(words: str, parsed: ParsedMail) -> bool:
    """Return whether words stand in order on the page, in the text or in a file."""
    places = [seen(parsed.text), seen(shown(parsed.safe_html))]
    if any(words in place for place in places):
        return True
    files = [decode(one.content, "").text for one in parsed.attachments]
    return any(words in seen(file) or words in seen(shown(file)) for file in files)


def shown(page: str) -> str:
    """Return the words of a page by the standard library's reader of HTML."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return "".join(reader.words)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in {"script", "style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "title"} and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)
