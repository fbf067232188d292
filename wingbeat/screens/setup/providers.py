"""What an address tells of its mail servers: known providers, else the usual names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Provider:
    """Servers as `(host, port, security)`, and what to know before typing the password."""

    imap: tuple[str, int, str]
    smtp: tuple[str, int, str]
    help: str = ""


def provider_of(address: str) -> Provider:
    """Return what is known of an address's provider, or the names most servers go by."""
    domain = address.rpartition("@")[2].lower()
    known = _known().get(domain)
    if known is not None:
        return known
    return Provider((f"imap.{domain}", 993, "tls"), (f"smtp.{domain}", 587, "starttls"))


@cache
def _known() -> dict[str, Provider]:
    table = tomllib.loads(Path(__file__).with_name("providers.toml").read_text())
    return {
        domain: Provider(_server(row["imap"]), _server(row["smtp"]), row["help"])
        for row in table.values()
        for domain in row["domains"]
    }


def _server(text: str) -> tuple[str, int, str]:
    host, port, security = text.split()
    return host, int(port), security
