from __future__ import annotations

import doctest

import pytest

from wingbeat.channels.mail.parsing import heads, limits, names
from wingbeat.channels.mail.parsing.names import name_for, numbered, safe_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\nora\\Order.pdf", "Order.pdf"),
        ("Invoice 12/2024.pdf", "Invoice 12_2024.pdf"),
        ("gnp\u202efdp.exe", "gnp_fdp.exe"),
        ("a\r\nb\x00.pdf", "a b_.pdf"),
        ('a"<b>|?*:.pdf', "a__b_____.pdf"),
        (".htaccess", "htaccess"),
        ("report.pdf. ", "report.pdf"),
        ("...", ""),
        (" ", ""),
        ("Erklärung für 你好.txt", "Erklärung für 你好.txt"),
    ],
)
def test_names_are_one_plain_name_on_every_system(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_long_names_keep_their_ending() -> None:
    assert safe_name("a" * 500 + ".pdf") == "a" * (limits.MAX_FILE_NAME - 4) + ".pdf"
    assert len(safe_name("a." * 500)) <= limits.MAX_FILE_NAME


@pytest.mark.parametrize(
    ("type_", "described", "content_id", "name"),
    [
        ("image/png", "", "", "image.png"),
        ("application/pdf", "", "", "attachment.pdf"),
        ("application/ms-tnef", "", "", "winmail.dat"),
        ("text/calendar", "", "", "invite.ics"),
        ("application/x-strange", "", "", "attachment.bin"),
        ("message/delivery-status", "", "", "delivery-status.txt"),
        ("message/delivery-status", "Delivery report", "", "Delivery report.txt"),
        ("message/rfc822", "Order [7]", "", "Order [7].eml"),
        ("image/jpeg", "", "image001.jpg@01CDB132.D8A510F0", "image001.jpg"),
        ("image/jpeg", "", "32497.16@host", "image.jpg"),
    ],
)
def test_nameless_parts_are_named(type_: str, described: str, content_id: str, name: str) -> None:
    assert name_for(type_, described, content_id) == name


def test_made_names_are_numbered() -> None:
    taken: set[str] = set()
    assert [numbered("image.jpg", taken) for _ in range(3)] == [
        "image.jpg",
        "image1.jpg",
        "image2.jpg",
    ]


@pytest.mark.parametrize("module", [names, heads])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert failed == 0
    assert tried > 0
