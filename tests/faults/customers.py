"""Customers and their mail server: it hands each mail in until it is told that it was taken."""

from __future__ import annotations

import queue
import random
import smtplib
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any

INBOX = "support@desk.example"
PAUSE = 0.05  # seconds before a mail that was not taken is handed in again


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of a customer."""

    message_id: str
    sender: str
    raw: bytes


def letters(count: int, *, seed: int = 0, name: str = "mail") -> list[Letter]:
    """Write mails: every fourth answers an earlier one, every tenth carries a large file."""
    chance = random.Random(f"{name} {seed}")
    return [_letter(number, name, chance) for number in range(count)]


def _letter(number: int, name: str, chance: random.Random) -> Letter:
    about = number - 1 if number % 4 == 1 else number
    mail = EmailMessage(policy=SMTP)
    sender = f"{name}.customer.{about}@customers.example"
    mail["From"] = f"Customer {about} <{sender}>"
    mail["To"] = INBOX
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<{_id(name, number)}>"
    mail["Subject"] = f"A broken lamp, {name} {about}"
    if about != number:
        mail.replace_header("Subject", f"Re: {mail['Subject']}")
        mail["In-Reply-To"] = mail["References"] = f"<{_id(name, about)}>"
    words = " ".join(chance.choices("lamp light bulb order broken when please help".split(), k=80))
    mail.set_content(f"Mail {number} of {name}.\n\n{words}\n")
    if number % 10 == 3:
        picture = chance.randbytes(chance.randint(60_000, 140_000))
        mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="lamp.jpg")
    return Letter(_id(name, number), sender, mail.as_bytes())


def _id(name: str, number: int) -> str:
    return f"{name}.{number}@mail.customers.example"


@dataclass
class Customers:
    """Hands mails in at one or several ports; `told` has each mail's last word, and when."""

    ports: Sequence[int]
    hands: int = 4
    told: dict[str, tuple[float, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    again: int = 0
    _waiting: queue.Queue[Letter] = field(default_factory=queue.Queue)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Customers:
        for number in range(self.hands):
            thread = threading.Thread(target=self._work, args=[number], daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def write(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._waiting.put(letter)

    def _work(self, number: int) -> None:
        smtp: smtplib.SMTP | None = None
        turn = number
        while not self._over.is_set():
            try:
                letter = self._waiting.get(timeout=0.1)
            except queue.Empty:
                continue
            try:
                smtp = smtp or smtplib.SMTP(
                    "127.0.0.1", self.ports[turn % len(self.ports)], timeout=60
                )
                answer = _hand_in(smtp, letter)
                self.told[letter.message_id] = (time.monotonic(), answer)
            except (OSError, smtplib.SMTPException) as error:
                smtp, turn = _dropped(smtp), turn + 1
                self.refused += [str(error)] if isinstance(error, smtplib.SMTPDataError) else []
                self.again += 1
                self._waiting.put(letter)
                self._over.wait(PAUSE)
        _dropped(smtp)


def _hand_in(smtp: smtplib.SMTP, letter: Letter) -> str:
    """Hand one mail in; return what it was answered.

    Raises:
        OSError, SMTPException: unless it was taken.
    """
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("it hung up")
    smtp.ehlo_or_helo_if_needed()
    code, words = smtp.mail(letter.sender)
    if code == 250:
        code, words = smtp.rcpt(INBOX)
    if code == 250:
        code, words = smtp.data(letter.raw)
    if code != 250:
        raise smtplib.SMTPDataError(code, words)
    return words.decode()


def _dropped(smtp: smtplib.SMTP | None) -> Any:
    if smtp is not None:
        smtp.close()
