from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.quotes import fold, new_text
from wingbeat.channels.mail.parsing.quotes.lines import lines_of
from wingbeat.channels.mail.parsing.quotes.signatures import is_closing, is_device_line


def is_device(text: str) -> bool:
    return is_device_line(lines_of(text)[0])


def own(text: str) -> str:
    return new_text(text, fold(text))


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Verizon Wireless BlackBerry",
        "Sent from Outlook Mobile<https://lumen.example>",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "*Sent from my Galaxy S5*",
        "Sent from [Mailbox](https://mailbox.example)",
        "Sent from my BlackBerry - the most secure mobile device",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX iPhone App",
        "Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPad",
        "Verstuurd vanaf mijn iPad",
        "Wysłane z iPhone'a",
        "Enviado do meu iPhone",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail.ru",
        "Az iPhone-omról küldve",
        "Odesláno z iPhonu",
        "Skickat från min iPhone",
        "Sendt fra min iPad",
        "Lähetetty iPhonesta",
        "iPhone'umdan gönderildi",
        "iPhoneから送信",
        "发自我的 iPhone",
        "나의 iPhone에서 보냄",
    ],
)
def test_lines_that_programs_add_are_known(line: str) -> None:
    assert is_device(line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, is much easier then my mobile phone.",
        "Sent from the warehouse yesterday",
        "The parcel was sent from Berlin",
        "My iPhone was sent from you to the wrong address",
        "Gesendet von Frau Berger",
        "Sent",
        "",
    ],
)
def test_sentences_about_sending_stay(line: str) -> None:
    assert not is_device(line)


def test_kind_regards_are_a_closing() -> None:
    for line in ("Kind regards,", "Mit freundlichen Grüßen", "С уважением,", "Üdvözlettel:"):
        assert is_closing(lines_of(line)[0])
    assert not is_closing(lines_of("With regards to the invoice")[0])


def test_two_dashes_begin_a_signature() -> None:
    assert own("Hi\n\n-- \nNora\nFields Ltd.") == "Hi"
    assert own("Hi\n--\nNora") == "Hi"


def test_two_dashes_far_above_the_end_begin_none() -> None:
    text = "Hi\n--\n" + "a line of my story\n" * 40
    assert fold(text) == ()


def test_a_closing_and_a_name_stay_with_the_customers_words() -> None:
    assert fold("Please call me.\n\nKind regards,\nNora Fields") == ()


def test_contact_data_below_a_closing_is_folded() -> None:
    text = "Please call me.\n\nRegards\nNora\n+44 113 496 0101\nnora@fields.example"
    assert own(text) == "Please call me.\n\nRegards"


def test_contact_data_that_were_asked_for_stay() -> None:
    text = "Hi,\n\nNora Fields\nnora@fields.example\n+44 113 496 0101\nwww.fields.example"
    assert fold(text) == ()


def test_a_postscript_below_contact_data_is_read() -> None:
    text = "Hi.\n\nRegards\nNora\n+44 113 496 0101\nnora@fields.example\nPS: not on Monday"
    assert fold(text) == ()


def test_a_program_line_in_the_middle_is_folded_alone() -> None:
    text = "First half.\n\nSent from my iPad\n\nSecond half."
    assert own(text) == "First half.\n\n\n\nSecond half."
