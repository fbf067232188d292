"""Our words as mail programs show them: styled in place, signed, with what they answer below."""

from __future__ import annotations

import base64

import pytest

from wingbeat.channels.mail.dressing import Dressed, Quoted, direction, dress
from wingbeat.channels.mail.mime import File
from wingbeat.channels.mail.parsing.html import fold_html, sanitize
from wingbeat.channels.mail.parsing.quotes import fold

TOKEN = "2b1e0c9e-6a5f-4b47-9f55-0d0f3a6f8c11"
LAMP = File("lamp.png", "image/png", lambda: b"\x89PNG", f"{TOKEN}@desk.example")
PIXEL = base64.b64encode(b"\x89PNG pixel").decode()
NORA = Quoted("On March 2, 2026 at 12:00, Nora wrote:", "<p>It is dark.</p>", "It is dark.")


def dressed(html: str = "<p>Here you go.</p>", **more: object) -> Dressed:
    settings: dict[str, object] = {"signature": "", "quoted": None, **more}
    return dress(html, picture={TOKEN: LAMP}.get, **settings)  # type: ignore[arg-type]


def test_every_element_carries_its_own_style_and_keeps_its_authors() -> None:
    html = dressed('<p style="color:red">a</p><blockquote>b</blockquote>').html
    assert '<p style="margin:0 0 1em;color:red">a</p>' in html
    assert '<blockquote style="' in html
    assert "<style" not in html
    assert "<script" not in html


def test_text_is_made_from_the_page_and_says_where_links_lead() -> None:
    text = dressed('<p>Look <a href="https://acme.example/lamp">here</a>.</p><p>Bye</p>').text
    assert "https://acme.example/lamp" in text
    assert text.startswith("Look here")
    assert text.endswith("Bye")


def test_a_signature_stands_below_its_mark_in_both_forms() -> None:
    mail = dressed(signature="Ada Fields\nAcme <Lamps>")
    assert mail.text == "Here you go.\n\n-- \nAda Fields\nAcme <Lamps>"
    assert "-- <br>" in mail.html
    assert "Acme &lt;Lamps&gt;" in mail.html


def test_what_is_answered_stands_at_the_end_where_programs_fold_it() -> None:
    mail = dressed(quoted=NORA)
    assert mail.text == f"Here you go.\n\n{NORA.who_wrote}\n> It is dark."
    spans = fold(mail.text)
    assert [mail.text[span.start : span.end].strip() for span in spans] == [
        f"{NORA.who_wrote}\n> It is dark."
    ]
    folded = fold_html(sanitize(mail.html))
    assert folded.index("Here you go.") < folded.index("<details") < folded.index("It is dark.")


def test_lines_that_were_quotes_get_one_more_mark() -> None:
    mail = dressed(quoted=Quoted("Nora wrote:", "<p>x</p>", "> old\n\nnew\n"))
    assert mail.text.endswith("Nora wrote:\n>> old\n>\n> new")


def test_only_what_was_new_is_quoted() -> None:
    html = '<p>New.</p><details class="fold"><summary></summary><p>Old.</p></details>'
    mail = dressed(quoted=Quoted("Nora wrote:", html, "New."))
    assert "New." in mail.html
    assert "Old." not in mail.html
    assert "<details" not in mail.html


def test_a_mail_that_was_nothing_but_a_quote_is_quoted_whole() -> None:
    html = '<details class="fold"><summary></summary><p>Old.</p></details>'
    mail = dressed(quoted=Quoted("Nora wrote:", html, "Old."))
    assert "Old." in mail.html
    assert "<details" not in mail.html


def test_a_long_quotation_is_cut_at_a_word_with_a_mark() -> None:
    long = "word " * 20_000
    mail = dressed(quoted=Quoted("Nora wrote:", f"<p>{long}</p>", long))
    assert mail.text.endswith("word […]")
    assert len(mail.text) < 12_000
    assert len(mail.html) < 14_000


def test_our_own_pictures_travel_with_the_mail() -> None:
    mail = dressed(f'<p><img src="/attachments/{TOKEN}/"></p>')
    assert f'src="cid:{TOKEN}@desk.example"' in mail.html
    assert mail.pictures == (LAMP,)


def test_a_picture_in_a_quotation_travels_too_and_each_only_once() -> None:
    html = f'<p><img src="/attachments/{TOKEN}/"></p>'
    mail = dressed(html, quoted=Quoted("Nora wrote:", html, ""))
    assert mail.html.count(f"cid:{TOKEN}@") == 2
    assert mail.pictures == (LAMP,)


@pytest.mark.parametrize(
    "source",
    [
        "/attachments/00000000-0000-0000-0000-000000000000/",
        "/conversations/7/",
        "https://tracker.example/pixel.gif",
        "",
    ],
)
def test_no_picture_leads_into_the_desk_or_to_a_stranger(source: str) -> None:
    mail = dressed(f'<p>words<img src="{source}" data-remote-src="https://t.example/x.gif"></p>')
    assert "<img" not in mail.html
    assert "t.example" not in mail.html
    assert mail.pictures == ()


def test_a_picture_within_the_page_becomes_a_part_of_its_own() -> None:
    mail = dressed(f'<p><img src="data:image/png;base64,{PIXEL}"></p>')
    (picture,) = mail.pictures
    assert picture.content() == b"\x89PNG pixel"
    assert (picture.type, picture.name) == ("image/png", "picture.png")
    assert f'src="cid:{picture.content_id}"' in mail.html


def test_nothing_of_our_pages_own_marks_leaves() -> None:
    html = dressed(
        '<p data-fold="quote">a <a href="https://x.example" target="_blank">b</a></p>'
    ).html
    assert "data-fold" not in html
    assert "target" not in html


@pytest.mark.parametrize(
    ("text", "runs"),
    [("Hello", "ltr"), ("123 שלום", "rtl"), ("مرحبا", "rtl"), ("", "ltr"), ("…", "ltr")],
)
def test_a_page_runs_as_its_first_letter_does(text: str, runs: str) -> None:
    assert direction(text) == runs
    assert f'<html dir="{runs}">' in dressed(f"<p>{text}</p>").html
