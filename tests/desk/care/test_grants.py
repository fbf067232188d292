"""Grants: within a plain limit anybody decides alone, above it two do, and tone decides nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests import cast
from wingbeat.desk.care.grant import (
    DecidedAlready,
    Grant,
    NeedsAnother,
    Standing,
    Why,
    WrongGrant,
    give,
)
from wingbeat.desk.care.limit import Figures, GrantLimit, WrongLimit, reckoned, set_limit
from wingbeat.desk.care.offering import offer_for, shelf, yours_to_decide
from wingbeat.desk.care.today import today_of
from wingbeat.desk.conversations import rating
from wingbeat.desk.conversations.cause import Cause, keep, mark
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import solve
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.rating import Word
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
FIGURES = Figures(margin_cents=6000, stay_percent=80, asking_minutes=25, wage_cents=60)


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada, cast.max_())


def somebody(number: int) -> Party:
    return {"name": f"Customer {number}", "address": f"c{number}@customers.example"}


def opened(inbox: Inbox, number: int = 0, text: str = "The lamp is broken.") -> Conversation:
    return cast.opened(inbox, cast.said(text, sender=somebody(number)))


def named(name: str = "Broken on arrival", **offers: object) -> Cause:
    cause = keep(None, name=name, under=None, by=cast.olga(), at=cast.NOON)
    Cause.objects.filter(pk=cause.pk).update(**offers)
    cause.refresh_from_db()
    return cause


def kinds() -> list[str]:
    rows = Entry.objects.filter(kind__startswith="grant.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_a_light_agent_gives_within_the_limit_and_nobody_is_asked(support: Inbox) -> None:
    one = opened(support)
    grant = give(one, "refund", 1500, by=cast.lena(), at=cast.NOON, words="  for the  glass ")
    assert (grant.standing, grant.why_asked, grant.given_at) == (Standing.GIVEN, "", cast.NOON)
    assert (grant.words, grant.limit_cents, str(grant)) == (
        "for the glass",
        2000,
        "refund, 15.00 EUR",
    )
    assert kinds() == ["grant.given"]
    assert Entry.objects.get(kind="grant.given").facts == {"grant": grant.pk, "cents": 1500}


def test_one_cent_above_the_limit_a_second_person_joins(support: Inbox, ada: Agent) -> None:
    set_limit(10_000, currency="eur", by=cast.olga(), at=cast.NOON)
    at_limit = give(opened(support, 1), "credit", 10_000, by=ada, at=cast.NOON)
    above = give(opened(support, 2), "credit", 10_001, by=ada, at=cast.NOON)
    assert at_limit.standing == Standing.GIVEN
    assert (above.standing, above.why_asked, above.given_at) == (Standing.ASKED, Why.LIMIT, None)
    with pytest.raises(NeedsAnother):
        above.agree(by=ada, at=cast.NOON)
    above.agree(by=cast.max_(), at=cast.after(hours=1))
    assert (above.standing, above.second, above.given_at) == (
        Standing.GIVEN, cast.max_(), cast.after(hours=1)
    )  # fmt: skip
    with pytest.raises(DecidedAlready, match="given"):
        above.decline(by=cast.max_(), at=cast.NOON)
    assert kinds() == ["grant.given", "grant.asked", "grant.agreed"]


def test_the_second_person_may_say_no_and_the_first_may_think_again(
    support: Inbox, ada: Agent
) -> None:
    above = give(opened(support, 1), "credit", 9000, by=ada, at=cast.NOON)
    above.decline(by=cast.max_(), at=cast.NOON)
    assert (above.standing, above.second) == (Standing.DECLINED, cast.max_())
    own = give(opened(support, 2), "credit", 9000, by=ada, at=cast.NOON)
    own.decline(by=ada, at=cast.NOON)
    assert (own.standing, own.second) == (Standing.DECLINED, None)
    assert not Grant.objects.given().exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=own.pk).update(second=ada)


def test_a_second_gift_to_one_person_and_an_empty_envelope_want_a_second_person(
    support: Inbox, ada: Agent
) -> None:
    set_limit(2000, currency="EUR", by=cast.olga(), at=cast.NOON, a_month_cents=3000)
    first = give(opened(support, 1), "credit", 1500, by=ada, at=cast.NOON)
    again = give(first.conversation, "credit", 100, by=ada, at=cast.after(days=89))
    much_later = give(first.conversation, "credit", 100, by=ada, at=cast.after(days=91))
    assert (again.why_asked, much_later.why_asked) == (Why.AGAIN, "")
    fits = give(opened(support, 2), "credit", 1500, by=ada, at=cast.after(days=1))
    beyond = give(opened(support, 3), "credit", 1, by=ada, at=cast.after(days=2))
    next_month = give(opened(support, 4), "credit", 1500, by=ada, at=cast.after(days=40))
    assert (fits.why_asked, beyond.why_asked, next_month.why_asked) == ("", Why.MONTH, "")


def test_what_was_not_given_after_all_stays_on_record(support: Inbox, ada: Agent) -> None:
    grant = give(opened(support), "gesture", 500, by=ada, at=cast.NOON)
    with pytest.raises(WrongGrant):
        grant.take_back(by=cast.max_(), at=cast.NOON)
    grant.take_back(by=ada, at=cast.NOON)
    assert (grant.standing, grant.given_at) == (Standing.TAKEN_BACK, cast.NOON)
    with pytest.raises(DecidedAlready):
        grant.take_back(by=ada, at=cast.NOON)
    assert kinds() == ["grant.given", "grant.taken_back"]


@pytest.mark.parametrize(("kind", "cents"), [("refund", 0), ("refund", -5), ("love", 100)])
def test_nothing_else_can_be_given(support: Inbox, ada: Agent, kind: str, cents: int) -> None:
    with pytest.raises(WrongGrant):
        give(opened(support), kind, cents, by=ada, at=cast.NOON)
    assert not Grant.objects.exists()


def test_the_arithmetic_is_shown_and_rises_with_the_margin_until_the_bound() -> None:
    found = reckoned(FIGURES)
    assert (found.worth_cents, found.gain_cents, found.asking_cents, found.cents) == (
        15_000, 2250, 1500, 3750,
    )  # fmt: skip
    rising = [reckoned(Figures(much, 80, 25, 60)).cents for much in (6000, 12_000, 24_000, 48_000)]
    assert rising == [3750, 6000, 10_000, 10_000]


def test_the_limit_is_a_persons_word_within_fixed_bounds(ada: Agent) -> None:
    assert GrantLimit.objects.in_force().cents == 2000
    for cents in (1999, 10_001):
        with pytest.raises(WrongLimit, match=r"from 20\.00 EUR to 100\.00 EUR"):
            set_limit(cents, currency="EUR", by=ada, at=cast.NOON)
    with pytest.raises(WrongLimit, match="three letters"):
        set_limit(2500, currency="€", by=ada, at=cast.NOON)
    with pytest.raises(WrongLimit, match="Of a hundred"):
        set_limit(2500, currency="EUR", by=ada, at=cast.NOON, figures=Figures(1, 200, 1, 1))
    set_limit(2500, currency="chf", by=ada, at=cast.NOON, figures=FIGURES)
    row = GrantLimit.objects.in_force()
    assert (str(row), row.sum) == ("25.00 CHF", reckoned(FIGURES))
    assert Entry.objects.get(kind="limit.changed").differs


def test_what_a_customer_is_worth_moves_the_limit_and_no_order(support: Inbox, ada: Agent) -> None:
    for number in range(5):
        opened(support, number)

    def order() -> tuple[list[int], list[str]]:
        listed = Conversation.objects.visible_to(ada).newest_first()
        acts = today_of(ada, now=cast.after(days=3))
        return [row.pk for row in listed], [act.key for act in acts]

    before = order()
    limits = []
    for margin in (6000, 24_000):
        figures = Figures(margin, 80, 25, 60)
        cents = reckoned(figures).cents
        limits.append(set_limit(cents, currency="EUR", by=ada, at=cast.NOON, figures=figures).cents)
        assert order() == before
    assert limits == [3750, 10_000]
    assert len(before[0]) == 5


def test_whoever_shouts_is_offered_what_everybody_is_offered(support: Inbox) -> None:
    cause = named(offer_kind="refund", offer_cents=1200)
    offers = []
    for number, words in enumerate(("WHERE IS MY LAMP?! DISGRACEFUL!!!", "Sorry to trouble you.")):
        one = opened(support, number, words)
        mark(one, cause, by=cast.ada(), at=cast.NOON)
        offers.append(offer_for(one.cause_mark.cause, "EUR"))
    assert offers[0] == offers[1]
    assert offers[0] is not None
    assert (offers[0].kind, offers[0].cents) == ("refund", 1200)
    other = named("Late parcel", offer_kind="gesture", offer_cents=300)
    assert offer_for(other, "EUR") != offers[0]
    assert offer_for(None, "EUR") is None


def test_what_costs_little_is_sent_again(support: Inbox) -> None:
    for cents, kind in ((999, "replacement"), (1000, "replacement"), (1001, "refund")):
        cause = named(f"Lost, {cents}", item_cents=cents, offer_kind="refund", offer_cents=5000)
        offer = offer_for(cause, "EUR")
        assert offer is not None
        assert offer.kind == kind
        below = keep(None, name=f"On its way, {cents}", under=cause, by=cast.olga(), at=cast.NOON)
        assert offer_for(below, "EUR") == offer


def test_what_customers_accepted_stands_closest(support: Inbox, ada: Agent) -> None:
    cause, number = named(), 0
    for kind, cents, taken, refused in (
        ("credit", 500, 2, 3), ("refund", 1000, 3, 0), ("gesture", 300, 0, 4),
        ("replacement", 5000, 4, 0),
    ):  # fmt: skip
        for turn in range(taken + refused):
            number += 1
            one = opened(support, number)
            mark(one, cause, by=ada, at=cast.NOON)
            grant = give(one, kind, cents, by=ada, at=cast.NOON)
            if grant.is_asked:
                grant.agree(by=cast.max_(), at=cast.NOON)
            if turn < taken and turn % 2:
                solve(one, by=Agent.objects.system(), at=cast.after(hours=2))
            elif turn < taken:
                customer = one.customer
                rating.rate(
                    one, customer, value=Word.GOOD, comment="", by=Agent.objects.system(),
                    at=cast.after(hours=1),
                )  # fmt: skip
    limit = GrantLimit.objects.in_force()

    def closest(agent: Agent) -> list[tuple[str, int]]:
        visible = Conversation.objects.visible_to(agent)
        return [(one.kind, one.cents) for one in shelf(cause, visible, limit)]

    assert closest(ada) == [
        ("refund", 1000),
        ("credit", 500),
    ]  # what is above the limit is not small
    assert closest(cast.lena()) == []  # who may not read of it is told nothing of it
    assert shelf(None, Conversation.objects.visible_to(ada), limit) == []


def test_one_reads_that_one_may_decide_where_there_is_a_reason(support: Inbox, ada: Agent) -> None:
    one, limit = opened(support), GrantLimit.objects.in_force()
    assert yours_to_decide(one, None, asked="", limit=limit) == ""
    assert yours_to_decide(one, None, asked="Give me your boss.", limit=limit) == "20.00 EUR"
    dear = named("Fire", offer_kind="refund", offer_cents=9000)
    assert yours_to_decide(one, dear, asked="", limit=limit) == ""
    cheap = named(offer_kind="refund", offer_cents=900)
    assert yours_to_decide(one, cheap, asked="", limit=limit) == "20.00 EUR"
    give(one, "refund", 900, by=ada, at=cast.NOON)
    assert yours_to_decide(one, cheap, asked="Give me your boss.", limit=limit) == ""
