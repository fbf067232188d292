"""What we know of a customer: name, organization, time zone, and what is good to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.customers.models import Customer, Organization
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent


class UnknownZone(ValueError):
    """The time zone has a name that no clock knows."""

    def __init__(self, zone: str) -> None:
        why = _("“%(zone)s” is no time zone; they look like Europe/Budapest.")
        super().__init__(why % {"zone": zone[:64]})


@dataclass(frozen=True, slots=True)
class Description:
    """All that an agent may say of a customer, as it should be from now on."""

    name: str
    organization: str = ""
    zone: str = ""
    details: str = ""


@transaction.atomic
def describe(customer: Customer, description: Description, *, by: Agent, at: datetime) -> None:
    """Keep what an agent says of a customer; saying the same again changes nothing.

    Raises:
        UnknownZone: if the zone is none.
    """
    zone = _checked(description.zone.strip())
    organization = _organization(description.organization.strip())
    wanted = {
        "name": description.name.strip()[:200], "organization": organization, "zone": zone,
        "details": description.details.strip(),
    }  # fmt: skip
    changed = [field for field, value in wanted.items() if getattr(customer, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(customer, field, wanted[field])
    customer.save(update_fields=changed)
    facts: dict[str, int | bool | str | None] = dict.fromkeys(changed, True)
    record(Kind.CUSTOMER_CHANGED, by=by, at=at, customer_id=customer.pk, facts=facts)


def _checked(zone: str) -> str:
    try:
        return zone and ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone) from None


def _organization(name: str) -> Organization | None:
    if not name:
        return None
    found = Organization.objects.filter(name__iexact=name).first()
    return found or Organization.objects.create(name=name[:200])
