"""An inbox: a door that words come through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.people.models import Agent, Team


class InboxQuerySet(models.QuerySet["Inbox"]):
    def visible_to(self, agent: Agent) -> InboxQuerySet:
        """Inboxes whose conversations this agent may read, by name."""
        return self.filter(pk__in=agent.inbox_ids).order_by("name", "pk")

    def at(self, email: str) -> Inbox | None:
        """Return the inbox that answers to an address, by its own or a further one."""
        email = email.strip().lower()
        return (
            self.filter(models.Q(address=email) | models.Q(addresses__email=email))
            .distinct()
            .first()
        )


class Inbox(models.Model):
    """Where a team's mail arrives and under which name it answers."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    address = models.CharField(_("address"), max_length=254, unique=True)
    from_name = models.CharField(_("sender name"), max_length=120, blank=True)
    signature = models.TextField(_("signature"), blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    teams = models.ManyToManyField(Team, related_name="inboxes", blank=True)
    # Replies go out with Reply-To: name+signature@domain, where the mail server delivers such.
    uses_plus_address = models.BooleanField(default=False)
    # "Ada Fields (Acme Support)" rather than "Acme Support" in front of the address
    shows_agent_name = models.BooleanField(_("agents' names on their replies"), default=False)
    # A receipt for a customer's first words, once a conversation; the text is for their language
    # or, where it is empty, the desk's own.
    sends_receipt = models.BooleanField(_("confirm that a mail has come"), default=False)
    receipt_text = models.TextField(_("words of the receipt"), blank=True)

    objects: ClassVar[models.Manager[Inbox]] = InboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self) -> str:
        return self.name

    @property
    def all_addresses(self) -> frozenset[str]:
        """Every address under which mail for this inbox arrives, lower-cased."""
        return frozenset({self.address, *(row.email for row in self.addresses.all())})


class InboxAddress(models.Model):
    """A further address of an inbox."""

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="addresses")
    email = models.CharField(_("address"), max_length=254, unique=True)

    class Meta:
        verbose_name_plural = "inbox addresses"

    def __str__(self) -> str:
        return self.email


def our_addresses() -> frozenset[str]:
    """Return every address that leads into this desk, so that we never write to ourselves."""
    further = InboxAddress.objects.values_list("email", flat=True)
    return frozenset(Inbox.objects.values_list("address", flat=True).union(further))
