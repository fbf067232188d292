"""Sentences, languages, names, acts, promises: what is read, and what is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from wingbeat.language.acts import acts_of
from wingbeat.language.dates import dates
from wingbeat.language.meaning import shared, stems
from wingbeat.language.names import greeted, spelling
from wingbeat.language.phrases import Phrases, WrongPhrase, read, words
from wingbeat.language.promises import promises
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import language_of

ZONE = ZoneInfo("Europe/Budapest")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Am 15. März um 9 Uhr. Danke.", ["Am 15. März um 9 Uhr.", "Danke."]),
        ("Das ist z. B. rot. Ja.", ["Das ist z. B. rot.", "Ja."]),
        ("Really?! Yes... maybe", ["Really?!", "Yes...", "maybe"]),
        ("Dear Mr. May,\n\nsee v1.2.3 of it.", ["Dear Mr. May,", "see v1.2.3 of it."]),
        ("  \n ", []),
    ],
)
def test_sentences_end_where_they_end(text: str, cut: list[str]) -> None:
    told = sentences(text)
    assert [one.text for one in told] == cut
    assert [text[one.start : one.end] for one in told] == cut


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("Guten Tag Frau Weiß,", "de", "farewell"),
        ("Bis dahin nehmen Sie die alte.", "de", "farewell"),
        ("Das dürfen wir nicht.", "de", "asks"),
        ("Einer Lastschrift können Sie widersprechen.", "de", "asks"),
        ("Анна, добрый день.", "ru", "farewell"),
    ],
)
def test_what_sounds_like_an_act_is_not_always_one(text: str, language: str, act: str) -> None:
    assert act not in acts_of(sentences(text)[0], language)


def test_offsets_count_code_points() -> None:
    text = "😀 Hi Ada. 😀 We will call."
    for one in sentences(text):
        for word in one.words:
            assert text[word.start : word.end].lower() == word.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order? I have been waiting since Monday.", "en"),
        ("Wo bleibt meine Bestellung? Ich warte seit Montag.", "de"),
        ("Где мой заказ? Жду с понедельника.", "ru"),
        ("Hol van a rendelésem? Hétfő óta várok rá.", "hu"),
        ("Où est ma commande ? J'attends depuis lundi.", None),
        ("\x00\ud800 12345 https://a.example", None),
        ("", None),
    ],
)
def test_a_language_is_told_or_unknown(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Hi Nora,", "en", ["Nora"]),
        ("Hello, Nora!", "en", ["Nora"]),
        ("Hi all,", "en", []),
        ("Hi there! We will call.", "en", []),
        ("Dear Mr. O'Neill,", "en", ["O'Neill"]),
        ("Sehr geehrter Herr Dr. Weiß,", "de", ["Weiß"]),
        ("Здравствуйте, Анна Петровна!", "ru", ["Анна", "Петровна"]),
        ("Tisztelt Kovács Úr!", "hu", ["Kovács"]),
        ("Jó napot, Anna!", "hu", ["Anna"]),
        ("Оксана Викторовна, добрый вечер.", "ru", ["Оксана", "Викторовна"]),
        ("Виталий, письма не удалились.", "ru", ["Виталий"]),
        ("Конечно, письма не удалились.", "ru", []),
        ("Письма, Анна, не удалились.", "ru", []),
    ],
)
def test_a_greeting_calls_names(text: str, language: str, names: list[str]) -> None:
    assert [one.name for one in greeted(sentences(text)[0], language)] == names


@pytest.mark.parametrize(
    ("said", "known", "language", "means"),
    [
        ("Péterrel", "Nagy Péter", "hu", "right"),
        ("Kovácsnak", "Kovács Anna", "hu", "right"),
        ("Анне", "Анна Петрова", "ru", "right"),
        ("Иваном", "Иван Сидоров", "ru", "right"),
        ("Дмитрию", "Дмитрий Орлов", "ru", "right"),
        ("Muller", "Jan Müller", "de", "right"),
        ("Jhon", "John Hill", "en", "misspelt"),
        ("Katheryne", "Catherine Hill", "en", "misspelt"),
        ("Иавн", "Иван Сидоров", "ru", "misspelt"),
        ("Pétre", "Nagy Péter", "hu", "misspelt"),
        ("Olga", "John Hill", "en", "another"),
        ("Olga", "", "en", "unknown"),
    ],
)
def test_a_name_is_compared(said: str, known: str, language: str, means: str) -> None:
    assert spelling(said, [known], language) == means


@pytest.mark.parametrize(
    ("text", "language", "acts"),
    [
        ("We value your feedback.", "en", "empty"),
        ("We cannot refund it, but you can choose a voucher instead.", "en", "refuses alternative"),
        ("We will not change it.", "en", "refuses"),
        ("Wir melden uns bis Freitag bei Ihnen.", "de", "promises"),
        ("Leider können wir das nicht ändern.", "de", "refuses"),
        ("Мы не можем вернуть деньги.", "ru", "refuses"),
        ("Отправим лампу до пятницы.", "ru", "promises"),
        ("Sajnos ezt nem tudjuk visszavenni.", "hu", "refuses"),
        ("Pénteken elküldjük a csomagot.", "hu", "promises"),
    ],
)
def test_a_sentence_does_what_it_does(text: str, language: str, acts: str) -> None:
    assert set(acts.split()) <= acts_of(sentences(text)[0], language)


@pytest.mark.parametrize(
    ("text", "language", "due"),
    [
        ("We will send it by Friday.", "en", "2026-03-06 18:00"),
        ("Ответим до пятницы.", "ru", "2026-03-06 18:00"),
        ("Péntekig elküldjük.", "hu", "2026-03-06 18:00"),
        ("Wir schicken es bis Freitag.", "de", "2026-03-06 18:00"),
        ("I'll call within 24 hours.", "en", "2026-03-03 09:00"),
        ("Es war am Freitag da.", "de", None),
        ("Ich frag da nach und schreib dir bis heute 18 Uhr.", "de", "2026-03-02 18:00"),
        ("Das schicke ich Ihnen noch diese Woche.", "de", "2026-03-06 18:00"),
        ("Der Elektriker kommt am Mittwoch zwischen 8 und 10 zu Ihnen.", "de", "2026-03-04 10:00"),
        ("Bis ca. 20 Uhr sollte alles wieder laufen.", "de", "2026-03-02 20:00"),
        ("Бельё в апреле меняем на новое.", "ru", "2026-04-30 18:00"),
        ("Деньги поступят завтра до обеда.", "ru", "2026-03-03 13:00"),
        ("Подготовлю и вышлю до конца дня.", "ru", "2026-03-02 18:00"),
        ("Восстановят к 19:00.", "ru", "2026-03-02 19:00"),
        ("Will you be there on Friday?", "en", None),
    ],
)
def test_a_promise_has_its_date(text: str, language: str, due: str | None) -> None:
    found = promises(text, language, at=MONDAY, zone=ZONE)
    told = [f"{one.due_at:%Y-%m-%d %H:%M}" for one in found if one.due_at]
    assert told == ([due] if due else [])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It will open in a new tab.", "en"),
        ("I will make a suggestion: turn it around.", "en"),
        ("You will have to buy a bulb.", "en"),
        ("I will assume that it is dark.", "en"),
        ("I suspect it will be fixed on Monday.", "en"),
        ("Please send us a photo of it, and we'll look into it.", "en"),
        ("Once you have sent the lamp, we will refund it.", "en"),
        ("I will answer your questions as soon as I can, one by one:", "en"),
        ("It will be fixed next week, possibly.", "en"),
        ("I am confident that the lamp will be repaired.", "en"),
        ("I'll be out all day today.", "en"),
        ("I hope that it will be fixed by Friday.", "en"),
        ("I don't think the lamp will be shipped on Monday.", "en"),
        ("The old lamp will be replaced by a new one.", "en"),
        ("The shop said your lamp will be delivered on Friday.", "en"),
        ("Send us your number and our technician will call you.", "en"),
        ("When you have sent the lamp, we will refund you on Friday.", "en"),
        ("We will refund you as soon as you send us the lamp.", "en"),
        ("Bitte schicken Sie uns ein Foto, und wir rufen Sie am Montag an.", "de"),
        ("Kérem, küldje el a számot, és pénteken felhívjuk.", "hu"),
        ("Ich werde Ihnen hier etwas vorschlagen.", "de"),
        ("Wir liefern nur ins Inland.", "de"),
        ("Das können wir prüfen.", "de"),
        ("Pfundnoten nehmen wir an der Kasse nicht.", "de"),
        ("Ab September geht es wieder.", "de"),
        ("Мы отправляем только почтой.", "ru"),
        ("Нет, деньги не спишут.", "ru"),
        ("Давайте проверим вместе.", "ru"),
        ("Sie erhalten in diesem Fenster eine Meldung.", "de"),
        ("Sobald Sie die Lampe schicken, erstatten wir das Geld.", "de"),
        ("Azt fogom javasolni, hogy várjon.", "hu"),
        ("Ha elküldi a lámpát, visszatérítjük az árát.", "hu"),
        ("Папка будет создана при запуске.", "ru"),
        # A condition, whoever has to meet it.
        ("If I find another lamp, I'll get back to you.", "en"),
        ("If the lamp goes dark once more, we will report it.", "en"),
        ("I'll report back if I find one.", "en"),
        ("As I said, include a photo and I'll look at it.", "en"),
        ("Falls ich etwas finde, melde ich mich.", "de"),
        ("Ich melde mich, wenn ich etwas finde.", "de"),
        ("Если я что-нибудь найду, сообщу.", "ru"),
        ("Ha találok másikat, jelentkezem.", "hu"),
        ("Jelentkezem, ha találok másikat.", "hu"),
        ("Provide your number here and my team will call you.", "en"),
        ("What is the number, and we will look into it.", "en"),
        ("Please give us the number through the link and you'll get a response soon.", "en"),
        ("here: https://lamp.example and we'll check this for you.", "en"),
        ("You will be contacted if the lamp is found.", "en"),
        ("Should it not come, a new one will be arranged.", "en"),
        # What a thing becomes some time, and what nobody knows.
        ("It will be fixed in version 12.", "en"),
        ("No estimate yet of when the lamp will be shipped.", "en"),
        ("If you do not ask, you cannot expect an answer.", "en"),
        ("Das Problem wird in Version 12 behoben.", "de"),
        ("Ошибка будет исправлена в версии 12.", "ru"),
        ("Неизвестно, когда лампа будет отправлена.", "ru"),
        # What they themselves will try.
        ("I will try again tomorrow.", "en"),
        ("I'll give it another week.", "en"),
        ("Ich werde es morgen noch einmal versuchen.", "de"),
        ("Я попробую ещё раз завтра.", "ru"),
        ("Holnap meg fogom próbálni.", "hu"),
        ("Nem küldjük el pénteken.", "hu"),
        ("I will send you this form.", "en"),
        ("Если вы пришлёте лампу, мы вернём деньги.", "ru"),
        ("Если что-то узнаем, сообщим.", "ru"),
        ("Мы не ответим до пятницы.", "ru"),
    ],
)
def test_what_a_thing_does_a_guess_and_a_condition_are_no_promise(text: str, language: str) -> None:
    assert promises(text, language, at=MONDAY, zone=ZONE) == []


@pytest.mark.parametrize(
    "text",
    [
        "I'll pop it in the post this afternoon.",
        "I've asked our warehouse and will let you know.",
        "You'll have your money back by Friday.",
        "Your refund will be processed within 5 days.",
        "Our technician will come on Wednesday.",
    ],
)
def test_what_we_will_do_is_a_promise_in_many_words(text: str) -> None:
    assert promises(text, "en", at=MONDAY, zone=ZONE) != []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please find the invoice attached; our technician will call you on Monday.", "en"),
        ("Please find the invoice attached and we will call you on Monday.", "en"),
        ("Please see the list below, and our technician will call you on Monday.", "en"),
        ("When you ordered there was an error, and we will refund you on Friday.", "en"),
        ("We will send you a lamp on Friday, please let me know if we can help.", "en"),
        ("We will refund you on Friday, let me know if you need anything.", "en"),
        ("I give the parcel to the courier today and we will refund you on Friday.", "en"),
        ("We will send a lamp on Friday and we'll call you.", "en"),
        ("The lamp will be fixed on Monday.", "en"),
        ("I'll see if I can find somebody who knows.", "en"),
        ("Sorry if we kept you waiting, I will refund you today.", "en"),
        ("Bitte finden Sie anbei die Rechnung, und wir rufen Sie am Montag an.", "de"),
        ("Wir rufen Sie am Montag an, auch wenn Sie noch Fragen haben.", "de"),
        ("Kérem, nézze meg a csatolt számlát, és pénteken felhívjuk.", "hu"),
        ("Когда вы заказали, была ошибка, и мы вернём деньги в пятницу.", "ru"),
    ],
)
def test_only_what_we_wait_for_takes_a_promise_back(text: str, language: str) -> None:
    assert promises(text, language, at=MONDAY, zone=ZONE) != []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Your lamp will be replaced with a new one on Monday.", "en"),
        ("I hope this helps, and I will send the invoice tomorrow.", "en"),
        ("I don't know yet, but I'll call you tomorrow.", "en"),
        ("We are sure that it will be refunded by Friday.", "en"),
        ("We will refund you by Friday, hopefully sooner.", "en"),
        ("I'll be out today, but I'll call you tomorrow.", "en"),
        ("Sorry, I said it would come; it will be delivered on Friday.", "en"),
        ("Hoffentlich geht es Ihnen gut, und wir rufen Sie am Montag an.", "de"),
        ("Remélem, jól van, és pénteken felhívjuk.", "hu"),
        ("Надеюсь, вы здоровы, и мы вернём деньги в пятницу.", "ru"),
    ],
)
def test_what_hedges_another_clause_takes_no_promise_back(text: str, language: str) -> None:
    assert promises(text, language, at=MONDAY, zone=ZONE) != []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I will try your account again tomorrow and call you by noon.", "en"),
        ("I'll give it another look and reply by Friday.", "en"),
        ("We will look for a replacement and get back to you by Friday.", "en"),
        ("I will send you this form on Friday.", "en"),
        ("I'll be working on my report and send it to you by Friday.", "en"),
        ("You will be notified about your refund by Friday.", "en"),
        ("If we don't find it by Friday, I will refund you on Monday.", "en"),
        ("If I read this right, I will refund you on Friday.", "en"),
        ("We will send the parts and I will call you on Friday.", "en"),
        ("Contact was lost on our side, so I'll call you on Friday.", "en"),
        ("What a mess, and I am sorry, so I'll call you on Monday.", "en"),
        ("Which lamp it is we know and we will ship it and I'll call you on Friday.", "en"),
        ("Das wird am Montag behoben.", "de"),
        ("Der Fehler wird bis Freitag behoben.", "de"),
        ("Ich werde es morgen noch einmal testen und mich bis Freitag melden.", "de"),
        ("Wir werden erneut versuchen, Sie am Freitag zu erreichen.", "de"),
        ("Ошибка будет исправлена в пятницу.", "ru"),
        ("Мы вернём вам деньги до пятницы, если я правильно понял.", "ru"),
        ("Ne aggódjon, holnap visszahívjuk.", "hu"),
        ("Ne aggódjon, pénteken küldjük az új lámpát.", "hu"),
        ("Ne haragudjon a késésért, pénteken küldjük.", "hu"),
        ("Nem felejtjük el, pénteken visszahívjuk Önt.", "hu"),
        ("Nem késünk, pénteken küldjük.", "hu"),
        ("Önt pénteken nem zavarjuk, szombaton küldjük a lámpát.", "hu"),
        ("Ha nem sikerül, pénteken akkor is küldjük az új lámpát.", "hu"),
    ],
)
def test_a_promise_with_its_day_stands_whatever_is_said_beside_it(text: str, language: str) -> None:
    assert promises(text, language, at=MONDAY, zone=ZONE) != []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I will call you today.", "en"),
        ("Ich rufe Sie heute an.", "de"),
        ("Перезвоню сегодня.", "ru"),
        ("Ma visszahívom.", "hu"),
    ],
)
def test_today_said_in_the_evening_is_due_by_midnight_where_the_customer_is(
    text: str, language: str
) -> None:
    evening = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # half past eleven in Budapest
    (one,) = promises(text, language, at=evening, zone=ZONE)
    assert one.due_at == datetime(2026, 3, 2, 23, 59, tzinfo=ZONE)
    (one,) = promises(text, language, at=evening, zone=ZoneInfo("America/Chicago"))
    assert one.due_at == datetime(2026, 3, 2, 18, tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Orders are shut off tonight, but they will be back on tomorrow.", "en"),
        ("I'll be out today, but I'll call you tomorrow.", "en"),
        ("Heute ist zu, aber wir melden uns morgen.", "de"),
        ("Ma zárva vagyunk, de holnap visszahívjuk Önt.", "hu"),
        ("Сегодня мы закрыты, но завтра мы вам перезвоним.", "ru"),
    ],
)
def test_the_time_is_that_of_the_part_which_promises(text: str, language: str) -> None:
    (one,) = promises(text, language, at=MONDAY, zone=ZONE)
    assert one.due_at is not None
    assert f"{one.due_at:%Y-%m-%d}" == "2026-03-03"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I will send you this form tomorrow.", "en"),
        ("I'll send you the following article next week.", "en"),
        ("Wir werden erneut versuchen, Sie morgen zu erreichen.", "de"),
    ],
)
def test_tomorrow_and_next_week_are_a_promise_s_day(text: str, language: str) -> None:
    (one,) = promises(text, language, at=MONDAY, zone=ZONE)
    assert one.due_at is not None


def test_today_has_an_end_in_its_last_minute_and_business_has_its_own() -> None:
    last = datetime(2026, 3, 6, 23, 59, 30, tzinfo=ZONE)
    (one,) = promises("I will call you today.", "en", at=last, zone=ZONE)
    assert one.due_at is not None
    assert last < one.due_at < datetime(2026, 3, 7, tzinfo=ZONE)
    for text, language in (
        ("I will call you by end of business today.", "en"),
        ("I will call you today at 5pm.", "en"),
        ("Ich rufe Sie heute bis Geschäftsschluss an.", "de"),
        ("Перезвоню сегодня до конца рабочего дня.", "ru"),
        ("Ma munkaidő végéig visszahívom.", "hu"),
    ):
        (one,) = promises(text, language, at=last.replace(hour=19), zone=ZONE)
        assert one.due_at is None, text


def test_an_hour_that_is_over_is_tomorrow_s_only_where_the_half_of_the_day_is_told() -> None:
    afternoon = MONDAY.replace(hour=14)
    (one,) = promises("I will call at 8 am.", "en", at=afternoon, zone=ZONE)
    assert one.due_at == datetime(2026, 3, 3, 8, tzinfo=ZONE)
    (one,) = promises("Ich rufe Sie um 8 Uhr an.", "de", at=afternoon, zone=ZONE)
    assert one.due_at == datetime(2026, 3, 3, 8, tzinfo=ZONE)
    (one,) = promises("I will call at 4:05.", "en", at=MONDAY.replace(hour=15), zone=ZONE)
    assert one.due_at is None  # in an hour, or tomorrow before dawn


def test_a_day_that_is_none_is_no_date() -> None:
    for text in ("by 31 February", "by March 99", "within 9999 days", "at 27:80"):
        assert dates(text, sentences(text)[0], "en", at=MONDAY, zone=ZONE) == []


def test_hours_count_through_the_change_of_clocks() -> None:
    night = datetime(2026, 3, 28, 20, tzinfo=ZONE)
    text = "We will call within 24 hours."
    (span,) = dates(text, sentences(text)[0], "en", at=night, zone=ZONE)
    assert f"{span.due_at:%d %H:%M %z}" == "29 21:00 +0200"


def test_a_paraphrase_shares_its_stems() -> None:
    one = stems(words("We cannot refund the ticket because the sale is final."), "en")
    two = stems(words("The ticket cannot be refunded: sales are final."), "en")
    three = stems(words("You may swap it for a voucher."), "en")
    assert shared(one, two) >= 0.7
    assert shared(one, three) < 0.2


@pytest.mark.parametrize("written", ["", "^", "... back", "we ...", "please?"])
def test_a_phrase_that_says_nothing_is_refused(written: str) -> None:
    with pytest.raises(WrongPhrase, match="a phrase begins and ends with a word"):
        read(written)


def test_a_phrase_may_begin_with_what_may_be_missing() -> None:
    found = Phrases([("please? try", "step")])
    assert [one.first for one in found.find(words("please try"))] == [0, 1]
