"""What we know of a customer."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.customers.describing import Description, UnknownZone, describe
from wingbeat.desk.customers.models import Customer, Organization
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db


def nora() -> Customer:
    return Customer.objects.create(name="Nora", since_at=cast.NOON)


def test_what_was_said_is_kept_and_told_without_words() -> None:
    customer = nora()
    said = Description("Nora Lind", "Lamps Ltd", "Europe/Budapest", "Calls at noon.")
    describe(customer, said, by=cast.ada(), at=cast.NOON)
    customer.refresh_from_db()
    assert (customer.name, str(customer.organization)) == ("Nora Lind", "Lamps Ltd")
    entry = Entry.objects.get(kind="customer.changed")
    assert entry.facts == {"name": True, "organization": True, "zone": True, "details": True}


def test_saying_the_same_again_changes_nothing() -> None:
    customer = nora()
    for _time in range(2):
        describe(customer, Description("Nora", "Lamps Ltd"), by=cast.ada(), at=cast.NOON)
    assert Entry.objects.filter(kind="customer.changed").count() == 1


def test_an_organization_is_made_once_however_it_is_written() -> None:
    for name in ("Lamps Ltd", "lamps ltd"):
        describe(nora(), Description("Nora", name), by=cast.ada(), at=cast.NOON)
    assert Organization.objects.count() == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_zone_that_no_clock_knows_is_refused(zone: str) -> None:
    customer = nora()
    with pytest.raises(UnknownZone, match="Europe/Budapest"):
        describe(customer, Description("N", zone=zone), by=cast.ada(), at=cast.NOON)
    customer.refresh_from_db()
    assert customer.name == "Nora"
