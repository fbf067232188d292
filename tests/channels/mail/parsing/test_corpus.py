from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.channels.mail.parsing.expectations import (
    all_mails,
    is_on_the_page,
    mime4j,
    second_reader_agrees,
    text_parts,
    visible,
    zammad,
)
from tests.channels.mail.parsing.samples import archive
from tests.channels.mail.parsing.test_mutations import check
from wingbeat.channels.mail.parsing import parse

pytestmark = pytest.mark.corpus

JUDGED = Path(__file__).parents[4] / "docs" / "evidence" / "zammad-mails.md"


def test_every_real_mail_is_read_without_a_reader_breaking() -> None:
    number = 0
    for _, raw in all_mails():
        check(parse(raw))
        number += 1
    assert number > 1_200


def test_every_difference_to_zammad_is_judged_and_every_judgement_is_of_a_difference() -> None:
    compared = list(zammad())
    differing = {(one.mail, one.field) for one in compared if not one.is_equal}
    judged = set(re.findall(r"^\| (mail\S+) \| (\w+) \|", JUDGED.read_text("utf-8"), re.MULTILINE))
    assert differing == judged
    assert len(compared) == 305


def test_where_zammad_differs_the_page_says_what_the_standard_library_reads_as_we_do() -> None:
    mails = dict(archive("zammad"))
    differing = [one for one in zammad() if not one.is_equal]
    agreed = {
        (one.mail, one.field) for one in differing if second_reader_agrees(one, mails[one.mail])
    }
    said = re.findall(
        r"^\| (mail\S+) \| (\w+) \|.* yes \|$", JUDGED.read_text("utf-8"), re.MULTILINE
    )
    assert agreed == set(said)
    assert len(agreed) == 11


def test_parts_are_decoded_as_mime4j_expects_or_show_more() -> None:
    # In these mime4j drops lines that no rule covers (words before a boundary that never comes,
    # after a broken header ...) or insists on blanks at a boundary's end, and we show them.
    assert sorted(one.mail for one in mime4j() if not one.is_equal) == [
        "badbound.msg",
        "basic-plain-with-bad-header-separator.msg",
        "frag.msg",
        "hdr-fakeout.msg",
        "malformedHeader-nocrlfcrlf.msg",
        "malformedHeader-noheader.msg",
        "malformedHeaderStartsBody-nocrlfcrlf.msg",
        "malformedHeaderStartsBody-noheader.msg",
        "missing-boundary.msg",
        "missing-inner-boundary.msg",
        "missing-inner-start-boundary.msg",
        "multi-frag.msg",
        "multipartnopart.msg",
        "obsolete.msg",
        "very-long-boundary.msg",
        "very-very-long-boundary.msg",
        "weird-boundary.msg",
    ]


def test_every_visible_character_of_every_text_part_is_on_the_page_in_order() -> None:
    asked, missing = 0, []
    for name, raw in all_mails():
        parsed = parse(raw)
        for part in text_parts(raw):
            asked += 1
            if not is_on_the_page(visible(part), parsed):
                missing.append(name)
    # In these the standard library's reader takes header lines for words, or a tag for none.
    assert asked > 1_400
    assert sorted(missing) == [
        "mail-gem/spec/fixtures/emails/error_emails/cant_parse_from.eml",
        "mail-gem/spec/fixtures/emails/plain_emails/raw_email_incorrect_header.eml",
        "mail-gem/spec/fixtures/emails/rfc2822/example13.eml",
        "mime4j/core/src/test/resources/testmsgs/multipartemptypart.msg",
        "mime4j/core/src/test/resources/testmsgs/obsolete.msg",
        "mime4j/core/src/test/resources/testmsgs/obsolete.out",
        "mime4j/core/src/test/resources/testmsgs/weird-boundary.msg",
        "mime4j/core/src/test/resources/testmsgs/weird-boundary.out",
        "php-imap-webklex/tests/messages/1366671050@github.com.eml",
        "sisimai-bounces/mac/lhost-aol-01.eml",
    ]
