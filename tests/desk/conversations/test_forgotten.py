"""A draft that tells of a file is asked about one; a draft that only speaks of files is not."""

from __future__ import annotations

import pytest

from wingbeat.desk.conversations.forgotten import mentions_attachment

SAYS = [
    ("I have attached the invoice.", "I have attached"),
    ("I've attached a label for the return.", "I've attached"),
    ("Hello Nora,\n\nplease find the form attached.\n\nAda", "find the form attached"),
    ("The new manual is attached.", "is attached"),
    ("Attached is your invoice.", "Attached"),
    ("Please sign the attached form and send it back.", "sign the attached"),
    ("We're attaching both pictures.", "We're attaching"),
    ("Anbei die Rechnung.", "Anbei"),
    ("Im Anhang finden Sie das Etikett.", "Im Anhang"),
    ("Die Anleitung habe ich angehängt.", "angehängt"),
    ("Ich hänge Ihnen die Anleitung an.", "Ich hänge Ihnen die Anleitung an"),
    ("Счёт во вложении.", "во вложении"),
    ("Прикрепляю инструкцию.", "Прикрепляю"),
    ("К письму я приложила акт.", "приложила"),
    ("Mellékelem a számlát.", "Mellékelem"),
    ("A csatolt űrlapot kérjük kitölteni.", "A csatolt"),
    ("A számlát csatoltuk.", "csatoltuk"),
    ("Vous trouverez ci-joint la facture.", "ci-joint"),
    ("Je vous joins le bon de retour.", "Je vous joins"),
    ("Le adjunto la factura.", "Le adjunto la"),
    ("In allegato trova la fattura.", "In allegato"),
    ("Bijgevoegd vindt u de factuur.", "Bijgevoegd"),
    ("W załączniku przesyłam fakturę.", "W załączniku"),
    ("Segue em anexo a fatura.", "Segue em anex"),
]
SAYS_NOT = [
    "Thank you for the screenshot you attached.",
    "Your attachment did not open here.",
    "Could you attach a picture of the lamp?",
    "Please attach a picture of the lamp.",
    "I could not open the file, it is not attached.",
    "There is no file attached to your mail.",
    "If the form is attached to the box, sign it.",
    "I am very attached to this lamp.",
    "The cable is attached to the base.",
    "> I have attached the invoice.\n\nThank you, we have it.",
    "We will send the invoice tomorrow.",
    "Vielen Dank für Ihren Anhang.",
    "Im Anhang Ihrer Mail fehlt die zweite Seite.",
    "Der Anhang war leider nicht lesbar.",
    "Könnten Sie das Foto bitte anhängen?",
    "Das Bild, das Sie angehängt haben, ist sehr deutlich.",
    "Вы приложили снимок, спасибо.",
    "Во вложении вашего письма файла нет.",
    "Откройте раздел в приложении.",
    "Az Ön által mellékelt kép nagyon jó.",
    "Kérjük, csatolja a számlát.",
    "A számla nincs csatolva.",
    "Votre pièce jointe est illisible.",
    "Pourriez-vous joindre une photo ?",
    "No encuentro el archivo adjunto.",
    "Il suo allegato è arrivato.",
    "Uw bijlage is goed aangekomen.",
    "Bez załącznika nie możemy pomóc.",
    "O seu anexo chegou bem.",
    "",
]


@pytest.mark.parametrize(("text", "words"), SAYS)
def test_words_that_promise_a_file_are_found(text: str, words: str) -> None:
    assert mentions_attachment(text) == words


@pytest.mark.parametrize("text", SAYS_NOT)
def test_words_about_other_files_are_left_alone(text: str) -> None:
    assert mentions_attachment(text) is None


def test_a_long_draft_takes_no_time() -> None:
    assert mentions_attachment("i have " * 100_000) is None
    assert mentions_attachment("see " * 30_000 + "it") is None
