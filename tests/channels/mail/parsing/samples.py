"""Small mails written by hand, and the real ones of the corpus."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from functools import lru_cache

from tests.needs import corpus


def mail(*lines: str, body: str = "Hello.\r\n", charset: str = "utf-8") -> bytes:
    """Return a mail with these header lines over a plain sender, and a body."""
    head = ["From: Nora <nora@example.com>", *lines]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode(charset)


def multipart(*parts: str, kind: str = "mixed", charset: str = "utf-8") -> bytes:
    """Return a mail of several parts, each given as its header lines, a blank line and a body."""
    body = "".join(f"--edge\r\n{part.replace(chr(10), chr(13) + chr(10))}\r\n" for part in parts)
    return mail(
        f'Content-Type: multipart/{kind}; boundary="edge"',
        body=body + "--edge--\r\n",
        charset=charset,
    )


@lru_cache(maxsize=32)
def archive(name: str) -> tuple[tuple[str, bytes], ...]:
    """Return path and bytes of every file in one archive of real mails."""
    with tarfile.open(corpus("mail", f"{name}.tar.gz")) as files:
        return tuple(_members(files))


def _members(files: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in files:
        content = files.extractfile(member) if member.isfile() else None
        if content is not None:
            yield member.name.removeprefix("./"), content.read()
