"""What an agent wrote, made fit to store and send."""

from __future__ import annotations

import pytest

from wingbeat.channels.mail.own_words import cleaned, for_editor, from_plain, text_in
from wingbeat.desk.conversations.forgotten import mentions_attachment
from wingbeat.desk.conversations.words import unquoted


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<a href="javascript:x()">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<img src="data:image/png;base64,AA" alt="a">', '<img alt="a">'),
        ("<style>p{}</style><p style='color:red' class='x'>y</p>", "<p>y</p>"),
    ],
)
def test_nothing_runs_or_loads(html: str, kept: str) -> None:
    assert cleaned(html) == kept


def test_the_editor_gets_lines_for_paragraphs() -> None:
    html = "<p>One<br>two</p><p>three</p><blockquote><p>Four</p><p dir='rtl'>five</p></blockquote>"
    assert for_editor(html) == (
        "One<br>two<br><br>three<br><br><blockquote>Four<br><br>five</blockquote>"
    )


def test_plain_words_are_not_markup() -> None:
    assert from_plain("1 < 2 & <b>3</b>") == "<p>1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    "words",
    [
        "I attach the invoice.", "Please find attached our offer.", "See the attached plan.",
        "Anbei die Rechnung.", "Die Rechnung finden Sie im Anhang.",
        "Csatolom a számlát.", "A képet mellékelten küldöm, lásd a mellékletben.",
        "Во вложении счёт.", "Прилагаю фотографию.",
    ],
)  # fmt: skip
def test_an_attachment_is_noticed_when_it_is_announced(words: str) -> None:
    assert speaks_of_attachment(f"<p>{words}</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Could you attach a photo?", "The attachment you sent is broken.",
        "Der Anhang fehlt leider.", "Kérem, küldje el a csatolt fájlt újra.",
        "Пришлите, пожалуйста, вложение ещё раз.",
    ],
)  # fmt: skip
def test_asking_for_one_announces_nothing(words: str) -> None:
    assert not speaks_of_attachment(f"<p>{words}</p>")


def test_what_one_quotes_announces_nothing() -> None:
    assert not speaks_of_attachment("<p>Thanks.</p><blockquote>I attach a photo.</blockquote>")
    earlier = "<blockquote>Hello<blockquote>Yes?</blockquote>I attach a photo.</blockquote>"
    assert not speaks_of_attachment(f"<p>Thanks.</p>{earlier}")
    assert speaks_of_attachment(f"{earlier}<p>I attach a photo.</p>")


def speaks_of_attachment(html: str) -> bool:
    return mentions_attachment(text_in(unquoted(html))) is not None
