from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from wingbeat.channels.mail.parsing.authentication import Authentication, verdict
from wingbeat.channels.mail.parsing.reading import parse

OURS = "mx.desk.example"
NORA = "nora@example.org"
FROM = ("from", f"Nora <{NORA}>")
Headers = list[tuple[str, str]]
FRAGMENTS = (
    NORA, f"<{NORA}>", "eve@evil.example", "<eve@evil.example>", f'"{NORA}"', "@evil.example",
    "=?utf-8?q?nora=40example.org?=", "<=?utf-8?q?nora=40example.org?=>", "=2C", "Nora", "nora",
    *"\"'()<>[],;:\\ .@",
)  # fmt: skip


def results(value: str, server: str = OURS) -> tuple[str, str]:
    return ("authentication-results", f"{server}; {value}")


def received(by: str = OURS) -> tuple[str, str]:
    return ("received", f"from there by {by}")


def judged(*headers: tuple[str, str], server: str = OURS) -> Authentication:
    return verdict([*headers, FROM], server, sender=NORA)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("dmarc=pass (p=reject) header.from=example.org", "pass"),
        ("dmarc=pass", "pass"),
        ("dmarc=fail (p=none) header.from=example.org; spf=pass smtp.mailfrom=example.org", "fail"),
        ("dkim=pass header.d=example.org", "pass"),
        ("dkim=pass header.i=@mail.example.org header.s=a", "pass"),
        ("dkim=pass header.d=other.example", "none"),
        ("dkim=pass header.d=notexample.org", "none"),
        ("dkim=pass", "none"),
        ("spf=pass smtp.mailfrom=nora@example.org", "pass"),
        ("spf=pass smtp.mailfrom=bounce@mailer.example", "none"),
        ("spf=fail smtp.mailfrom=nora@example.org", "fail"),
        ("spf=fail smtp.mailfrom=nora@example.org; dkim=pass header.d=example.org", "pass"),
        ("spf=softfail smtp.mailfrom=nora@example.org", "none"),
        ("dkim=fail (body hash) header.d=example.org", "fail"),
        ("dkim=fail header.d=other.example", "none"),
        ("dmarc=none header.from=example.org; dkim=pass header.d=example.org", "pass"),
        ("dmarc=none; spf=none; dkim=none", "none"),
        ("dmarc=temperror header.from=example.org", "none"),
        ("dmarc=pass header.from=other.example", "none"),
        ("none", "none"),
        ('dkim=pass reason="good; really" header.d=example.org', "pass"),
        ("dkim/1 = PASS (a (nested) comment) header.d=EXAMPLE.org", "pass"),
        ("(dmarc=pass header.from=example.org)", "none"),
        ("spf=none; compauth=fail reason=001", "fail"),
    ],
)
def test_results_of_our_server_speak_for_the_from_domain(value: str, result: str) -> None:
    assert judged(results(value)).result == result


def test_the_verdict_tells_what_each_method_said() -> None:
    found = judged(
        results(
            "spf=softfail smtp.mailfrom=x@y.example; dkim=pass header.d=example.org; dmarc=pass"
        )
    )
    assert (found.spf, found.dkim, found.dmarc) == ("softfail", "pass", "pass")
    assert found.why == "dkim=pass for example.org"


def test_other_servers_are_ignored() -> None:
    forged = results("dmarc=pass header.from=example.org", server="mx.evil.example")
    assert judged(forged) == Authentication("none", why=f"No result from {OURS}.")
    arc = ("arc-authentication-results", f"i=1; {OURS}; dmarc=pass header.from=example.org")
    assert judged(arc).result == "none"


def test_without_a_trusted_server_nobody_is_judged() -> None:
    assert judged(results("dmarc=fail"), server="  ").result == "none"


def test_the_servers_name_is_read_without_case_version_and_quotes() -> None:
    for head in ("MX.Desk.Example", f"{OURS} 1", f'"{OURS}"', f"(x) {OURS} (y)"):
        assert judged(("authentication-results", f"{head}; dmarc=pass")).result == "pass"


def test_a_forged_header_below_ours_proves_nothing() -> None:
    forged = results("dmarc=pass header.from=example.org; dkim=pass header.d=example.org")
    ours = results("spf=none; dkim=none")
    for headers in (
        [ours, received(), forged],
        [received(), ours, forged],
        [received(), ours, received("evil"), forged],
    ):
        assert judged(*headers).result == "none"


def test_results_that_several_programs_wrote_above_received_count_together() -> None:
    headers = [
        results("spf=fail smtp.mailfrom=nora@example.org"),
        results("dkim=pass header.d=example.org"),
    ]
    assert judged(*headers, received()).result == "pass"
    assert judged(received(), *headers, received("their mx")).result == "none"


def test_a_failure_on_top_is_not_healed_from_below() -> None:
    headers = [results("dmarc=fail header.from=example.org"), results("dmarc=pass")]
    assert judged(received(), *headers).result == "fail"


