"""What an old desk left behind, told from plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wingbeat.laws.looking_back import Forgotten, OldCase, Told, forgotten, shipped_policy

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUESTION = "My lamp does not light since the storm. What can I do?"
ANSWER = "Hello, please turn the bulb to the right until it clicks."


def case(*told: tuple[str, str], is_spam: bool = False, automatic: str = "") -> OldCase:
    """Return a conversation with an hour between its words; `us` or `them` say each."""
    said = tuple(
        Told(str(n), MONDAY + timedelta(hours=n), who == "us", text, automatic if n else "")
        for n, (who, text) in enumerate(told)
    )
    return OldCase("7", "10007", MONDAY, said, is_spam=is_spam)


def found(one: OldCase, *, days: float = 30) -> list[Forgotten]:
    as_of = MONDAY + timedelta(days=days)
    return list(forgotten(one, shipped_policy(), as_of=as_of, zone=UTC))


def kinds(one: OldCase, *, days: float = 30) -> list[str]:
    return [each.kind for each in found(one, days=days)]


def test_who_was_never_answered_is_found_after_a_week_and_not_before() -> None:
    assert kinds(case(("them", QUESTION))) == ["silence"]
    assert kinds(case(("them", QUESTION)), days=6.9) == []


def test_an_automatic_answer_is_no_answer() -> None:
    robot = case(("them", QUESTION), ("us", "We have received your message."), automatic="reply")
    assert kinds(robot) == ["silence"]


def test_spam_is_owed_nothing() -> None:
    assert kinds(case(("them", QUESTION), is_spam=True)) == []


def test_whoever_found_it_out_alone_was_not_forgotten() -> None:
    assert kinds(case(("them", QUESTION), ("them", "Never mind, I found the problem."))) == []


def test_a_dated_promise_is_broken_when_its_time_passes_without_a_word() -> None:
    said = "We will send you the new lamp by Friday."
    [broken] = found(case(("them", QUESTION), ("us", said)))
    assert (broken.kind, broken.words) == ("promise", said)
    assert broken.due_at == datetime(2026, 3, 6, 18, tzinfo=UTC)
    assert kinds(case(("them", QUESTION), ("us", said)), days=4) == []


def test_a_word_of_ours_before_its_time_keeps_a_promise() -> None:
    said = ("us", "We will send you the new lamp by Friday.")
    assert kinds(case(("them", QUESTION), said, ("us", "The lamp is on its way."))) == []


def test_a_word_after_its_time_keeps_no_dated_promise() -> None:
    late = Told("2", MONDAY + timedelta(days=9), is_ours=True, text="Here is the lamp's number.")
    early = case(("them", QUESTION), ("us", "We will send you the new lamp by Friday."))
    one = OldCase("7", "7", MONDAY, (*early.told, late))
    assert kinds(one) == ["promise"]


def test_a_promise_to_come_back_needs_no_date() -> None:
    assert kinds(case(("them", QUESTION), ("us", "I'll look into this for you."))) == ["promise"]


@pytest.mark.parametrize(
    "said",
    [
        "If the bulb is broken, we will send a new one by Friday.",
        "Please send us the number and we'll look into it.",
        "Shall we send it by Friday?",
        "The lamp was made on Friday.",
        "Если что-то узнаем, сообщим.",
        "Мы не ответим до пятницы.",
    ],
)
def test_a_condition_a_question_or_a_fact_is_no_promise(said: str) -> None:
    assert kinds(case(("them", QUESTION), ("us", said))) == []


def test_a_customer_who_calls_it_settled_releases_us() -> None:
    said = ("us", "I'll look into this for you.")
    assert kinds(case(("them", QUESTION), said, ("them", "Thanks, it works now."))) == []


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ("Thanks, but it still does not work.", ["last_step"]),
        ("Which bulb do I have to buy for this lamp?", ["question"]),
        ("Thank you so much!", []),
        ("Nothing changed on my side, I am still getting all my mails.", []),
        ("The problem was not resolved, so I bought another lamp.", []),
        ("It still does not work. I will try another bulb and let you know.", []),
        ("The first suggestion did not work, but the second did.", []),
        ("Bei mir hat sich sonst nichts geändert, danke für die Antwort.", []),
        ("Bei mir leuchtet die Lampe leider immer noch nicht.", ["last_step"]),
        ("Nálam nem változott semmi más, köszönöm a választ.", []),
        ("Nálam sajnos továbbra sem világít a lámpa.", ["last_step"]),
        ("У меня больше ничего не изменилось, спасибо за ответ.", []),
        ("У меня лампа по-прежнему не горит, к сожалению.", ["last_step"]),
        ("They asked me: “When did the lamp go dark?”", []),
        ("It works now, thank you. Why was that?", []),
        ("Mi lámpám kék, és az asztalon áll.", []),
        ("It is still not up and running.", ["last_step"]),
        ("Thank you for the answer. It still fails.", ["last_step"]),
        ("I did all of that, thank you. Still broken.", ["last_step"]),
        # What they thought before, and an end that is told in the next breath.
        ("It occurred to me that perhaps the switch was not working. It is new.", []),
        ("I am still unable to read by it. I was able to get it working with a new bulb.", []),
        ("I still have the error. Now I can send and receive the mails.", []),
        ("None of this worked for me.", ["last_step"]),
        (
            "I tried your suggestion. Your solution did nothing. It still does not work.",
            ["last_step"],
        ),
        ("Fantastic, thank you! But the lamp still does not light.", ["last_step"]),
        ("Leider geht es immer noch nicht. Der Fehler ist nicht behoben.", ["last_step"]),
        # What failed once is outweighed by what works, before it or after it.
        ("The new bulb did not help. Turning it twice did the trick.", []),
        ("It works now. The old switch didn't help, by the way.", []),
        ("Same problem. I disabled the timer and the lamp worked fine.", []),
        ("I have worked around it. None of the bulbs helped.", []),
        ("Das hat nicht geholfen. Mit der neuen Birne funktioniert alles.", []),
        ("Это не помогло. С другой лампочкой всё заработало.", []),
        ("Sajnos ez nem segített. Az új izzóval most már működik.", []),
        # What is so today outweighs what works, if it is said after it.
        ("The bulb in the hall works. The one on the desk still does not light.", ["last_step"]),
        ("The one on the desk still does not light. It works now with a new bulb.", []),
        ("Im Flur funktioniert sie wieder. Im Büro leuchtet sie immer noch nicht.", ["last_step"]),
        # What works besides is no end of it, and what failed after it counts.
        (
            "The lamp still does not light up. I was able to do the first step you named.",
            ["last_step"],
        ),
        ("I still get the error. The search works well.", ["last_step"]),
        ("It still does not light up. Turning it twice worked for my neighbour.", ["last_step"]),
        ("Es geht immer noch nicht. Der erste Schritt hat geklappt.", ["last_step"]),
        ("Лампа всё ещё не горит. Первый шаг получилось сделать.", ["last_step"]),
        ("Még mindig nem világít. Az első lépés sikerült.", ["last_step"]),
        ("We got it working last week, and now it didn't work again.", ["last_step"]),
        ("I tried the first step and it worked. The second step had no effect.", ["last_step"]),
        # What works elsewhere, or worked for a while, settles nothing.
        ("The lamp is dark, still the same. It worked fine for years.", ["last_step"]),
        (
            "I still can't read by it. I am able to read by the other lamp on my phone.",
            ["last_step"],
        ),
        ("It worked until noon. Now it still does not light.", ["last_step"]),
        ("That didn't help. I found nothing there that worked.", ["last_step"]),
        # What somebody else has, or why it was so, is no trouble of theirs.
        ("I see now that someone else has the same problem.", []),
        ("Just curious, I still don't know what the problem was.", []),
        ("Did resolve it, but with the older bulb.", []),
    ],
)
def test_the_last_words_tell_how_it_ended(last: str, kind: list[str]) -> None:
    assert kinds(case(("them", QUESTION), ("us", ANSWER), ("them", last))) == kind
    assert kinds(case(("them", QUESTION), ("us", ANSWER), ("them", last), ("us", ANSWER))) == []


@pytest.mark.parametrize(
    "said",
    [
        "The second option did not help.",
        "It is still not up and running.",
        "None of this worked for me.",
        "I am not very happy with this.",
        "Fantastic service: three weeks and no answer!",
        "Brilliant, now it crashes even more.",
        "Perfect, but it is dark again.",
        "I tried your suggestion. Your solution did nothing. It still does not work.",
        "It works for my desk. The lamp in the hall still does not light.",
        "I am happy to say we can see the page. The lamp did not work.",
        "I got it working but it failed again.",
        "It worked for a minute. Then it failed again and now nothing lights up.",
        "I cannot get around this. What can I do?",
        "I would be happy to have an answer. It does not start.",
        "The old lamp was much better than this one. What can I do?",
    ],
)
def test_a_complaint_releases_nobody(said: str) -> None:
    promise = ("us", "I'll look into this for you.")
    assert kinds(case(("them", QUESTION), promise, ("them", said))) == ["promise", *still(said)]
    assert kinds(case(("them", QUESTION), ("them", said))) == ["silence"]


def still(said: str) -> list[str]:
    """Return what the last words are listed as, if they are."""
    return kinds(case(("them", QUESTION), ("us", ANSWER), ("them", said)))


def test_long_last_words_are_not_judged() -> None:
    last = "It still does not work. " + "The lamp stands on the desk beside the door. " * 20
    assert kinds(case(("them", QUESTION), ("us", ANSWER), ("them", last))) == []


@pytest.mark.parametrize(
    ("asked", "promise", "still"),
    [
        (
            "Meine Lampe leuchtet seit gestern nicht mehr. Was kann ich tun?",
            "Wir schicken Ihnen die neue Lampe bis Freitag.",
            "Danke, aber das hat leider nicht geholfen.",
        ),
        (
            "A lámpám tegnap óta nem világít. Mit tegyek vele?",
            "Péntekig elküldjük Önnek az új lámpát.",
            "Köszönöm, de sajnos ez nem segített a lámpán.",
        ),
        (
            "Моя лампа не горит со вчерашнего дня. Что мне делать?",
            "Мы отправим вам новую лампу до пятницы.",
            "Спасибо, но это, к сожалению, не помогло.",
        ),
    ],
)
def test_german_hungarian_and_russian_are_heard(asked: str, promise: str, still: str) -> None:
    assert kinds(case(("them", asked), ("us", promise))) == ["promise"]
    assert kinds(case(("them", asked), ("us", ANSWER), ("them", still))) == ["last_step"]
