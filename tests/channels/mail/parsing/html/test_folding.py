from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from selectolax.lexbor import LexborHTMLParser

from wingbeat.channels.mail.parsing.html import fold_html, html_of, sanitize, text_of
from wingbeat.channels.mail.parsing.parsed import Span
from wingbeat.channels.mail.parsing.quotes import fold

INTRODUCED = "<p>On 5 Mar 2024 at 09:41, Ada &lt;ada@lumen.example&gt; wrote:</p>"
QUOTE = '<details class="fold" data-kind="quote"><summary></summary>'
SIGNATURE = '<details class="fold" data-kind="signature"><summary></summary>'


def folded(html: str) -> list[str]:
    """Return the words of each fold."""
    document = LexborHTMLParser(fold_html(sanitize(html)))
    return [" ".join(node.text(deep=True).split()) for node in document.css("details.fold")]


def test_a_page_without_quotes_is_left_as_it_is() -> None:
    assert fold_html("<p>Hi</p>") == "<p>Hi</p>"


def test_a_quote_and_its_introduction_become_one_fold() -> None:
    html = f"<p>Hi</p>{INTRODUCED}<blockquote type=cite><p>Old</p></blockquote>"
    assert fold_html(sanitize(html)) == (
        f"<p>Hi</p>{QUOTE}<p>On 5 Mar 2024 at 09:41, Ada &lt;ada@lumen.example&gt; wrote:</p>"
        '<blockquote data-fold="quote"><p>Old</p></blockquote></details>'
    )


def test_a_signature_has_its_own_fold() -> None:
    html = "<p>Hi</p><div class=gmail_signature>Nora</div>"
    assert fold_html(sanitize(html)) == (
        f'<p>Hi</p>{SIGNATURE}<div data-fold="signature">Nora</div></details>'
    )


def test_answers_between_quotes_stay_in_sight() -> None:
    html = "<blockquote type=cite>One?</blockquote>Yes.<blockquote type=cite>Two?</blockquote>No."
    assert folded(html) == ["One?", "Two?"]


def test_a_quote_that_begins_within_a_paragraph_splits_it() -> None:
    html = f"<p>Hi<br>{INTRODUCED[3:-4]}<br>Old</p><p>Older</p>"
    safe = fold_html(sanitize(html))
    assert safe.startswith(f"<p>Hi<br></p>{QUOTE}<p>On 5 Mar")
    assert folded(html) == ["On 5 Mar 2024 at 09:41, Ada <ada@lumen.example> wrote:OldOlder"]


def test_a_quote_within_a_cell_stays_within_it() -> None:
    html = (
        f"<table><tr><td>Hi<br>{INTRODUCED[3:-4]}<br>Old</td><td>Beside</td></tr></table><p>End</p>"
    )
    safe = fold_html(sanitize(html))
    assert len(LexborHTMLParser(safe).css("td")) == 2
    assert text_of(safe)[0].split() == text_of(html)[0].split()


def test_a_table_within_a_quote_stays_whole() -> None:
    html = "<p>Hi</p><blockquote type=cite><table><tr><td>a<td>b</table></blockquote>"
    assert folded(html) == ["ab"]


def test_preformatted_text_is_cut_at_its_lines() -> None:
    html = "<pre>Hi\n\n&gt; Old\n&gt; older\n\nMine</pre>"
    safe = fold_html(sanitize(html))
    assert folded(html) == ["> Old > older"]
    assert text_of(safe)[0].split() == ["Hi", ">", "Old", ">", "older", "Mine"]


def test_a_page_that_is_only_a_quote_is_shown_open() -> None:
    assert folded(f"{INTRODUCED}<blockquote type=cite>Old</blockquote>") == []


