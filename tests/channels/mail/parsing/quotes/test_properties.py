from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from tests.channels.mail.parsing.quotes.letters import letters
from wingbeat.channels.mail.parsing.parsed import Span
from wingbeat.channels.mail.parsing.quotes import fold, new_text

LINES = [
    *(line for letter in letters() for line in letter.text.split("\n")),
    "```",
    "____",
    "\r",
    "\x00",
    "\u2028",
    "🎉",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=25).map("\n".join),
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=40)), max_size=15).map("\n".join),
)


@st.composite
def texts_with_known(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    text = draw(TEXTS)
    offsets = st.integers(0, len(text))
    edges = sorted(draw(st.lists(offsets, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    signed = st.booleans()
    return text, tuple(
        Span(start, end, "signature" if draw(signed) else "quote") for start, end in pairs
    )


@settings(max_examples=400, deadline=None)
@given(texts_with_known())
@example(("a\r\rb", ()))
def test_folds_are_in_order_apart_and_inside_the_text(case: tuple[str, tuple[Span, ...]]) -> None:
    text, known = case
    at = 0
    for span in fold(text, known):
        assert at <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip()
        at = span.end


@settings(max_examples=400, deadline=None)
@given(texts_with_known())
def test_no_character_is_lost_and_something_always_remains(
    case: tuple[str, tuple[Span, ...]],
) -> None:
    text, known = case
    folds = fold(text, known)
    kept = list(new_text(text, folds))
    for span in folds:
        kept += text[span.start : span.end]
    assert sorted(_visible("".join(kept))) == sorted(_visible(text))
    if folds:
        assert new_text(text, folds).strip(" \t\r\n-_=*~·.#—–")


def _visible(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.name)
def test_what_is_new_stays_new_when_folded_again(letter) -> None:  # type: ignore[no-untyped-def]
    own = new_text(letter.text, letter.folds)
    assert fold(own) == ()
