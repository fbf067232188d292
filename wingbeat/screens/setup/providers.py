"""What an address tells of its mail servers: known providers, else the usual names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Provider:
    """The fields of an account with its servers, and what to know before typing the password."""

    servers: dict[str, Any]
    help: str = ""


def provider_of(address: str) -> Provider:
    """Return what is known of an address's provider, or the names most servers go by."""
    domain = address.rpartition("@")[2].lower()
    known = _known().get(domain)
    if known is not None:
        return known
    return Provider(servers(imap=f"imap.{domain} 993 tls", smtp=f"smtp.{domain} 587 starttls"))


@cache
def _known() -> dict[str, Provider]:
    table = tomllib.loads(Path(__file__).with_name("providers.toml").read_text())
    return {
        domain: Provider(servers(imap=row["imap"], smtp=row["smtp"]), row["help"])
        for row in table.values()
        for domain in row["domains"]
    }


def servers(**written: str) -> dict[str, Any]:
    """Return the fields of an account for servers, each written as host, port and security."""
    fields: dict[str, Any] = {}
    for kind, text in written.items():
        host, port, security = text.split()
        fields |= {f"{kind}_host": host, f"{kind}_port": int(port), f"{kind}_security": security}
    return fields
