from __future__ import annotations

import base64

import pytest

from tests.channels.mail.parsing.samples import mail, multipart
from wingbeat.channels.mail.parsing import ParsedMail, limits, parse

PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"
IMAGE = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"


def names(parsed: ParsedMail) -> list[str]:
    return [one.name for one in parsed.attachments]


def test_a_plain_mail_is_its_text() -> None:
    parsed = parse(mail("Content-Type: text/plain; charset=utf-8", body="Grüße\r\nNora\r\n"))
    assert (parsed.text, parsed.html, parsed.attachments) == ("Grüße\nNora\n", "", ())


def test_an_html_mail_has_text_too() -> None:
    parsed = parse(mail("Content-Type: text/html", body="<p>Hello <b>team</b></p><p>Bye</p>"))
    assert parsed.text.split() == ["Hello", "team", "Bye"]
    assert parsed.html == "<p>Hello <b>team</b></p><p>Bye</p>"
    assert "<b>team</b>" in parsed.safe_html


def test_scripts_never_reach_the_page() -> None:
    parsed = parse(mail("Content-Type: text/html", body="<p onclick=x>a</p><script>b</script>"))
    assert "script" in parsed.html
    assert "script" not in parsed.safe_html + parsed.text
    assert "onclick" not in parsed.safe_html


def test_an_alternative_is_said_once() -> None:
    parsed = parse(
        multipart(PLAIN + "Hello plain", HTML + "<p>Hello <i>rich</i></p>", kind="alternative")
    )
    assert parsed.text == "Hello plain"
    assert "<i>rich</i>" in parsed.html
    assert parsed.attachments == ()


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    parsed = parse(multipart(PLAIN + " \n", HTML + "<p>Hello</p>", kind="alternative"))
    assert parsed.text.strip() == "Hello"


def test_a_plain_alternative_that_only_points_at_the_html_gives_way() -> None:
    notice = "This mail is HTML. Please use another program."
    words = "<p>" + "My order has not arrived and I would like to know why. " * 20 + "</p>"
    parsed = parse(multipart(PLAIN + notice, HTML + words, kind="alternative"))
    assert parsed.text.startswith(f"{notice}\nMy order has not arrived")


def test_plain_alternatives_that_differ_are_both_kept() -> None:
    parsed = parse(multipart(PLAIN + "one", PLAIN + "two", PLAIN + "one", kind="alternative"))
    assert parsed.text == "one\ntwo"


def test_several_texts_are_joined_in_order_around_their_files() -> None:
    parsed = parse(multipart(PLAIN + "before", IMAGE + "\niVBO", PLAIN + "after"))
    assert parsed.text == "before\nafter"
    assert names(parsed) == ["image.png"]
    assert parsed.html == ""


def test_plain_and_html_side_by_side_are_both_on_the_page() -> None:
    parsed = parse(multipart(HTML + "<p>rich</p>", PLAIN + "footer <b>"))
    assert parsed.text.split() == ["rich", "footer", "<b>"]
    assert "rich" in parsed.safe_html
    assert "footer &lt;b&gt;" in parsed.safe_html


def test_html_around_a_file_in_an_alternative_is_whole() -> None:
    parts = "".join(
        f"--in\n{part}\n" for part in (HTML + "<p>one</p>", IMAGE + "\niVBO", HTML + "<p>two</p>")
    )
    inner = f"Content-Type: multipart/mixed; boundary=in\n\n{parts}--in--"
    parsed = parse(multipart(PLAIN + "one two", inner, kind="alternative"))
    assert parsed.text == "one two"
    assert "one" in parsed.safe_html
    assert "two" in parsed.safe_html
    assert names(parsed) == ["image.png"]


def test_a_signed_mail_has_its_words_and_its_signature() -> None:
    parsed = parse(
        multipart(PLAIN + "hello", "Content-Type: application/pgp-signature\n\nxyz", kind="signed")
    )
    assert (parsed.text, names(parsed)) == ("hello", ["signature.asc"])


def test_images_are_inline_where_the_html_refers_to_them_whatever_they_say() -> None:
    parsed = parse(
        multipart(
            HTML + "<img src='cid:one@x'><img src=\"CID:t%77o\">",
            IMAGE + "Content-ID: <one@x>\nContent-Disposition: attachment; filename=a.png\n\niVBO",
            IMAGE + "Content-ID: <two>\n\niVBO",
            IMAGE + "Content-ID: <three>\nContent-Disposition: inline\n\niVBO",
            kind="related",
        )
    )
    assert [(one.content_id, one.inline) for one in parsed.attachments] == [
        ("one@x", True), ("two", True), ("three", False),
    ]  # fmt: skip


def test_images_named_by_their_location_are_inline_too() -> None:
    parsed = parse(
        multipart(
            HTML + '<img src="http://example.com/a.png">',
            IMAGE + "Content-Location: http://example.com/a.png\n\niVBO",
            kind="related",
        )
    )
    (image,) = parsed.attachments
    assert image.inline
    assert f"cid:{image.content_id}" in parsed.safe_html


