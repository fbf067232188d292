"""What our mails say by themselves: one quiet line to the customer's page, and how it was."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from wingbeat.channels.mail.dressing import Choices, Foot
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.brand import Brand, brand_of
from wingbeat.desk.conversations.message import Message, Participant
from wingbeat.desk.conversations.rating import Word
from wingbeat.desk.conversations.rating_question import RatingQuestion
from wingbeat.desk.customers.blocking import is_blocked
from wingbeat.language import telling

WORDS = Path(__file__).with_name("foot.toml")
# The addresses of pages that a higher ring serves; a test there insists that they are the same.
RATINGS = {"good": Word.GOOD.value, "so_so": Word.SO_SO.value, "bad": Word.BAD.value}
OWN_PAGE, SHARED_PAGE = "/portal/{token}/", "/portal/mail/{token}/"


def foot_of(
    message: Message, recipients: Sequence[str], *, language: str, at: datetime
) -> Foot | None:
    """Return the line, or None where the inbox has none or nobody could open it.

    One mail has the same words for everybody it goes to, and a link is for one person: a mail to
    several leads to where each can ask for their own.
    """
    conversation = message.conversation
    brand = brand_of(conversation.inbox)
    if not (brand.site and conversation.inbox.shows_page_link):
        return None
    if conversation.is_restricted or conversation.is_spam or message.is_aside:
        return None
    if any(is_blocked(recipient) for recipient in recipients):  # their page is closed
        return None
    words = _wordings().get(language.partition("-")[0]) or _wordings()["en"]
    if len(recipients) > 1:
        path = SHARED_PAGE.format(token=links.shared_link(message))
        return _led(brand, words["shared"], path)
    reader = Participant.objects.of_message(message, recipients[0]) if recipients else None
    if reader is None:
        return None
    path = OWN_PAGE.format(token=links.own_link(reader, at=at))
    return _led(brand, words["page"], path)


def _led(brand: Brand, words: str, path: str) -> Foot:
    """Return the line under the name and in the color of a brand, where it has them."""
    look = brand.look
    named = f"{brand.name} · {words}" if brand.name else words
    return Foot(named, brand.site + path, look.on_light if look else "")


def choices_of(
    message: Message, recipients: Sequence[str], *, language: str, at: datetime
) -> Choices | None:
    """Return the question how it was, where this mail asks it: each answer opens their page.

    A link only marks a word there, since scanners follow links too; the form counts it.
    """
    if not RatingQuestion.objects.filter(message=message).exists() or len(recipients) != 1:
        return None
    reader = Participant.objects.of_message(message, recipients[0])
    written = message.words.text_new or message.words.text
    spoken = telling.language_of(written, hint=message.conversation.customer.language)
    if reader is None or spoken is None:
        return None
    words = _wordings().get(language.partition("-")[0]) or _wordings()["en"]
    site = brand_of(message.conversation.inbox).site
    page = site + OWN_PAGE.format(token=links.own_link(reader, at=at))
    answers = [Foot(words[name], f"{page}?word={value}") for name, value in RATINGS.items()]
    return Choices(words["how"], tuple(answers), spoken)


@cache
def _wordings() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
