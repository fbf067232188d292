from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from wingbeat.channels.mail.parsing.html import fold_html, sanitize, text_of
from wingbeat.channels.mail.parsing.html.bounding import MOST_NESTED, SHORT, bounded

HOSTILE: dict[str, Callable[[int], str]] = {
    "nested": lambda n: "<div>" * n + "x",
    "nested tables": lambda n: "<table><tr><td>" * n + "x",
    "nested quotes": lambda n: "<blockquote type=cite>" * n + "x",
    "never closed": lambda n: "".join(f"<b a{i}>" for i in range(n)) + "<p>x" * 100,
    "opened again and again": lambda n: "".join(f"<div><b a{i}>x</div>" for i in range(n)),
    "attributes": lambda n: "<a " + " ".join(f"a{i}=1" for i in range(n)) + ">x</a>",
    "tag names": lambda n: "".join(f"<x{i}>x" for i in range(n)),
    "comments": lambda n: "<!--" * n + "x",
    "angle brackets": lambda n: "<" * n,
    "quotes": lambda n: '<a x="' * n,
    "hidden in hidden": lambda n: "<p hidden><i style='display:none'>x</i></p>y" * n,
    "introduced": lambda n: (
        "<p>On 1.1.24 10:00 a@b.example wrote:</p><blockquote>x</blockquote>y" * n
    ),
    "scripts": lambda n: "<script>" * n,
    "preformatted": lambda n: "<pre>" + "> a\nb\n" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_length_of_a_hostile_page(name: str) -> None:
    def seconds(times: int) -> float:
        html = HOSTILE[name](times)
        gc.disable()  # it would count whatever other tests have left in memory
        started = time.process_time()
        text_of(html)
        fold_html(sanitize(html))
        taken = time.process_time() - started
        gc.enable()
        return taken

    seconds(100)
    least = min(seconds(4_000) for _ in range(2))
    assert min(seconds(16_000) for _ in range(2)) < 10 * least + 0.3


def test_a_short_page_is_left_as_it_is() -> None:
    html = "<div><p>Hi</P>" * 100
    assert bounded(html) == html


def long(html: str) -> str:
    """Return the page with enough white space to be rewritten."""
    return html + " " * SHORT


def test_words_stay_where_markup_is_dropped() -> None:
    html = "".join(f"<div>w{n} " for n in range(1_000))
    text, _ = text_of(long(html))
    assert text.split() == [f"w{n}" for n in range(1_000)]
    assert bounded(long(html)).count("<div>") == MOST_NESTED


@pytest.mark.parametrize(
    "html",
    [
        "<p title='a>b' class=\"x y\">one <b>two</p>three",
        "1 < 2 && 3 > 2 &lt;b&gt; <3",
        "<!-- no <b>words</b> --!>yes<!-->also-->",
        "<style>p{}</style><script>if (a<b) {}</script>seen",
        "<textarea><b>raw</b></textarea><title>no</title>",
        "<ul><li>one<li>two</ul><table><tr><td>a<td>b</table>",
        "<![if !mso]>shown<![endif]><?php no ?></ bogus>after",
        "<a href=https://x.example/?a=1&b=2>link</a><br/><img alt='x'/>end",
        "<p hidden>no</p><P STYLE='DISPLAY:NONE'>no</P>yes",
        "<o:p>word</o:p><unknown-thing>more</unknown-thing>",
        "<b><i>a</b>b</i>c",
        "unfinished <a href='x",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_a_rewritten_page_reads_like_the_page(html: str) -> None:
    assert text_of(long(html))[0].split() == text_of(html)[0].split()


def test_addresses_and_marks_survive_rewriting() -> None:
    html = "<blockquote type=cite>Old <a href='https://x.example/?q=\"&amp;b'>see</a></blockquote>"
    assert sanitize(long("<p>Hi</p>" + html)).strip() == sanitize("<p>Hi</p>" + html)