def test_the_start_of_a_related_mail_is_its_page() -> None:
    parsed = parse(
        mail(
            'Content-Type: multipart/related; boundary=e; start="<b>"',
            body="--e\nContent-Type: text/html\nContent-ID: <a>\n\nframe\n"
            "--e\nContent-Type: text/html\nContent-ID: <b>\n\npage\n--e--\n",
        )
    )
    assert parsed.text.strip() == "page"
    assert names(parsed) == ["document.html"]


def test_a_mail_within_is_a_file_of_its_own_bytes() -> None:
    parsed = parse(
        multipart(PLAIN + "see below", "Content-Type: message/rfc822\n\nSubject: Older\n\nhi")
    )
    assert parsed.text == "see below"
    (older,) = parsed.attachments
    assert (older.name, older.type) == ("Older.eml", "message/rfc822")
    assert older.content == b"Subject: Older\r\n\r\nhi"


def test_an_encoded_mail_within_is_decoded() -> None:
    inner = base64.b64encode(b"Subject: x\n\nhi").decode()
    parsed = parse(
        multipart(f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}")
    )
    assert parsed.attachments[0].content == b"Subject: x\n\nhi"


def test_an_invitation_is_a_file_that_tells_what_it_asks() -> None:
    calendar = "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR"
    parsed = parse(multipart(PLAIN + "Join us", calendar, kind="alternative"))
    assert parsed.text == "Join us"
    assert [(one.name, one.type, one.method) for one in parsed.attachments] == [
        ("invite.ics", "text/calendar", "request"),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt",
        "Content-Type: text/plain; name=log.txt",
        "Content-Type: text/plain\nContent-Disposition: inline; filename=log.txt",
    ],
)
def test_named_and_attached_texts_are_files(head: str) -> None:
    parsed = parse(multipart(PLAIN + "hello", head + "\n\nlog"))
    assert parsed.text == "hello"
    assert [(one.name, one.content) for one in parsed.attachments] == [("log.txt", b"log")]


def test_an_attached_text_without_a_name_is_named() -> None:
    parsed = parse(
        multipart(PLAIN + "a", "Content-Type: text/plain\nContent-Disposition: attachment\n\nb")
    )
    assert names(parsed) == ["document.txt"]


def test_a_named_text_is_read_where_there_is_nothing_else_to_read() -> None:
    parsed = parse(mail("Content-Type: text/plain; name=body.txt", body="Hello"))
    assert (parsed.text, parsed.attachments) == ("Hello", ())


def test_outlooks_capsule_stays_a_file() -> None:
    parsed = parse(multipart(PLAIN + "a", "Content-Type: application/ms-tnef\n\nxyz"))
    assert names(parsed) == ["winmail.dat"]


def test_uuencoded_files_leave_the_text() -> None:
    parsed = parse(mail(body="Hello\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n"))
    assert parsed.text.split() == ["Hello", "Bye"]
    assert [(one.name, one.content) for one in parsed.attachments] == [("a.txt", b"Cat")]


def test_html_in_the_charset_of_its_own_head_is_read() -> None:
    body = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Привет</p>'
    assert (
        parse(mail("Content-Type: text/html", body=body, charset="koi8-r")).text.strip() == "Привет"
    )


def test_text_has_plain_line_breaks_and_nothing_unseen() -> None:
    parsed = parse(mail(body="a\rb\r\r\nc\x0cd\x00e\x1b[0m\x07"))
    assert parsed.text == "a\nb\nc\nde[0m"
    assert "The text holds NUL characters; they are left out." in parsed.defects


def test_a_multipart_without_parts_is_read_as_text() -> None:
    parsed = parse(mail("Content-Type: multipart/mixed; boundary=x", body="Hello there"))
    assert parsed.text == "Hello there"


def test_what_lies_beyond_the_bounds_is_attached_as_it_came() -> None:
    parsed = parse(multipart(*[PLAIN + "x"] * 1_500))
    assert parsed.attachments[-1].name == "rest-of-mail.txt"
    assert parsed.attachments[-1].content.count(b"--edge\r\n") > 400
    assert any("more than 1000 parts" in defect for defect in parsed.defects)


def test_a_text_too_long_to_show_is_attached_whole() -> None:
    line = "a line of the log\n"
    parsed = parse(multipart(PLAIN + line * 150_000, PLAIN + "after"))
    assert len(parsed.text) < limits.MAX_TEXT_BYTES
    assert parsed.text.startswith(line)
    assert parsed.text.rstrip().splitlines()[-1] == line.strip()
    assert [(one.name, one.bytes) for one in parsed.attachments] == [
        ("document.txt", 150_000 * (len(line) + 1)), ("document1.txt", 5),
    ]  # fmt: skip
    assert parsed.defects == ("The text is too long to show in full; all of it is attached.",)


def test_parts_without_a_name_are_numbered() -> None:
    parsed = parse(multipart(PLAIN + "a", IMAGE + "\niVBO", IMAGE + "\niVBO"))
    assert names(parsed) == ["image.png", "image1.png"]


def test_the_bytes_of_a_file_are_decoded_and_counted() -> None:
    parsed = parse(multipart(IMAGE + "\n" + base64.b64encode(b"\x89PNG").decode()))
    (image,) = parsed.attachments
    assert (image.content, image.bytes) == (b"\x89PNG", 4)
    assert image.sha256 == "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543"
