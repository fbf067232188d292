from __future__ import annotations

import time
from collections import defaultdict

import pytest

from tests.channels.mail.parsing.quotes.expectations import cases, own
from tests.channels.mail.parsing.samples import archive
from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.html import fold_html, text_of
from wingbeat.channels.mail.parsing.quotes import fold

pytestmark = pytest.mark.corpus

# What is known to differ, and why we stay with it.
JUDGED = {
    # Nothing but quotes: we show them all rather than an empty message.
    "spam_1.txt",
    # Words below "Gesendet von Outlook für Android" that nothing marks as quoted are shown.
    "email_german_3.txt",
    # A name, or a thanks and a name, is not hidden where nothing sets it apart.
    "jeff_body",
    "short_url_body",
}


def test_other_projects_letters_are_trimmed_as_their_people_expect() -> None:
    wrong = {case.name for case in cases() if not case.is_right}
    assert wrong == JUDGED


def test_at_least_85_of_100_letters_of_each_suite_are_exactly_right() -> None:
    right: dict[str, list[bool]] = defaultdict(list)
    for case in cases():
        right[case.suite].append(case.is_right)
    assert {suite: len(found) for suite, found in right.items()} == {
        "Discourse": 27,
        "Crisp": 28,
        "talon, pages": 9,
        "talon, mails": 12,
        "talon, signatures": 6,
    }
    shares = {suite: sum(found) / len(found) for suite, found in right.items()}
    assert min(share for suite, share in shares.items() if "signatures" not in suite) >= 0.85


def test_the_longest_quote_ever_sent_takes_no_time() -> None:
    letters = {path.rpartition("/")[2]: raw for path, raw in archive("github-reply-parser")}
    text = letters["email_long_quote.txt"].decode()
    assert len(text) > 700_000
    started = time.process_time()
    fold(text)
    fold(text.replace("\n", "\n> "))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("email_1_1.txt", "Hi folks", "-Abhishek Kona"),
        (
            "email_1_2.txt",
            "Hi,",
            'the keys in a bucket, you’ll need to delete them all individually."',
        ),
        ("email_1_7.txt", ":+1:", ":+1:"),
        ("email_1_8.txt", "I will reply under this one", "and under this."),
        ("email_2_2.txt", "Outlook with a reply directly above line", "above line"),
        ("email_one_is_not_on.txt", "Thank, this is really helpful.", "when I run..."),
        ("email_sent_from_my_not_signature.txt", "Here is another email", "my mobile phone."),
        ("correct_sig.txt", "this is an email", "with a correct -- signature."),
        ("pathological.txt", "I think you're onto something.", "get back to a computer."),
    ],
)
def test_letters_to_github_keep_their_words(name: str, first: str, last: str) -> None:
    letters = {path.rpartition("/")[2]: raw for path, raw in archive("github-reply-parser")}
    found = own(letters[name].decode())
    assert found.startswith(first)
    assert found.endswith(last)


@pytest.mark.parametrize("name", ["zammad", "freescout", "mail-gem", "mime4j", "talon"])
def test_folding_a_real_page_moves_and_loses_no_word(name: str) -> None:
    pages = [parse(raw).safe_html for path, raw in archive(name) if not path.endswith(".yml")]
    assert any("<details" in fold_html(page) for page in pages) or name == "mime4j"
    for page in pages:
        assert text_of(fold_html(page))[0].split() == text_of(page)[0].split()
