"""Read a raw mail: from bytes to `ParsedMail`, whatever the bytes are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from email.message import Message
from typing import TypeVar

from wingbeat.channels.mail.parsing import charsets, limits
from wingbeat.channels.mail.parsing.automatic import automatic_of
from wingbeat.channels.mail.parsing.bodies import Contents, File, clean_text, read_contents
from wingbeat.channels.mail.parsing.bounces import BounceReport, bounces_of
from wingbeat.channels.mail.parsing.heads import Head, charset_of, ids_of, read_head
from wingbeat.channels.mail.parsing.message import as_message
from wingbeat.channels.mail.parsing.parsed import Automatic, ParsedMail, Span
from wingbeat.channels.mail.parsing.quotes import fold, new_text
from wingbeat.channels.mail.parsing.structure import Structure, read_structure
from wingbeat.channels.mail.parsing.wording import attachments_of, plain_words_of, words_of

_Result = TypeVar("_Result")


def parse(raw: bytes) -> ParsedMail:
    """Return everything the desk reads from a mail; never raises, and tells what was odd.

    (Only a machine without memory raises: `confined` keeps that to a process of its own.)
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    try:
        return _Reading(raw, sha256).read()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a mail that breaks a reader must reach a person
        text = clean_text(charsets.decode_undeclared(raw, "").text)
        defect = f"The mail could not be read ({type(error).__name__}); it is shown as it came."
        return ParsedMail(sha256, len(raw), text=text, text_new=text.strip(), defects=(defect,))


class _Reading:
    def __init__(self, raw: bytes, sha256: str) -> None:
        self.raw = raw
        self.sha256 = sha256
        self.defects: list[str] = []

    def read(self) -> ParsedMail:
        structure = read_structure(self.raw)
        hint = charset_of(structure.root)
        head = read_head(structure.root.fields, hint)
        contents = self._contents(structure, hint)
        self.defects += [*structure.defects, *head.defects, *contents.defects]
        words = self._guarded("HTML", None, lambda: words_of(contents)) or plain_words_of(contents)
        folds: tuple[Span, ...] = self._guarded(
            "quotes", (), lambda: fold(words.text, tuple(words.known))
        )
        message = as_message(self.raw, structure.root)
        report, automatic = self._judged(message, head, words.text)
        return ParsedMail(
            sha256=self.sha256,
            size=len(self.raw),
            text=words.text,
            text_new=new_text(words.text, folds).strip(),
            folds=folds,
            html=words.html,
            safe_html=words.safe_html,
            attachments=attachments_of(contents, words),
            automatic=automatic,
            bounces=report.bounces,
            original_message_id=next(iter(ids_of(report.original_message_id)), ""),
            **head._asdict()
            | {"defects": tuple(dict.fromkeys(self.defects))[: limits.MAX_DEFECTS]},
        )

    def _contents(self, structure: Structure, hint: str) -> Contents:
        contents = read_contents(self.raw, structure.root, hint)
        if structure.rest >= 0:
            rest = self.raw[structure.rest :]
            contents.files.append(File("rest-of-mail.txt", "application/octet-stream", rest))
        return contents

    def _judged(self, message: Message, head: Head, text: str) -> tuple[BounceReport, Automatic]:
        report = self._guarded("bounces", BounceReport(), lambda: bounces_of(message, text))
        automatic = self._guarded(
            "automatic mail",
            Automatic(),
            lambda: automatic_of(message, head.subject, text, report.bounces),
        )
        return report, automatic

    def _guarded(self, what: str, default: _Result, read: Callable[[], _Result]) -> _Result:
        """Return what a reader finds, or the default where it breaks: the rest is still read."""
        try:
            return read()
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            self.defects.append(f"Reading {what} broke off ({type(error).__name__}).")
            return default
