"""The one typed table of everything that can be set from outside, with units and defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "WINGBEAT_"


class WrongOption(ValueError):
    """An option has a value that cannot be used; the text names the legal ones."""


LANGUAGES = ("en", "de", "hu", "ru")


def _text(value: str) -> str:
    """Text."""
    return value


def _flag(value: str) -> bool:
    """Yes or no."""
    if value.lower() in {"1", "yes", "true", "on"}:
        return True
    if value.lower() in {"0", "no", "false", "off", ""}:
        return False
    raise ValueError("use yes or no")


def _whole(value: str) -> int:
    """A whole number, 0 or more."""
    if not (value.isascii() and value.isdigit()):
        raise ValueError("use a whole number, 0 or more")
    return int(value)


def _few(value: str) -> int:
    """A whole number from 1 to 64."""
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 64):
        raise ValueError("use a whole number from 1 to 64")
    return int(value)


def _folder(value: str) -> Path:
    """A folder."""
    return Path(value).expanduser().absolute()


def _list(value: str) -> tuple[str, ...]:
    """Items separated by commas."""
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _language(value: str) -> str:
    """One of en, de, hu, ru."""
    if value not in LANGUAGES:
        raise ValueError(f"use one of {', '.join(LANGUAGES)}")
    return value


def _zone(value: str) -> str:
    """A time zone by its IANA name."""
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("use an IANA name such as UTC or Europe/Budapest") from None
    return value


def _web_address(value: str) -> str:
    """An address that begins with https:// or http://."""
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
        raise ValueError("use something like https://desk.example.org")
    return value.rstrip("/")


def _listening(value: str) -> str:
    """A host and a port with a colon between."""
    host, _colon, port = value.rpartition(":")
    if value and not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise ValueError("use host:port, such as 127.0.0.1:2525")
    return value


def _roles(value: str) -> tuple[str, ...]:
    """Roles separated by commas: owner, admin, agent, light."""
    items = _list(value)
    if not set(items) <= {"owner", "admin", "agent", "light"}:
        raise ValueError("use owner, admin, agent, light, or several with commas between")
    return items


def _networks(value: str) -> tuple[str, ...]:
    """IP addresses or networks separated by commas."""
    items = _list(value)
    for item in items:
        try:
            ip_network(item)
        except ValueError:
            raise ValueError(
                "use IP addresses or networks, such as 127.0.0.1, 10.0.0.0/8"
            ) from None
    return items


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

    @property
    def takes(self) -> str:
        """What it takes, in words: the first line of its kind."""
        return (self.kind.__doc__ or "").splitlines()[0]

    def written(self, environment: Mapping[str, str]) -> str:
        return environment.get(self.variable, self.default)

    def read(self, environment: Mapping[str, str]) -> Any:
        raw = self.written(environment)
        try:
            return self.kind(raw)
        except ValueError as error:
            shown = "(hidden)" if self.is_secret else repr(raw)
            raise WrongOption(f"{self.variable} is {shown}: {error}.") from error


OPTIONS = (
    Option("home", _folder, "wingbeat-home", "The folder that holds the whole desk."),
    Option(
        "database_url", _text, "",
        "postgresql://user:password@host:port/name; empty: SQLite in the home folder.",
        is_secret=True,
    ),
    Option(
        "blobs", _text, "",
        "Folder for large mails and attachments; empty means blobs/ in the home folder. "
        "Several hosts need a shared volume.",
    ),
    Option(
        "key", _text, "",
        "The desk's key; empty means keys/desk.key in the home folder, made at the first start. "
        "Several hosts need the same.",
        is_secret=True,
    ),
    Option(
        "address", _web_address, "",
        "The address people use to reach the desk, such as https://desk.example.org; "
        "empty means this machine only.",
    ),
    Option("hosts", _list, "", "Further host names the desk answers to."),
    Option(
        "trusted_proxies", _networks, "",
        "Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. "
        "Nobody else's are.",
    ),
    Option(
        "two_factors_for", _roles, "",
        "Roles that must have a second factor before they see anything of the desk.",
    ),
    Option(
        "openid_server", _web_address, "",
        "An OpenID Connect provider to log in with, such as https://login.example.org/realms/us. "
        "Only invited addresses get in, and only where the provider has verified them.",
    ),
    Option("openid_name", _text, "OpenID", "What the log-in page calls that provider."),
    Option("openid_client", _text, "", "The desk's client id at that provider."),
    Option(
        "openid_secret", _text, "", "The desk's client secret at that provider.", is_secret=True
    ),
    Option(
        "metrics_token", _text, "",
        "What a monitoring system sends as `Authorization: Bearer` to read /metrics; "
        "empty means only this machine may, and only if the desk has no address.",
        is_secret=True,
    ),
    Option("threads", _few, "4", "Pages that a process makes at the same time."),
    Option("language", _language, "en", "Language of the screens before an agent has chosen one."),
    Option("zone", _zone, "UTC", "Time zone of the desk, such as Europe/Budapest."),
    Option("undo_seconds", _whole, "15", "Seconds during which a reply can be taken back."),
    Option(
        "staff_views", _flag, "yes",
        "Whether pages show what waits with whom, by name; see docs/works-council.md.",
    ),
    Option(
        "sleep_through_thanks", _flag, "yes",
        "Whether a conversation that is put aside stays so when the customer merely says thanks.",
    ),
    Option(
        "quiet_after_days", _whole, "14",
        "Days without a word after which a conversation that waits for the customer is quiet.",
    ),
    Option(
        "answer_within_hours", _whole, "24",
        "Hours within which a customer's words are due an answer, until business hours are set.",
    ),
    Option(
        "notification_minutes", _whole, "30",
        "Minutes between two mails that tell one agent what concerns them, at the least.",
    ),
    Option(
        "smtp_listen", _listening, "",
        "Where the desk accepts mail by SMTP, such as 127.0.0.1:2525; "
        "empty means it does not listen.",
    ),
    Option(
        "smtp_certificate", _text, "",
        "Certificate file (PEM, with key) that the SMTP listener offers for STARTTLS.",
    ),
    Option(
        "mail_megabytes", _whole, "50", "Largest mail in megabytes that the SMTP listener accepts."
    ),
    Option(
        "api_per_minute", _whole, "600",
        "Requests that one key to the API may make in a minute, counted in each process.",
    ),
    Option(
        "internal_networks", _networks, "",
        "Internal addresses that webhooks and the context panel may call, such as 10.0.0.0/8; "
        "empty means none.",
    ),
    Option("shadow", _flag, "no", "Read mailboxes beside another desk and send nothing."),
    Option("demo", _flag, "no", "Set by `wingbeat demo`: the customers can be played."),
    Option(
        "debug", _flag, "no",
        "Show technical details on error pages. Never on a desk that others can reach.",
    ),
)  # fmt: skip


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


def openid_apps(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the OpenID Connect provider as allauth wants it, or none."""
    if not values["openid_server"]:
        return []
    return [
        {
            "provider_id": "openid",
            "name": values["openid_name"],
            "client_id": values["openid_client"],
            "secret": values["openid_secret"],
            "settings": {"server_url": values["openid_server"], "oauth_pkce_enabled": True},
        }
    ]
