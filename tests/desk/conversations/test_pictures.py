"""Pictures that came along with a mail, shown where its page refers to them."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import became, taken_in
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.message import Message

pytestmark = pytest.mark.django_db


def mail(page: str, content_id: str) -> bytes:
    lines = (
        "From: Nora Lind <nora@customers.example>",
        "To: support@desk.example",
        "Subject: A picture",
        "Content-Type: multipart/related; boundary=b",
        "",
        "--b",
        "Content-Type: text/html",
        "",
        page,
        "--b",
        "Content-Type: image/png",
        f"Content-ID: <{content_id}>",
        "",
        "a picture",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def shown(page: str, content_id: str) -> tuple[str, Attachment]:
    cast.support(cast.ada())
    message = became(taken_in(mail(page, content_id)))
    return Message.objects.with_words().get(
        pk=message.pk
    ).words.html.strip(), Attachment.objects.get()


@pytest.mark.parametrize(
    ("reference", "content_id"),
    [
        ("cid:lamp@home", "lamp@home"),
        ("CID:Lamp@Home", "lamp@home"),
        ("cid:lamp%20one@home", "lamp one@home"),
        ("cid:a&amp;b@home", "a&b@home"),
    ],
)
def test_a_picture_is_shown_however_its_reference_is_spelled(
    reference: str, content_id: str
) -> None:
    html, picture = shown(f'<p>Look:</p><img alt="x" src="{reference}">', content_id)
    assert html == f'<p>Look:</p><img alt="x" src="/attachments/{picture.token}/">'


def test_an_identifier_with_quotes_makes_no_attributes_of_a_strangers_words() -> None:
    page = (
        "<p>cid:x%22%20alt= </p>"
        '<img src="cid:x" alt=" hx-post=/setup/people/new/ hx-trigger=load onerror=alert(1) ">'
    )
    html, _picture = shown(page, 'x" alt=')
    assert html == page


def test_words_that_look_like_a_picture_stay_words() -> None:
    page = '<p>&lt;img src="cid:lamp"&gt; and "cid:lamp" <img src="cid:lamp"></p>'
    html, picture = shown(page, "lamp")
    assert html == page.replace(
        '<img src="cid:lamp">', f'<img src="/attachments/{picture.token}/">'
    )
