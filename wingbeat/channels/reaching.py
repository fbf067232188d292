"""Calling another system over HTTP: never an internal one unless an option names it, and briefly.

The name is resolved once, every address it has is checked, and the call goes to one of those; so a
name that answers otherwise a moment later leads nowhere else. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from wingbeat.channels import shadow

LONGEST_SECONDS = 10.0
MOST_BYTES = 256 * 1024
MARK = "whsec_"  # as Standard Webhooks writes secrets
FAILURES = (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL)


class CannotReach(ValueError):
    """The address cannot be called, or did not answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, the beginning of the body, and how long it took."""

    status: int
    body: bytes
    seconds: float

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


def new_secret() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, id_: str, at: int, body: bytes) -> dict[str, str]:
    """Return the headers of Standard Webhooks: an id, a time, and the HMAC over all."""
    key = base64.b64decode(secret.removeprefix(MARK))
    digest = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def check_address(url: str) -> None:
    """Raise `CannotReach` unless an address can be called, as far as one sees without a network."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise CannotReach(_("Use an address like https://shop.example.org/wingbeat."))
    if parts.username or parts.password:
        raise CannotReach(_("Put no password into the address: each call is signed."))


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = LONGEST_SECONDS,
    unencrypted: str = "",
) -> Answer:
    """Post JSON and return what came back, whatever its status.

    `unencrypted` says why http may lead to no other place than a network that the option names.

    Raises:
        CannotReach: if it leads inside, does not answer in time, or sends no HTTP; always in
            shadow mode.
    """
    if shadow.holds():
        raise CannotReach(str(shadow.WHY))
    check_address(url)
    parts, pinned = urlsplit(url), _pinned(url, unencrypted)
    sent = {**headers, "Host": parts.netloc, "Content-Type": "application/json"}
    sent |= {"User-Agent": "Wingbeat", "Accept-Encoding": "identity"}
    started = time.monotonic()
    with httpx2.Client(trust_env=False, timeout=seconds) as client:
        # a server that sends a byte now and then would never meet the time limit of one read
        stop = threading.Timer(seconds, client.close)
        stop.start()
        try:
            request = client.build_request(
                "POST", pinned, content=body, headers=sent,
                extensions={"sni_hostname": str(parts.hostname)},
            )  # fmt: skip
            answer = client.send(request, stream=True)
            read = _read(answer, until=started + seconds)
        except (*FAILURES, OSError, RuntimeError) as error:
            why = str(error) or type(error).__name__
            raise CannotReach(_("It did not answer: %(why)s") % {"why": why}) from error
        finally:
            stop.cancel()
    return Answer(answer.status_code, read, time.monotonic() - started)


def _pinned(url: str, unencrypted: str) -> str:
    """Return where a call really goes: to one address of the host, which was checked."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _checked(str(parts.hostname), port)
    if unencrypted and parts.scheme != "https" and not _is_named(_inner(address)):
        raise CannotReach(unencrypted)
    inside = f"[{address}]" if address.version == 6 else str(address)
    return parts._replace(netloc=f"{inside}:{port}", fragment="").geturl()


def _read(answer: httpx2.Response, *, until: float) -> bytes:
    read = b""
    for piece in answer.iter_bytes():
        read += piece
        if len(read) >= MOST_BYTES or time.monotonic() > until:
            break
    answer.close()
    return read[:MOST_BYTES]


def _checked(host: str, port: int) -> IPv4Address | IPv6Address:
    """Return an address of a host to call, if every one that it has may be called."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotReach(_("There is no host %(host)s.") % {"host": host}) from error
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    for address in addresses:
        if not _may_be_called(address):
            raise CannotReach(
                _("%(host)s is inside your own network (%(address)s). An option of the desk, "
                  "WINGBEAT_INTERNAL_NETWORKS, names what may be called there.")
                % {"host": host, "address": address}
            )  # fmt: skip
    return addresses[0]


def _may_be_called(address: IPv4Address | IPv6Address) -> bool:
    inner = _inner(address)
    return _is_named(inner) or (
        inner.is_global and not inner.is_multicast and not inner.is_reserved
    )


def _is_named(inner: IPv4Address | IPv6Address) -> bool:
    """Say whether an option names a network that this is in."""
    allowed = (ip_network(one) for one in settings.WINGBEAT["internal_networks"])
    return any(inner in network for network in allowed)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the address that an IPv6 address carries within it, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in ip_network("64:ff9b::/96"):  # a translator to IPv4
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
