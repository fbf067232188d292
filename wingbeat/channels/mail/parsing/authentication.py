"""Read what our own mail server found out about a sender (Authentication-Results, RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Result = Literal["pass", "fail", "unclear", "none"]

# Exchange Online writes no identifier of its own before its results.
NO_ID = "-"

_LONGEST_HEADER = 8000
_MOST_HEADERS = 500
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# What stands between quotation marks, or from one to the end. A sender chooses what is before the
# @ of their mailbox: between them it may hold another @, brackets, semicolons, and whole results.
_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_PIECE = re.compile(rf"{_STRING}|\\.|.", re.DOTALL)
_PIECE_OF_COMMENT = re.compile(rf"{_STRING}(?=@)|\\.|.", re.DOTALL)
_SECTION = re.compile(rf'(?:{_STRING}|[^;"])++', re.DOTALL)
_IN_BRACKETS = re.compile(r"<([^<>]*)>")
_METHOD = re.compile(r"^([a-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(
    rf'\b((?:header|smtp|policy)\.[\w-]+)\s*=\s*((?:{_STRING}|[^\s;"])++)|{_STRING}',
    re.IGNORECASE | re.DOTALL,
)
_DOMAIN = re.compile(r"@\s*([\w-]+(?:\.[\w-]+)*)\s*$")
_FAILED = frozenset(("fail", "hardfail", "reject"))


@dataclass(frozen=True, slots=True)
class Authentication:
    """Whether the From domain stands behind a mail, what each method said, and why we think so."""

    result: Result
    dmarc: str = ""
    spf: str = ""
    dkim: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Finding:
    """One method's result and the domain that it is about."""

    method: str
    result: str
    domain: str


def verdict(headers: Sequence[tuple[str, str]], authserv_id: str, *, sender: str) -> Authentication:
    """Return what the server named `authserv_id` says of the From domain.

    `headers` stand in order of arrival, the newest on top. Only headers with that identifier
    count, and only the topmost: a sender can write any header, but not above those of our server.
    A pass needs the strictest reading, for it lets a mail act as an agent. The identifier "-"
    stands for a server that writes none (Exchange Online).

    `sender` is the address that the desk takes for the writer's. From can be written so that two
    programs read two senders in it: what the server says of one is nothing about the other.
    """
    if not authserv_id.strip():
        return Authentication("none", why="No mail server is trusted to judge senders.")
    trusted, nearby = _own_headers(headers, authserv_id.strip().lower())
    if not nearby:
        return Authentication("none", why=f"No result from {authserv_id.strip()}.")
    domain = _from_domain(headers)
    if not domain or domain != sender.rpartition("@")[2].lower():
        return Authentication("unclear", why="From can be read as more than one sender.")
    strict = [finding for value in trusted for finding in _findings(value)]
    lenient = [finding for value in nearby for finding in _findings(value)]
    result, why = _judge(strict, lenient, domain)
    return Authentication(
        result=result,
        dmarc=_first(lenient, "dmarc", domain),
        spf=_first(lenient, "spf", domain),
        dkim=_first(lenient, "dkim", domain),
        why=why,
    )


def names(headers: Sequence[tuple[str, str]], authserv_id: str) -> bool:
    """Say whether a mail brings results of this server, whatever they are."""
    return bool(_own_headers(headers, authserv_id.strip().lower())[1])


def _judge(strict: list[_Finding], lenient: list[_Finding], domain: str) -> tuple[Result, str]:
    dmarc = _first(strict, "dmarc", domain) or _first(lenient, "dmarc", domain)
    if dmarc in _FAILED:
        return "fail", f"dmarc={dmarc} for {domain}"
    if passed := _passed(strict, domain):
        return "pass", f"{passed.method}=pass for {passed.domain}"
    # A failure puts a customer's mail into the margin: anything nearby that speaks for it counts.
    if _passed(lenient, domain):
        return "none", "The result that passed does not stand on top."
    for finding in lenient:
        if finding.result in _FAILED and _counts_against(finding, domain):
            return "fail", f"{finding.method}={finding.result} for {finding.domain or domain}"
    return "none", "No method speaks for the From domain."


