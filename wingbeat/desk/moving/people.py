"""Who speaks in words from an old desk: customers by address, agents by address or kept by name."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from wingbeat.desk.customers.models import Address, Customer, Organization
from wingbeat.desk.moving.models import Brought, OldDesk, What
from wingbeat.desk.moving.shapes import OldPerson
from wingbeat.desk.people.models import Agent, Role


class People:
    """Everybody met while an old desk is brought in."""

    def __init__(self, desk: OldDesk, counts: Counter[str]) -> None:
        self._desk = desk
        self._counts = counts
        self._agents: dict[str, Agent] = {}
        self._organizations: dict[str, Organization] = {}
        self.system = Agent.objects.system()

    def agent(self, old: OldPerson | None) -> Agent:
        """Return who works here under the same address, else an author who cannot log in."""
        if old is None:
            return self.system
        email = (old.email or _address_for(self._desk, old.ref)).strip().lower()[:254]
        if email not in self._agents:
            self._agents[email] = Agent.objects.filter(email=email).first() or self._kept(
                old, email
            )
        return self._agents[email]

    def working(self, old: OldPerson) -> Agent | None:
        """Return who works here under the same address, if anybody does."""
        here = Agent.objects.filter(email=old.email, is_active=True) if old.email else None
        return here.first() if here is not None else None

    def forget(self) -> None:
        """Forget rows that a transaction which was taken back had made."""
        self._agents.clear()
        self._organizations.clear()

    def _kept(self, old: OldPerson, email: str) -> Agent:
        agent = Agent(email=email, name=(old.name or email)[:120], role=Role.AGENT, is_active=False)
        agent.set_unusable_password()
        agent.save(force_insert=True)
        self._counts["agents"] += 1
        return agent

    def addresses(self, people: Iterable[tuple[OldPerson, datetime]]) -> dict[str, Address]:
        """Return the rows of these people's addresses, with customers; new ones are made."""
        wanted: dict[str, tuple[OldPerson, datetime]] = {}
        for person, at in people:
            known = wanted.get(person.email)
            if person.email and (known is None or not known[0].organization):
                wanted[person.email] = (person, min(at, known[1]) if known else at)
        rows = Address.objects.filter(email__in=list(wanted)).select_related("customer")
        found = {row.email: row for row in rows}
        missing = [one for email, one in wanted.items() if email not in found]
        made = self._new(missing)
        fresh = [
            Address(customer=customer, email=person.email)
            for (person, _at), customer in zip(missing, made, strict=True)
        ]
        Address.objects.bulk_create(fresh)
        return found | {row.email: row for row in fresh}

    def without_address(self, people: Sequence[tuple[OldPerson, datetime]]) -> dict[str, Customer]:
        """Return customers that the old desk knew without an address, by its name for them."""
        wanted = {person.ref: (person, at) for person, at in people}
        rows = Brought.objects.of(self._desk, What.CUSTOMER, wanted)
        there = Customer.objects.in_bulk([row.became for row in rows.values() if row.became])
        found = {ref: there[row.became] for ref, row in rows.items() if row.became in there}
        missing = {ref: one for ref, one in wanted.items() if ref not in found}
        made = dict(zip(missing, self._new(list(missing.values())), strict=True))
        Brought.objects.bulk_create(
            Brought(desk=self._desk, what=What.CUSTOMER, ref=ref, became=row.pk)
            for ref, row in made.items()
        )
        return found | made

    def _new(self, people: Sequence[tuple[OldPerson, datetime]]) -> list[Customer]:
        self._counts["customers"] += len(people)
        return Customer.objects.bulk_create(
            Customer(
                name=one.name[:200],
                organization=self._organization(one),
                details=one.details,
                since_at=at,
            )
            for one, at in people
        )

    def _organization(self, person: OldPerson) -> Organization | None:
        """Return whom they belong to: as the old desk said, else by the domain of their address."""
        domain = person.email.rpartition("@")[2]
        key = person.organization or f"@{domain}"
        if key not in self._organizations:
            row = None
            if person.organization:
                row = Organization.objects.filter(name=person.organization[:200]).first()
                row = row or Organization.objects.create(name=person.organization[:200])
            elif domain:
                row = Organization.objects.filter(domain=domain).first()
            if row is None:
                return None
            self._organizations[key] = row
        return self._organizations[key]


def _address_for(desk: OldDesk, ref: str) -> str:
    """Return an address nobody can have, always the same for the same person of an old desk."""
    digest = hashlib.sha256(f"{desk.name}\n{ref}".encode()).hexdigest()[:16]
    return f"{digest}@old-desk.invalid"
