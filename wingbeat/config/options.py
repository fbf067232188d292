"""The one typed table of everything that can be set from outside, with units and defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "WINGBEAT_"


class WrongOption(ValueError):
    """An option has a value that cannot be used; the text names the legal ones."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    known = {
        "1": True,
        "yes": True,
        "true": True,
        "0": False,
        "no": False,
        "false": False,
        "": False,
    }
    if value.lower() not in known:
        raise ValueError("use yes or no")
    return known[value.lower()]


def _whole(value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        raise ValueError("use a whole number, 0 or more") from None
    if number < 0:
        raise ValueError("use a whole number, 0 or more")
    return number


def _folder(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _list(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(",") if item.strip())


@dataclass(frozen=True, slots=True)
class Option:
    """One option: read from `WINGBEAT_<NAME>`, else its default (both written as text)."""

    name: str
    kind: Callable[[str], Any]
    default: str
    help: str
    is_secret: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    def read(self, environment: Mapping[str, str]) -> Any:
        raw = environment.get(self.variable, self.default)
        try:
            return self.kind(raw)
        except ValueError as error:
            shown = "(hidden)" if self.is_secret else repr(raw)
            raise WrongOption(f"{self.variable} is {shown}: {error}.") from error


OPTIONS = (
    Option("home", _folder, "wingbeat-home", "The folder that holds the whole desk."),
    Option(
        "database_url",
        _text,
        "",
        "postgresql://user:password@host:port/name; empty: SQLite in the home folder.",
        is_secret=True,
    ),
    Option(
        "blobs",
        _text,
        "",
        "Folder for large mails and attachments; empty means blobs/ in the home folder. "
        "Several hosts need a shared volume.",
    ),
    Option(
        "address",
        _text,
        "",
        "The address people use to reach the desk, such as https://desk.example.org; "
        "empty means this machine only.",
    ),
    Option("hosts", _list, "", "Further host names the desk answers to, separated by commas."),
    Option(
        "language",
        _text,
        "en",
        "Language of the screens before an agent has chosen one: en, de, ru or hu.",
    ),
    Option("zone", _text, "UTC", "Time zone of the desk, such as Europe/Budapest."),
    Option("undo_seconds", _whole, "15", "Seconds during which a reply can be taken back."),
    Option(
        "quiet_after_days",
        _whole,
        "14",
        "Days without a word after which a conversation that waits for the customer is quiet.",
    ),
    Option(
        "answer_within_hours",
        _whole,
        "24",
        "Hours within which a customer's words are due an answer, until business hours are set.",
    ),
    Option(
        "smtp_listen",
        _text,
        "",
        "host:port on which the desk accepts mail by SMTP; empty means it does not listen.",
    ),
    Option(
        "smtp_certificate",
        _text,
        "",
        "Certificate file (PEM, with key) that the SMTP listener offers for STARTTLS.",
    ),
    Option(
        "mail_megabytes", _whole, "50", "Largest mail in megabytes that the SMTP listener accepts."
    ),
    Option("shadow", _flag, "no", "Read mailboxes beside another desk and send nothing."),
    Option(
        "debug",
        _flag,
        "no",
        "Show technical details on error pages. Never on a desk that others can reach.",
    ),
)


def read_options(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return every option's value; report all wrong ones at once.

    Raises:
        WrongOption: with one line for each option that cannot be used.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    problems = []
    for option in OPTIONS:
        try:
            values[option.name] = option.read(environment)
        except WrongOption as error:
            problems.append(str(error))
    known = {option.variable for option in OPTIONS} | {"WINGBEAT_CORPUS", "WINGBEAT_REQUIRE"}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    problems += [f"{name} is not an option of this desk." for name in unknown]
    if problems:
        raise WrongOption("\n".join(problems))
    return values