def _passed(findings: list[_Finding], domain: str) -> _Finding | None:
    """Return the first finding that proves the From domain."""
    for finding in findings:
        if finding.result != "pass" or finding.method not in ("dmarc", "dkim", "spf"):
            continue
        # Without the domain that it was about, only DMARC says something on From.
        if _aligns(finding.domain, domain) or (finding.method == "dmarc" and not finding.domain):
            return finding
    return None


def _counts_against(finding: _Finding, domain: str) -> bool:
    if finding.method == "compauth":
        return True
    return finding.method in ("spf", "dkim") and _aligns(finding.domain, domain)


def _aligns(one: str, other: str) -> bool:
    """Return whether two domains are the same, or one lies below the other."""
    if not one or not other or "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _first(findings: list[_Finding], method: str, domain: str) -> str:
    """Return a method's result: for the From domain where there is one, else the first."""
    found = [finding for finding in findings if finding.method == method]
    about = (finding for finding in found if _aligns(finding.domain, domain))
    chosen = next(about, None) or next(iter(found), None)
    return chosen.result if chosen else ""


def _own_headers(
    headers: Sequence[tuple[str, str]], authserv_id: str
) -> tuple[list[str], list[str]]:
    """Return our server's results that nobody else can have written, and all that stand by them.

    What stands above the first Received is ours. Some servers write results below their own
    Received: then a forged header may stand right beneath, and only the topmost is sure.
    """
    sure: list[str] = []
    nearby: list[str] = []
    hops = 0
    for name, value in headers[:_MOST_HEADERS]:
        if name.lower() == "received":
            if nearby:
                break
            hops += 1
        elif name.lower() == "authentication-results":
            plain = _without_comments(value[:_LONGEST_HEADER])
            if _id_of(plain) == authserv_id:
                nearby.append(plain)
                if not hops or len(nearby) == 1:
                    sure.append(plain)
    return sure, nearby


def _id_of(value: str) -> str:
    head = value.partition(";")[0].strip()
    words = head.split()
    if not words or "=" in words[0]:
        return NO_ID
    return words[0].strip('"').lower()


def _findings(value: str) -> list[_Finding]:
    sections = _SECTION.findall(value)
    start = 0 if _id_of(value) == NO_ID else 1
    return [finding for section in sections[start:] if (finding := _finding(section))]


def _finding(section: str) -> _Finding | None:
    method = _METHOD.match(section.strip())
    if not method:
        return None
    name, result = method[1].lower(), method[2].lower()
    properties = {
        key.lower(): value.strip('"').lower() for key, value in _PROPERTY.findall(section)
    }
    keys = {
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.mail", "smtp.helo"),
        "dmarc": ("header.from",),
    }.get(name, ())
    given = next((properties[key] for key in keys if properties.get(key)), "")
    return _Finding(name, result, given.rpartition("@")[2].strip("<>.").strip())


def _without_comments(value: str) -> str:
    """Drop comments, which may be nested; an open one swallows the rest."""
    kept, depth, at = [], 0, 0
    while found := (_PIECE_OF_COMMENT if depth else _PIECE).match(value, at):
        piece, at = found[0], found.end()
        depth += piece == "("
        if not depth:
            kept.append(piece)
        depth -= piece == ")" and depth > 0
    return "".join(kept)


def _from_domain(headers: Sequence[tuple[str, str]]) -> str:
    """Return the one domain that From names, or the empty string."""
    written = [value for name, value in headers[:_MOST_HEADERS] if name.lower() == "from"]
    if len(written) != 1:
        return ""
    bare = _without_comments(_QUOTED.sub("", written[0][:_LONGEST_HEADER]))
    addresses = _IN_BRACKETS.findall(bare) or bare.split(",")
    domains = {match[1].lower() for one in addresses if (match := _DOMAIN.search(one.strip()))}
    return domains.pop() if len(domains) == 1 else ""