WORDS = st.sampled_from(
    ["Hi", "ja", "> old", "On 5 Mar 2024 at 09:41, Ada &lt;ada@lumen.example&gt; wrote:"]
)
LEAVES = st.one_of(
    WORDS,
    st.sampled_from(["<br>", "<hr>", "<img src=cid:x>", "Sent from my iPhone", "-- ", " ", "\n"]),
)
OPEN = [
    ("<p>", "</p>"),
    ("<div>", "</div>"),
    ("<b>", "</b>"),
    ("<blockquote type=cite>", "</blockquote>"),
    ("<div class=gmail_signature>", "</div>"),
    ("<div id=appendonsend>", "</div>"),
    ("<table><tr><td>", "</td></tr></table>"),
    ("<table><tr><td>x</td><td>", "</td></tr></table>"),
    ("<ul><li>", "</li></ul>"),
    ("<pre>", "</pre>"),
    ("<a href=https://x.example>", "</a>"),
]
PAGES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(OPEN), st.lists(inner, max_size=4)).map(
        lambda pair: pair[0][0] + "".join(pair[1]) + pair[0][1]
    ),
    max_leaves=25,
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PAGES, max_size=5).map("".join))
def test_folding_moves_and_loses_no_word_and_no_picture(html: str) -> None:
    safe = sanitize(html)
    result = fold_html(safe)
    assert "".join(text_of(result)[0].split()) == "".join(text_of(safe)[0].split())
    assert result.count("<img") == safe.count("<img")
    assert result.count("<td") == safe.count("<td")


@settings(max_examples=300, deadline=None)
@given(st.lists(PAGES, max_size=5).map("".join))
def test_what_is_folded_on_the_page_is_what_is_folded_in_the_text(html: str) -> None:
    safe = sanitize(html)
    text, known = text_of(safe)
    expected = "".join(text[span.start : span.end] for span in fold(text, known))
    document = LexborHTMLParser(fold_html(safe))
    found = "".join(node.text(deep=True) for node in document.css("details.fold"))
    bullets = str.maketrans("", "", "*1.")
    assert _bare(found).translate(bullets) == _bare(expected).translate(bullets)


def _bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\ntwo\n\nThree", "<p>One<br>two</p><p>Three</p>"),
        ('1 < 2 & "x"', '<p>1 &lt; 2 &amp; "x"</p>'),
        ("", ""),
        ("\n\n\n", ""),
        ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
    ],
)
def test_plain_text_becomes_paragraphs(text: str, expected: str) -> None:
    assert html_of(text, ()) == expected


@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        ("see https://lumen.example/a?b=1&c=2.", "https://lumen.example/a?b=1&amp;c=2", None),
        ("(https://lumen.example)", "https://lumen.example", None),
        ("https://en.example/wiki/A_(b)", "https://en.example/wiki/A_(b)", None),
        ("www.lumen.example, please", "https://www.lumen.example", "www.lumen.example"),
        ("<ada@lumen.example>", "mailto:ada@lumen.example", "ada@lumen.example"),
    ],
)
def test_addresses_in_plain_text_become_links(text: str, address: str, words: str | None) -> None:
    link = f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">'
    assert f"{link}{words or address}</a>" in html_of(text, ())


def test_plain_text_folds_open() -> None:
    text = "Hi\n\n> Old <b>\n\n-- \nNora"
    assert html_of(text, fold(text)) == (
        f"<p>Hi</p>{QUOTE}<p>&gt; Old &lt;b&gt;</p></details>"
        f"{SIGNATURE}<p>-- <br>Nora</p></details>"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_plain_text_keeps_every_sign_and_stays_plain(text: str, start: int, end: int) -> None:
    folds = (
        (Span(min(start, end), max(start, end), "quote"),) if max(start, end) <= len(text) else ()
    )
    html = html_of(text, folds)
    assert sanitize(html).count("<p>") == html.count("<p>")
    shown = LexborHTMLParser(html).body
    visible = shown.text(deep=True) if shown else ""
    assert _printable(visible) == _printable(text)


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace())