def test_a_server_without_a_name_can_be_trusted_as_a_dash() -> None:
    value = "spf=pass (sender IP) smtp.mailfrom=example.org; dmarc=pass header.from=example.org"
    headers: Headers = [("authentication-results", value), FROM]
    assert verdict(headers, "-", sender=NORA).result == "pass"
    assert verdict(headers, OURS, sender=NORA).result == "none"
    assert verdict([results("dmarc=pass"), FROM], "-", sender=NORA).result == "none"


@pytest.mark.parametrize(
    "sender",
    [
        "Nora <nora@example.org>, Eve <eve@evil.example>",
        "nora@example.org, eve@evil.example",
        "nora",
        "",
        '"nora@example.org" <eve@evil.example>',
        "nora@example.org <eve@evil.example>",
        "(nora@example.org) eve@evil.example",
    ],
)
def test_a_from_that_shows_another_domain_does_not_pass(sender: str) -> None:
    proof = results("dmarc=pass header.from=example.org; dkim=pass header.d=example.org")
    assert verdict([proof, ("from", sender)], OURS, sender=NORA).result == "unclear"


def test_two_from_fields_do_not_pass() -> None:
    proof = results("dmarc=pass header.from=example.org")
    headers = [proof, FROM, ("from", "eve@evil.example")]
    assert verdict(headers, OURS, sender=NORA).result == "unclear"


@pytest.mark.parametrize(
    "written",
    [
        "=?utf-8?q?nora=40example.org?=, <eve@evil.example>",
        "nora@example.org,. <eve@evil.example>",
        '"nora@example.org";<eve@evil.example>',
        "]nora@example.org=2C@evil.example",
        "<nora@example.org> <eve@evil.example>",
    ],
)
def test_what_our_server_says_of_one_sender_is_nothing_about_another(written: str) -> None:
    """Who we take for the writer must be whom the server has checked."""
    head = parse(f"From: {written}\r\n\r\n".encode())
    assert head.sender.address == NORA
    proof = results("dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example")
    assert verdict([proof, *head.headers], OURS, sender=NORA).result == "unclear"


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=7).map("".join))
def test_no_way_to_write_from_makes_one_pass_for_another(written: str) -> None:
    head = parse(f"From: {written}\r\n\r\n".encode())
    proof = results("dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=evil.example")
    found = verdict([proof, *head.headers], OURS, sender=head.sender.address)
    assert found.result != "pass" or head.sender.address.endswith("@evil.example")


@given(
    st.lists(st.tuples(st.sampled_from(["from", "received", "authentication-results"]), st.text()))
)
def test_no_headers_make_it_raise_or_pass(headers: Headers) -> None:
    assert verdict(headers, OURS, sender=NORA).result in ("none", "fail", "unclear")


def escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)


@pytest.mark.parametrize(
    "value",
    [
        'spf=pass smtp.mailfrom="nora@example.org"@evil.example',
        'dkim=pass header.i="nora@example.org"@evil.example',
        r'spf=pass smtp.mailfrom="\"x; dkim=pass header.d=example.org; y\"@evil.example"',
        r'spf=pass smtp.mailfrom="x\"; dkim=pass header.d=example.org; y=\""@evil.example',
        r"spf=pass (of x\); dkim=pass header.d=example.org (y) smtp.mailfrom=evil.example",
        'spf=pass (of "x); dkim=pass header.d=example.org (y"@evil.example) smtp.helo=a.example',
        r'spf=pass smtp.mailfrom="dkim=pass header.d=example.org \"',
        'spf=pass envelope-from="x smtp.mailfrom=example.org"@evil.example',
    ],
)
def test_the_name_of_a_mailbox_is_no_result(value: str) -> None:
    """Its sender chooses it, and our own server writes it into its results."""
    assert judged(results(value)).result == "none"
    failed = "dmarc=fail header.from=example.org"
    assert judged(results(f"{failed}; {value}")).result == "fail"


@given(
    st.lists(
        st.sampled_from(["; ", "dmarc=pass", "dkim=pass header.d=example.org", " ", *'"\\()@=x',
                         "@example.org", "smtp.mailfrom=example.org", "header.from=example.org"])
    ).map("".join)
)  # fmt: skip
def test_no_mailbox_speaks_for_another_domain(local: str) -> None:
    mailbox = f'"{escaped(local, chr(34) + chr(92))}"@evil.example'
    again = escaped(mailbox, chr(34) + chr(92))
    for value in (
        f"spf=pass smtp.mailfrom={mailbox}",
        f'spf=pass smtp.mailfrom="{again}"',
        f"spf=pass (domain of {mailbox} sends so) smtp.mailfrom=evil.example",
        f"spf=pass (domain of {escaped(mailbox, '()' + chr(92))} sends so)",
    ):
        found = judged(results(f"{value}; dmarc=fail header.from=example.org"))
        assert found.result == "fail", value
