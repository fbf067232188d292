"""Mails as a desk gets them, made from a seed: new ones, and answers of three kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import accumulate

COMMON = (
    "the to and I my a is it you for in of have not this was that with on be can please but are "
    "your me so order from when do we will if would as thank has an at account just get no after "
    "been still help what invoice payment delivery number card week charged phone received login "
    "password screen page cancel bank price error parcel box question button browser download "
    "report license seat renewal refund color return exchange repair part store label tracking"
).split()
CONSONANTS = "b c d f g h k l m n p r s t v z br cr dr gl st tr".split()
VOWELS = "a e i o u".split()
FIRST = (
    "Anna Ben Carla David Elena Farid Greta Hugo Ines Jonas Kofi Lena Zoë Søren Łukasz Renée"
).split()
LAST = (
    "Adams Brandt Costa Evans Fischer Garcia Ivanov Jensen Lopez Nowak Rossi Tanaka Varga Müller"
).split()
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CUSTOMERS = 400


@dataclass(slots=True)
class Made:
    """One mail, when it came, and the number of the thread it belongs to."""

    raw: bytes
    at: datetime
    thread: int
    kind: str
    message_id: str


@dataclass(slots=True)
class _Thread:
    number: int
    customer: int
    subject: str
    ids: list[str] = field(default_factory=list)


class Words:
    """Text in which few words are common and many are rare, as in every language."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        syllables = [c + v for c in CONSONANTS for v in VOWELS]
        rare = {a + b + c for a in syllables for b in syllables[::5] for c in ("", "n", "s")}
        self.all = [*COMMON, *sorted(rare, key=lambda _word: chance.random())]
        self.weights = list(accumulate(1 / (place + 3) for place in range(len(self.all))))

    def some(self, count: int) -> list[str]:
        return self.chance.choices(self.all, cum_weights=self.weights, k=count)

    def letter(self, characters: int) -> str:
        words, lines, line = self.some(characters // 5), [], ""
        for place, word in enumerate(words):
            line = f"{line} {word}".strip()
            if len(line) > 68 or place == len(words) - 1:
                lines.append(line + ("." if self.chance.random() < 0.4 else ""))
                line = ""
                if self.chance.random() < 0.15:
                    lines.append("")
        return "\n".join(lines)


def mails(
    count: int, *, seed: int = 11, to: str = "support@desk.example", tag: str = "[Desk #{}]"
) -> Iterator[Made]:
    """Yield mails in the order they come; two of three begin something, the rest are answers.

    `own` answers the customer's own mail, `refs` only refers to it, `tag` has nothing but the
    conversation's number in the subject; numbers count from 1 on an empty desk.
    """
    chance = random.Random(seed)
    words, at, threads = Words(chance), START, list[_Thread]()
    for number in range(count):
        at += timedelta(seconds=chance.randint(20, 400))
        kind = chance.choices(["new", "own", "refs", "tag"], weights=[70, 12, 6, 12])[0]
        kind = "new" if len(threads) < 5 else kind
        if kind == "new":
            subject = " ".join(words.some(chance.randint(3, 7))).capitalize()
            threads.append(_Thread(len(threads) + 1, chance.randrange(CUSTOMERS), subject))
            thread = threads[-1]
        else:
            thread = threads[max(0, len(threads) - 1 - int(chance.expovariate(1 / 40)))]
        letter = _letter(words, thread, kind, number, tag)
        letter["To"], letter["Date"] = to, format_datetime(at)
        message_id = letter["Message-ID"]
        thread.ids.append(message_id)
        yield Made(letter.as_bytes(), at, thread.number, kind, message_id.strip("<>"))


def _letter(words: Words, thread: _Thread, kind: str, number: int, tag: str) -> EmailMessage:
    chance = words.chance
    name, address = person(thread.customer)
    letter = EmailMessage()
    letter["From"] = f"{name} <{address}>"
    letter["Message-ID"] = f"<{chance.getrandbits(64):x}.{number}@mail.customers.example>"
    text = words.letter(chance.randint(500, 1100))
    if kind != "new":
        unknown = f"<{chance.getrandbits(64):x}@elsewhere.example>"
        letter["In-Reply-To"] = thread.ids[-1] if kind == "own" else unknown
        if kind != "tag":
            letter["References"] = f"{thread.ids[0]} {letter['In-Reply-To']}"
        quoted = "\n".join(f"> {line}" for line in words.letter(200).splitlines())
        text = f"{text}\n\nOn Monday, 5 January 2026, you wrote:\n{quoted}"
    marks = (
        "" if kind == "new" else f"Re: {tag.format(thread.number)} " if kind == "tag" else "Re: "
    )
    letter["Subject"] = marks + thread.subject
    letter["X-Mailer"] = chance.choice(["Apple Mail (2.3774)", "Outlook 16.0", "Thunderbird 128"])
    letter.set_content(f"Hello,\n\n{text}\n\nKind regards,\n{name}\n")
    if chance.random() < 0.2:
        paragraphs = text.replace("\n\n", "</p>\n<p>")
        letter.add_alternative(f"<html><body><p>{paragraphs}</p></body></html>", subtype="html")
    return letter


def person(number: int) -> tuple[str, str]:
    """Return the name and address of a customer."""
    name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
    return name, f"customer.{number}@customers.example"
