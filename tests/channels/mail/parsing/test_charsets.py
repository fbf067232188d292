from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.charsets import codec_for, decode


@pytest.mark.parametrize(
    ("text", "wrote", "named"),
    [
        ("a – b 你好㈱", "gb18030", "gb2312"),
        ("똠방각하", "cp949", "ks_c_5601-1987"),
        ("똠방각하", "cp949", "euc-kr"),
        ("①㈱髙", "cp932", "Shift_JIS"),
        ("Quote’s – “end”", "cp1252", "ISO-8859-1"),
        ("Привет", "cp1251", "win-1251"),
        ("Привет", "koi8-r", '"KOI8-R"'),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
        ("İstanbul’da", "cp1254", "iso-8859-9"),
        ("Żółć", "cp1250", "windows-1250"),
        ("naïve", "mac_roman", "x-mac-roman"),
        ("Zażółć", "utf-8", "UTF8"),
        ("hí", "utf-7", "unicode-1-1-utf-7"),
        ("漢字", "big5", "x-big5"),
        ("한글", "iso2022_kr", "iso-2022-kr"),
        ("中文", "hz", "HZ-GB-2312"),
        ("text", "utf-16", "utf-16"),
    ],
)
def test_names_are_read_as_the_world_means_them(text: str, wrote: str, named: str) -> None:
    decoded = decode(text.encode(wrote), named)
    assert (decoded.text, decoded.defect) == (text, "")


@pytest.mark.parametrize(
    "name",
    ["unicode_escape", "idna", "rot13", "zlib", "hex", "base64", "undefined", "\x00", "é", ""],
)
def test_what_is_no_charset_is_refused(name: str) -> None:
    assert codec_for(name) == ""


@pytest.mark.parametrize("name", ["", "x-unknown", "us-ascii", "utf-8", "nonsense-17"])
@pytest.mark.parametrize(
    ("text", "wrote"),
    [
        ("Die Größe ist schön für mich.", "cp1252"),
        (
            "Köszönöm szépen, a rendelésem még nem érkezett meg, kérem segítsenek: őszintén, Ágnes",
            "cp1250",
        ),
        ("Здравствуйте, когда придет мой заказ?", "koi8-r"),
        ("Здравствуйте, когда придет мой заказ?", "cp1251"),
        ("お問い合わせありがとうございます。", "cp932"),
        ("お問い合わせありがとうございます。", "euc_jp"),
        ("您好，请问我的订单什么时候发货？谢谢。", "gb18030"),
        ("您好，請問我的訂單什麼時候出貨？謝謝。", "big5"),
        ("안녕하세요, 주문한 상품이 아직 도착하지 않았습니다.", "cp949"),
        ("Καλημέρα σας, πότε θα έρθει η παραγγελία μου;", "cp1253"),
        ("שלום, מתי תגיע ההזמנה שלי?", "cp1255"),
    ],
)
def test_a_missing_or_wrong_name_is_made_good_by_sense(text: str, wrote: str, name: str) -> None:
    assert decode(text.encode(wrote), name).text == text


def test_a_wrong_name_is_told() -> None:
    assert decode(b"M\xe4rz", "utf-8").defect == "The text is not utf-8; it is read as cp1252."
    assert decode(b"M\xe4rz", "x-foo").defect == (
        "The charset x-foo is not known; the text is read as cp1252."
    )
    assert decode(b"abc", "x-foo").defect == "The charset x-foo is not known."
    assert decode(b"abc", "").defect == ""


def test_utf_8_that_calls_itself_western_is_utf_8() -> None:
    assert decode("für 5 €".encode(), "iso-8859-1").text == "für 5 €"


def test_one_broken_byte_does_not_change_the_charset() -> None:
    data = "Größe, Straße, schön".encode() + b" \xe4 " + "für".encode()
    decoded = decode(data, "utf-8")
    assert decoded.text == "Größe, Straße, schön ä für"
    assert decoded.defect == "Some bytes are not utf-8."


def test_a_byte_order_mark_wins_and_goes() -> None:
    assert decode("﻿grün".encode(), "iso-8859-1").text == "grün"
    assert decode("grün".encode("utf-16"), "utf-8").text == "grün"


def test_vendor_rows_of_japanese_mail_are_read() -> None:
    assert decode(b"\x1b$B-!-j\x1b(B", "iso-2022-jp").text == "①㈱"


def test_japanese_with_half_width_kana_and_a_lost_end_is_read() -> None:
    assert decode(b"\x1b(I1\x1b(B!", "iso-2022-jp").text == "ｱ!"
    assert decode(b"\x1b$B%F%9%H\r\nmore", "iso-2022-jp").text.startswith("テスト\r\n")


def test_decoding_never_raises_and_is_quick_on_noise() -> None:
    noise = bytes(range(256)) * 400
    for name in ("utf-8", "gb2312", "iso-2022-jp", "utf-7", "utf-16", "big5", "x", "hz", "cp1252"):
        decode(noise, name).text.encode("utf-8", "surrogatepass")
