"""Find and clean mail addresses as mail systems write them in their reports."""

from __future__ import annotations

import re

# Bounded on purpose: a megabyte without a space must not cost more than a megabyte's reading.
ADDRESS = (
    r'(?:"[^"\r\n]{1,128}"|[^\s<>()\[\]:;,"\'@|][^\s<>()\[\]:;,"@|]{0,127})'
    r"@(?:\[[0-9A-Fa-f.:]{2,48}\]|\w[\w-]{0,62}+(?:\.[\w-]{1,63}+){0,30}+)"
)
_ADDRESS = re.compile(ADDRESS)
_BEFORE_AT = re.compile(r"[^\s<>()\[\]:;,@|]{1,128}$")
_X400 = re.compile(r"\bsmtp=([^\s;]{1,320})", re.IGNORECASE)
_UTF8_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_LONGEST_FIELD = 1000


def first_address(text: str) -> str:
    """Return the first address in a short text, or the empty string."""
    text = text[:_LONGEST_FIELD]
    x400 = _X400.search(text)
    if x400:
        text = x400[1]
    at = text.find("@")
    while at >= 0:
        found = _around(text, at)
        if found:
            return found
        at = text.find("@", at + 1)
    return ""


def _around(text: str, at: int) -> str:
    """Return the address whose at sign stands at that place."""
    before = text[max(0, at - 130) : at]
    quoted = before.rfind('"', 0, -1) if before.endswith('"') else -1
    if quoted >= 0:
        written = before[quoted:]
    else:
        local = _BEFORE_AT.search(before)
        written = local[0].lstrip("'\"") if local else ""
    found = _ADDRESS.match(written + text[at : at + 260]) if written else None
    return clean(found[0]) if found else ""


def address_of(header: str) -> str:
    """Return what a From header gives as address: a name alone may be one (`mailer-daemon`)."""
    header = header[:_LONGEST_FIELD].strip()
    opened = header.rfind("<")
    if opened >= 0:
        return header[opened + 1 :].partition(">")[0].strip()
    return first_address(header) or header.partition(" ")[0]


def address_in_field(value: str) -> str:
    """Return the address of a delivery-status field such as `rfc822; ada@example.org`."""
    kind, separator, rest = value.partition(";")
    if separator and "@" in rest and "@" not in kind:
        value = rest
    return first_address(_UTF8_XTEXT.sub(_character, value))


def clean(address: str) -> str:
    """Drop what a sentence, a URI scheme or an LMTP transport left around an address."""
    address = address.strip().strip("<>'").rstrip(".-_")
    for prefix in ("mailto:", "smtp:", "lmtp:", "rfc822:"):
        if address.lower().startswith(prefix):
            address = address[len(prefix) :]
    return address


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    # Beyond Unicode, or half of a pair: keep what was written.
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else match[0]
