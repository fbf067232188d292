"""Every real mail can be answered: quoted below our words, and told apart from them again."""

from __future__ import annotations

import time

import pytest

from tests.channels.mail.parsing.samples import archive
from tests.channels.mail.test_composing import post
from wingbeat.channels.mail.composing import compose
from wingbeat.channels.mail.dressing import Quoted, dress
from wingbeat.channels.mail.gathering import who_wrote
from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.html import fold_html, html_of

pytestmark = pytest.mark.corpus
ANSWER = "Our answer to you, in a few words."


@pytest.mark.parametrize(
    ("name", "language"),
    [("zammad", "en"), ("talon", "de"), ("freescout", "hu"), ("reply-trim-discourse", "ru")],
)
def test_an_answer_to_any_mail_is_new_and_what_it_quotes_is_not(name: str, language: str) -> None:
    for member, raw in archive(name):
        mail = parse(raw)
        line = who_wrote("Nora Lind", post().at, language)
        html = fold_html(mail.safe_html) if mail.safe_html else html_of(mail.text, mail.folds)
        began = time.perf_counter()
        dressed = dress(
            f"<p>{ANSWER}</p>",
            signature="Ada Fields",
            quoted=Quoted(line, html, mail.text_new or mail.text),
            picture=lambda _token: None,
        )
        answer = bytes(
            compose(post(html=dressed.html, text=dressed.text, pictures=dressed.pictures))
        )
        assert time.perf_counter() - began < 2, member
        assert answer.isascii(), member
        assert max(map(len, answer.split(b"\r\n"))) <= 998, member
        back = parse(answer)
        assert back.text_new.strip() == ANSWER, member
        assert "<details" in fold_html(back.safe_html), member
