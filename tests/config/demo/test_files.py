"""Attachments are real files: a reader that knows only the format finds what was meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wingbeat.config.demo.content import load
from wingbeat.config.demo.files import calendar, file_of

START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def test_an_event_lies_after_the_start_and_lasts_its_hours() -> None:
    demo = load()
    event = next(
        file
        for _, message in demo.in_order()
        for file in message.attachments
        if file.name == "sharpening-evening.ics"
    )
    lines = calendar(event, START).decode().split("\r\n")
    begins = START.replace(minute=0) + timedelta(days=6, hours=8)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert f"DTSTART:{begins:%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{begins + timedelta(hours=2):%Y%m%dT%H%M%SZ}" in lines
    assert "SUMMARY:Sharpening evening" in lines


def test_every_file_has_its_type_and_only_inline_ones_an_id() -> None:
    for _, message in load().in_order():
        for attachment in message.attachments:
            file = file_of(attachment, START)
            assert file.content
            assert bool(file.content_id) == attachment.is_inline
            assert file.type.partition("/")[0] in {"image", "application", "text"}
            begins = {".png": b"\x89PNG", ".pdf": b"%PDF-", ".ics": b"BEGIN:VCALENDAR"}
            assert file.content.startswith(begins.get(file.name[-4:], b""))
