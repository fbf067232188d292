"""A message as it stands in one that sends it on to somebody else."""

from __future__ import annotations

from html import escape

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.parsing.html import beginning_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.replying import typed
from wingbeat.desk.conversations.words import Party

LONGEST = 100_000  # characters of HTML: some hundred ordinary messages


def line(parties: tuple[Party, ...]) -> str:
    """Return parties as one line that a person could have typed."""
    return ", ".join(typed(party) for party in parties)


def quoted(message: Message) -> str:
    """Return a message as it stands in a forward: who, when, about what, and the words.

    Of a very long one stands the beginning, so that the composer and every saved draft stay light.
    """
    words = message.words
    said = own_words.cleaned(beginning_of(words.html[:LONGEST]))
    if len(words.html) > LONGEST:
        rest = _("This is the beginning of a long mail; the rest was left out.")
        said += f"<p>[{escape(rest)}]</p>"
    author = message.address.email if message.address else str(message.agent)
    head = "<br>".join(
        f"{label}: {escape(str(value))}"
        for label, value in (
            (_("From"), author),
            (_("Date"), date_format(localtime(message.at), _("j F Y, H:i"))),
            (_("To"), line(tuple(words.recipients.get("to", [])))),
            (_("Subject"), words.subject),
        )
        if value
    )
    return f"<div><br></div><blockquote><p>{head}</p>{said}</blockquote>"
