from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from wingbeat.channels.mail.parsing.dates import read_date

SUMMER = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fri, 4 May 2012 14:01:03 +0200", datetime(2012, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
        ("4 May 2012 14:01 +0200", datetime(2012, 5, 4, 14, 1, tzinfo=SUMMER)),
        ("Fri, 4 May 2012 14:01:03 +0200 (CEST)", datetime(2012, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
        ("Fri, 04 May 2012 14:01:03 GMT", datetime(2012, 5, 4, 14, 1, 3, tzinfo=UTC)),
        ("Fri, 4 May 2012 14:01:03 CEST", datetime(2012, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
        ("Fri, 04 May 2012 14:01:03 -0000", datetime(2012, 5, 4, 14, 1, 3, tzinfo=UTC)),
        ("Fri,4 May 12 14:01:03 +0200", datetime(2012, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
        ("2012-05-04T14:01:03+02:00", datetime(2012, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
        ("2012-05-04 14:01:03 +0200", datetime(2012, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
        ("Fri, 4 May 2099 14:01:03 +0200", datetime(2099, 5, 4, 14, 1, 3, tzinfo=SUMMER)),
    ],
)
def test_dates_keep_their_offset(value: str, expected: datetime) -> None:
    found, defect = read_date(value)
    assert (found, defect) == (expected, "")
    assert found is not None
    assert found.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("value", "defect"),
    [
        ("", ""),
        ("yesterday", "The date cannot be read."),
        ("Fri, 32 May 2012 14:01:03 +0200", "The date cannot be read."),
        ("Fri, 4 May 2012 25:01:03 +0200", "The date cannot be read."),
        ("Fri, 4 May 2012 14:01:03 +9900", "The date cannot be read."),
        ("Fri, 4 May 2012 14:01:03", "The date names no time zone."),
        ("Fri, 4 May 2012 14:01:03 XYZ", "The date names no time zone."),
        ("2012-05-04 14:01:03", "The date names no time zone."),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "The date is absurd."),
        ("Thu, 1 Jan 9999 00:00:00 +0000", "The date is absurd."),
        ("=" * 100_000, "The date cannot be read."),
        ("1 " * 50_000, "The date cannot be read."),
    ],
)
def test_a_date_without_zone_or_sense_is_none(value: str, defect: str) -> None:
    assert read_date(value) == (None, defect)
