"""Writing a mail's bytes: headers folded and encoded, words and files as seven-bit parts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.header import Header
from email.policy import SMTP
from hashlib import sha256
from urllib.parse import quote

from wingbeat.desk.conversations.words import Party

LINE = 76
# For a mail that the library writes: where it folds, it loses the blank between encoded words.
UNFOLDED = SMTP.clone(max_line_length=None)
# What stands in a display name only between quotation marks.
SPECIALS = re.compile(r"[^\w !#$%&'*+/=?^`{|}~-]", re.ASCII)
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
FROM_LINE = re.compile(rb"(?m)^(?:From |\.)")
# 57 bytes make one line of 76; whole lines at a time keep a large file from being copied whole.
BASE64_STEP = 57 * 4096


# A part of a mail comes in pieces, so that a large file is never held twice in one encoding.
Part = Iterable[bytes]


class HeadersTooLong(ValueError):
    """An address or a name is so long that no mail server would take its header."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to go out; its bytes are read when they are written and not before."""

    name: str
    type: str
    content: Callable[[], bytes]
    content_id: str = ""


def one_line(words: str) -> str:
    """Return words that cannot begin a header of their own."""
    return CONTROLS.sub(" ", words).strip()


def text_header(name: str, words: str) -> bytes:
    """Return a header of free words."""
    return f"{name}: {_encoded(one_line(words), len(name) + 2)}\r\n".encode("ascii")


def raw_header(name: str, words: str) -> bytes:
    """Return a header of ASCII words that must stay as they are."""
    return f"{name}: {one_line(words)}\r\n".encode("ascii")


def ids_header(name: str, ids: Sequence[str]) -> bytes:
    """Return a header of Message-IDs, one a line; an id is never cut or encoded."""
    words = "\r\n ".join(f"<{one_line(each)}>" for each in ids)
    return f"{name}: {words}\r\n".encode("ascii", "replace")


def parties_header(name: str, parties: Sequence[Party]) -> bytes:
    """Return a header of names and addresses, one a line."""
    words = ",\r\n ".join(_party(party) for party in parties)
    return f"{name}: {words}\r\n".encode()


def wire_address(address: str) -> str:
    """Return an address as servers know it: an international domain in its ASCII form."""
    local, _at, domain = one_line(address).rpartition("@")
    if domain.isascii():
        return f"{local}@{domain}"
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{local}@{domain}"


def text_part(kind: str, words: str) -> Part:
    """Return words as a part, in an encoding that any server carries and that suits them."""
    lines = "\r\n".join(words.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    content = (lines.rstrip("\r\n") + "\r\n").encode("utf-8", "replace")
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: "
    if _is_plain(content):
        return [f"{head}7bit\r\n\r\n".encode(), content]
    beyond = sum(byte > 126 for byte in content)
    if beyond * 6 < len(content):
        return [f"{head}quoted-printable\r\n\r\n".encode(), _quoted_printable(content)]
    return [f"{head}base64\r\n\r\n".encode(), *_base64(content)]


def file_part(file: File) -> Part:
    """Return a file as a part; with a content id it is shown inside the words."""
    shown = "inline" if file.content_id else "attachment"
    yield f"Content-Type: {_type(file.type)}{_parameter('name', file.name)}\r\n".encode()
    yield f"Content-Disposition: {shown}{_parameter('filename', file.name)}\r\n".encode()
    if file.content_id:
        yield f"Content-ID: <{file.content_id}>\r\n".encode()
    yield b"Content-Transfer-Encoding: base64\r\n\r\n"
    yield from _base64(file.content())


def multipart(kind: str, parts: Iterable[Part], *, seed: str, extra: str = "") -> Part:
    """Return parts as one, between boundaries that cannot occur in them."""
    # "=_" stands in no encoded text, and nobody who writes plain words can know the rest
    boundary = f"=_wb_{sha256(f'{kind} {seed}'.encode()).hexdigest()[:24]}"
    yield f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}\r\n\r\n'.encode()
    for part in parts:
        yield f"--{boundary}\r\n".encode()
        yield from part
    yield f"--{boundary}--\r\n".encode()


def _party(party: Party) -> str:
    name, address = one_line(party["name"]), wire_address(party["address"])
    if len(address) > 320:
        raise HeadersTooLong(f"{address[:60]}… is longer than any mail address can be.")
    if not name:
        return (
            address
            if not SPECIALS.search(address.replace("@", "").replace(".", ""))
            else (f"<{address}>")
        )
    if not name.isascii():
        return f"{_encoded(name[:200], 12)} <{address}>"
    if SPECIALS.search(name):
        escaped = name[:200].replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{address}>"


def _encoded(words: str, used: int) -> str:
    if words.isascii() and "=?" not in words:
        return _folded(words, used)
    # every word is encoded, so that no reader has to guess where an encoded one ends
    return Header(words, "utf-8", maxlinelen=LINE, header_name="x" * used).encode(linesep="\r\n")


def _folded(words: str, used: int) -> str:
    lines, line = [], ""
    for word in words.split(" "):
        if line.strip() and used + len(line) + len(word) + 1 > LINE:
            lines.append(line)
            line, used = "", 1
            if not word:
                continue
        line = f"{line} {word}" if line else word
    lines.append(line)
    return "\r\n ".join(lines)


def _is_plain(content: bytes) -> bool:
    return (
        content.isascii()
        and not FROM_LINE.search(content)
        and b"\x00" not in content
        and max(map(len, content.split(b"\r\n"))) <= 990
    )


def _quoted_printable(content: bytes) -> bytes:
    encoded = binascii.b2a_qp(content, istext=True)
    # a dot or "From " at the start of a line is changed by some servers on the way
    return FROM_LINE.sub(lambda found: b"=%02X" % found[0][0] + found[0][1:], encoded)


def _base64(content: bytes) -> Iterable[bytes]:
    for start in range(0, len(content), BASE64_STEP):
        yield base64.encodebytes(content[start : start + BASE64_STEP]).replace(b"\n", b"\r\n")


def _type(declared: str) -> str:
    declared = declared.strip().lower()
    if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", declared, re.ASCII) and not declared.startswith(
        ("multipart/", "message/")
    ):
        return declared
    return "application/octet-stream"


def _parameter(name: str, value: str) -> str:
    """Return a parameter: `filename` as RFC 2231 has it, `name` as older programs read it."""
    value = one_line(value).replace("/", "_").replace("\\", "_")[:180]
    if not value:
        return ""
    if value.isascii():
        return f';\r\n {name}="' + value.replace('"', "'") + '"'
    pieces = _pieces(quote(value.encode(), safe=""), 60)
    if len(pieces) == 1:
        exact = f";\r\n {name}*=utf-8''{pieces[0]}"
    else:
        pieces[0] = f"utf-8''{pieces[0]}"
        exact = "".join(f";\r\n {name}*{at}*={piece}" for at, piece in enumerate(pieces))
    if name == "filename":
        return exact
    old = Header(value, "utf-8", maxlinelen=10_000).encode()
    return f';\r\n {name}="{old}"'


def _pieces(coded: str, size: int) -> list[str]:
    """Cut percent-encoded words where no escape is cut."""
    pieces, rest = [], coded
    while len(rest) > size:
        cut = size
        while "%" in rest[cut - 2 : cut]:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]
