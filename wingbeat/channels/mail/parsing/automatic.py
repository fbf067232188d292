"""Tell mail that no person wrote from mail that somebody waits for us to answer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from email.message import Message
from functools import cache
from importlib.resources import files

from wingbeat.channels.mail.parsing.bounces.providers import service_notice
from wingbeat.channels.mail.parsing.bounces.signs import (
    is_bounce_subject,
    is_report,
    is_unanswerable,
    is_written_by_system,
)
from wingbeat.channels.mail.parsing.parsed import Automatic, AutomaticKind, Bounce

LOOP_HEADER = "X-Wingbeat-Loop"

_ARRIVED = frozenset(("delivered", "relayed", "expanded"))
_LONGEST_WHY = 160
_OPENING = 1500
_MOST_HEADERS = 500
_MOST_PARTS = 50
# What beside its subject says that a mail is an absence notice.
_SECOND_SIGNS = (
    "x-auto-response-suppress x-ms-exchange-inbox-rules-loop auto-submitted precedence "
    "x-precedence x-loop in-reply-to references".split()
)
_ANSWER_PREFIX = re.compile(
    r"^(?:re|aw|antw|sv|odp|vá|rif|res|ответ)(?:\[\d+\])?\s?:", re.IGNORECASE
)


@cache
def _signs(kind: str) -> dict[str, tuple[str, ...]]:
    """Return what `automatic.toml` says of one kind of mail."""
    table = tomllib.loads(files(__package__).joinpath("automatic.toml").read_text("utf-8"))
    return {name: tuple(words) for name, words in table[kind].items()}


class _Mail:
    """One mail as the judges below look at it."""

    def __init__(self, message: Message, subject: str, text: str) -> None:
        self.message = message
        self.subject = subject.strip().lower().replace("’", "'")
        self.text = text
        self.headers: dict[str, list[str]] = {}
        for name, value in message.items()[:_MOST_HEADERS]:
            self.headers.setdefault(name.lower(), []).append(" ".join(str(value).split()))

    def get(self, name: str) -> str:
        """Return the first header of that name, lower-cased, or the empty string."""
        return self.headers.get(name, [""])[0].lower()

    def why(self, name: str) -> str:
        """Write a header as evidence."""
        # Of thousands of headers only the first are read; what judges may have seen a later one.
        return f"{name.title()}: {self.headers.get(name, [''])[0]}"[:_LONGEST_WHY]

    def first(self, names: Sequence[str]) -> str:
        """Write the first of these headers that stands here and does not say no."""
        present = (name for name in names if name in self.headers)
        return next(
            (self.why(name) for name in present if self.get(name) not in ("no", "false")), ""
        )

    @property
    def answers(self) -> bool:
        """Whether this mail answers another."""
        return bool(self.get("in-reply-to") or self.get("references"))

    @property
    def is_generated(self) -> bool:
        """Whether Auto-Submitted (RFC 3834) says that a program made this mail."""
        value = self.get("auto-submitted")
        return bool(value) and not value.startswith("no")

    @property
    def suppresses(self) -> bool:
        """Whether the sender wants no automatic answer of any kind (Exchange and many services)."""
        wanted = self.get("x-auto-response-suppress")
        return "all" in wanted or "autoreply" in wanted


def automatic_of(
    message: Message, subject: str, text: str, bounces: Sequence[Bounce], desk_id: str = ""
) -> Automatic:
    """Return whether no person wrote this mail, of which kind it is, and what says so.

    Without a `desk_id` no mail counts as our own loop; `is_own_loop` asks that later.
    """
    mail = _Mail(message, subject, text)
    if desk_id and desk_id in mail.headers.get(LOOP_HEADER.lower(), ()):
        return Automatic("loop", mail.why(LOOP_HEADER.lower()))
    judged: tuple[tuple[AutomaticKind, str], ...] = (
        ("report", _report(mail, bounces)),
        ("bounce", _bounce(mail, bounces)),
        ("reply", _reply(mail)),
    )
    for kind, why in judged:
        if why:
            return Automatic(kind, why[:_LONGEST_WHY])
    why = _bulk(mail)
    if why and not _is_from_person(mail):
        return Automatic("list", why)
    return Automatic()


def is_own_loop(headers: Sequence[tuple[str, str]], desk_id: str) -> bool:
    """Return whether a mail carries our own mark: it is ours, coming back."""
    name = LOOP_HEADER.lower()
    return bool(desk_id) and any(
        key.lower() == name and value.strip() == desk_id for key, value in headers
    )


def list_address(headers: Sequence[tuple[str, str]]) -> str:
    """Return the address that a mailing list takes mail at, or the empty string.

    Where it is an inbox's own address, the list is how the inbox gets its mail: such mail of kind
    `list` is a customer's.
    """
    posts = (value for key, value in headers if key.lower() == "list-post")
    found = (re.search(r"<mailto:([^>?\s]{3,320})", value, re.IGNORECASE) for value in posts)
    return next((match[1].lower() for match in found if match), "")


def _report(mail: _Mail, bounces: Sequence[Bounce]) -> str:
    signs = _signs("report")
    kind = str(mail.message.get_param("report-type") or "").lower()
    if kind in signs["types"]:
        return f"report-type={kind}"
    if why := mail.first(signs["headers"]):
        return why
    for part in mail.message.walk() if not bounces else ():
        if part.get_content_type() in signs["parts"]:
            return f"Content-Type: {part.get_content_type()}"
    if mail.subject.startswith(signs["subjects"]):
        return f"Subject: {mail.subject}"
    if bounces and all(bounce.action in _ARRIVED for bounce in bounces):
        return f"Action: {bounces[0].action}"
    notice = service_notice(mail.text) if "amazon" in mail.get("from") else None
    return "Amazon SES complaint" if notice and notice.is_complaint else ""


def _bounce(mail: _Mail, bounces: Sequence[Bounce]) -> str:
    if bounces:
        return f"Reports about {bounces[0].recipient}"
    if is_report(mail.message):
        return mail.why("content-type")
    if "x-failed-recipients" in mail.headers:
        return mail.why("x-failed-recipients")
    if "mailer-daemon" in mail.get("from"):
        return mail.why("from")
    unasked = (
        is_unanswerable(mail.message) or mail.is_generated or "postmaster@" in mail.get("from")
    )
    if unasked and is_bounce_subject(mail.subject) and is_written_by_system(mail.message):
        return f"Subject: {mail.subject}"
    return ""


def _reply(mail: _Mail) -> str:
    signs = _signs("reply")
    if mail.get("auto-submitted").startswith("auto-replied"):
        return mail.why("auto-submitted")
    for name in ("precedence", "x-precedence"):
        if mail.get(name) in signs["precedence"]:
            return mail.why(name)
    if mail.get("delivered-to").startswith("autoresponder"):
        return mail.why("delivered-to")
    return mail.first(signs["headers"]) or _reply_by_words(mail)


def _reply_by_words(mail: _Mail) -> str:
    if mail.subject.startswith(_signs("reply")["subjects"]) and (sign := _second_sign(mail)):
        return f"Subject: {mail.subject[:80]}; {sign}"
    if _is_acknowledgement(mail):
        return mail.first(("auto-submitted", "x-auto-response-suppress"))
    # Mail that a person's own program kept may have lost its return path.
    is_typed = "user-agent" in mail.headers or "x-mailer" in mail.headers
    return mail.why("return-path") if is_unanswerable(mail.message) and not is_typed else ""


def _second_sign(mail: _Mail) -> str:
    """Return what else says that a subject of an absence notice is one."""
    if is_unanswerable(mail.message):
        return mail.why("return-path")
    return mail.first(_SECOND_SIGNS)


def _is_acknowledgement(mail: _Mail) -> bool:
    """Return whether another desk tells that it has our mail."""
    if not (mail.answers and (mail.is_generated or mail.suppresses)):
        return False
    return _acknowledges(mail)


def _acknowledges(mail: _Mail) -> bool:
    opening = " ".join(mail.text[:_OPENING].lower().replace("’", "'").split())
    return any(words in opening for words in _signs("reply")["acknowledgements"])


def _bulk(mail: _Mail) -> str:
    signs = _signs("list")
    if mail.is_generated:
        return mail.why("auto-submitted")
    for name in ("precedence", "x-precedence"):
        if mail.get(name) in signs["precedence"]:
            return mail.why(name)
    if mail.suppresses:
        return mail.why("x-auto-response-suppress")
    return mail.first(signs["headers"])


def _is_from_person(mail: _Mail) -> bool:
    """Return whether bulk marks hide a person who waits for an answer."""
    return _is_group_mailbox(mail) or _is_desk_answer(mail) or _is_marked_answer(mail)


def _is_group_mailbox(mail: _Mail) -> bool:
    """Tell a team's address that is a Google group from a public discussion.

    Such a group stamps list headers on every customer's mail to `support@`. What was bulk mail
    before it came to the group keeps other marks.
    """
    own = "x-google-group-id" in mail.headers and "googlegroups.com" not in mail.get("list-id")
    unsubscribes = len(mail.headers.get("list-unsubscribe", ()))
    marked = mail.is_generated or mail.suppresses or "feedback-id" in mail.headers
    return own and unsubscribes < 2 and not marked and mail.get("precedence") in ("", "list")


def _is_desk_answer(mail: _Mail) -> bool:
    """Tell an agent's words from another desk, which marks all its mail as generated or bulk."""
    if not mail.answers or "list-id" in mail.headers:
        return False
    signs = _signs("desk")
    by_desk = any(name.startswith(signs["headers"]) for name in mail.headers)
    mailer = mail.get("x-mailer") + mail.get("user-agent")
    by_desk = by_desk or any(name in mailer for name in signs["mailers"])
    return by_desk and not _acknowledges(mail)


def _is_marked_answer(mail: _Mail) -> bool:
    """Tell an answer that a sales tool gave an unsubscribe link, and nothing else, from bulk."""
    others = (name for name in _signs("list")["headers"] if name != "list-unsubscribe")
    marked = mail.is_generated or mail.suppresses or any(name in mail.headers for name in others)
    precedence = mail.get("precedence") in _signs("list")["precedence"]
    is_answer = mail.answers and bool(_ANSWER_PREFIX.match(mail.subject))
    return is_answer and not marked and not precedence
