from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.html import text_of
from wingbeat.channels.mail.parsing.parsed import Span


def text(html: str) -> str:
    return text_of(html)[0]


def marked(html: str) -> list[tuple[str, str]]:
    words, spans = text_of(html)
    return [(span.kind, words[span.start : span.end]) for span in spans]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One\n two</p><p>Three</p>", "One two\n\nThree"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ("<div>One</div><div>Two</div><div><br></div><div>Three</div>", "One\nTwo\n\nThree"),
        ("<p>One</p><p>&nbsp;</p><p>Two</p>", "One\n\nTwo"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>Two</p>", "One\nTwo"),
        (
            "<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>",
            "One\n\nTwo",
        ),
        ("a <b> bold </b> word", "a bold word"),
        ("a<b>b</b>c", "abc"),
        ("a&nbsp;&nbsp;b &amp; &lt;c&gt;", "a  b & <c>"),
        ("<ul><li>One<li>Two</ul>", "* One\n* Two"),
        ("<ol><li>One<li>Two</ol>After", "1. One\n2. Two\n\nAfter"),
        ("<ul><li>One<ul><li>Deep</ul><li>Two</ul>", "* One\n  * Deep\n* Two"),
        ("<ul><li><p>One</p></li></ul>", "* One"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"),
        ("<table><tr><td></td><td>only</td></tr></table>", "only"),
        ("<pre>  one\n    two\n</pre>end", "  one\n    two\n\nend"),
        ("<div style='white-space: pre-wrap'>a\n  b</div>", "a\n  b"),
        ("<h1>Head</h1>Text<hr>More", "Head\n\nText\n\nMore"),
        ("<a href='https://lumen.example/track?id=1'>our page</a>", "our page"),
        ("<img alt='A shoe' src=x>Hello <img alt='😀' src=x>", "Hello 😀"),
        ("<title>No</title><style>p{}</style><script>no</script><p>Yes", "Yes"),
        ("<p hidden>no<p style='display:none'>no<p style='DISPLAY : NONE'>no<p>Yes", "Yes"),
        ("<div style='max-height:0px;overflow:hidden'>no</div>Yes", "Yes"),
        ("<div style='max-height:0.5em;overflow:hidden'>Yes</div>", "Yes"),
        ("<noscript>Yes</noscript><textarea>and <b></textarea>", "Yesand <b>"),
        ("<body><p>One</body></html><p>After the end", "One\n\nAfter the end"),
        ("", ""),
        ("   ", ""),
        ("<p>&#128512; 日本語 עברית", "😀 日本語 עברית"),
    ],
)
def test_the_text_is_what_a_reader_sees(html: str, expected: str) -> None:
    assert text(html) == expected


def test_addresses_are_told_where_the_words_do_not_say_them() -> None:
    html = (
        "<a href='https://lumen.example/a'>our page</a>, <a href='https://lumen.example/'>"
        "lumen.example</a>, <a href='mailto:ada@lumen.example'>Ada</a>"
    )
    assert text_of(html, addresses=True)[0] == (
        "our page (https://lumen.example/a), lumen.example, Ada"
    )


@pytest.mark.parametrize(
    "quote",
    [
        "<blockquote type='cite'>Old</blockquote>",
        "<blockquote class='gmail_quote'>Old</blockquote>",
        "<div class='gmail_quote'>Old</div>",
        "<div class='gmail_attr'>Old</div>",
        "<div class='protonmail_quote'>Old</div>",
        "<div class='ydp1234yahoo_quoted'>Old</div>",
        "<div id='ydpffffyahoo_quoted_12'>Old</div>",
        "<div class='moz-cite-prefix'>Old</div>",
        "<div class='zmail_extra'>Old</div>",
        "<div id='mail-editor-reference-message-container'>Old</div>",
        "<span id='OLK_SRC_BODY_SECTION'>Old</span>",
        "<div name='quote'>Old</div>",
        "<div name='messageReplySection'>Old</div>",
        "<div data-fold='quote'>Old</div>",
    ],
)
def test_a_marked_element_is_a_quote(quote: str) -> None:
    assert marked(f"<p>Hi</p>{quote}<p>More of mine</p>") == [("quote", "Old")]


@pytest.mark.parametrize(
    "mark",
    [
        "<div id='divRplyFwdMsg'>From: Ada</div>",
        "<div id='appendonsend'></div><hr>From: Ada",
        "<hr id='stopSpelling'>From: Ada",
        "<hr id='zwchr' data-marker='__DIVIDER__'>From: Ada",
        "<div style='border-top:solid #E1E1E1 1.0pt'><b>F:</b> Ada<b>S:</b> x<b>O:</b> y</div>",
    ],
)
def test_from_some_marks_on_everything_is_a_quote(mark: str) -> None:
    (kind, words), *others = marked(f"<div><p>Hi</p><div>{mark}</div></div><p>Old</p>")
    assert (kind, others) == ("quote", [])
    assert words.endswith("Old")
    assert "Hi" not in words


@pytest.mark.parametrize(
    "signature",
    [
        "<div class='gmail_signature'>Nora</div>",
        "<pre class='moz-signature'>Nora</pre>",
        "<div id='Signature'>Nora</div>",
        "<div id='ms-outlook-mobile-signature'>Nora</div>",
        "<div class='protonmail_signature_block'>Nora</div>",
        "<div data-signatureblock='true'>Nora</div>",
    ],
)
def test_a_marked_signature_is_a_signature(signature: str) -> None:
    assert marked(f"<p>Hi</p>{signature}<p>P.S.</p>") == [("signature", "Nora")]


def test_an_answer_within_gmails_wrapper_is_new() -> None:
    html = (
        "<div class=gmail_quote><div class=gmail_attr>On Monday Ada wrote:</div>"
        "<blockquote class=gmail_quote>One?</blockquote>Yes.<blockquote class=gmail_quote>Two?"
        "</blockquote>No.</div>"
    )
    assert [words for _, words in marked(html)] == ["On Monday Ada wrote:", "One?", "Two?"]


def test_a_blockquote_without_marks_is_a_quote_only_where_something_introduces_it() -> None:
    assert marked("<p>Hi</p><blockquote>A poem</blockquote>") == []
    introduced = '<p>26.06.2014, 14:41, "Ada" &lt;ada@lumen.example&gt;:</p>'
    assert marked(f"<p>Hi</p>{introduced}<blockquote>Old</blockquote>") == [("quote", "Old")]


def test_a_ruled_box_without_header_rows_is_the_senders_own() -> None:
    assert marked("<p>Hi</p><div style='border-top:solid red 1pt'><b>Note:</b> one</div>") == []


def test_quotes_within_quotes_are_one() -> None:
    html = "<p>Hi</p><blockquote type=cite>a<blockquote type=cite>b</blockquote>c</blockquote>"
    assert marked(html) == [("quote", "a\n\nb\n\nc")]


def test_an_empty_mark_is_no_span() -> None:
    assert text_of("<p>Hi</p><div class=gmail_signature><br></div>") == ("Hi", ())


def test_spans_count_code_points() -> None:
    assert text_of("😀<blockquote type=cite>é😀</blockquote>") == (
        "😀\n\né😀",
        (Span(3, 5, "quote"),),
    )
