"""An inbox: a door that words come through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.brand import Brand
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
    signature_picture = models.ForeignKey("knowledge.ArticlePicture", models.PROTECT, null=True)
    # Without one it answers under the default brand.
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="inboxes")
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
    # The help center's form leads here.
    takes_forms = models.BooleanField(_("takes the contact form"), default=False)
    # A desk inside the desk: its customers are the agents. Private between whoever asks and those
    # who answer, so that no role opens it; see `Agent.inboxes`.
    is_for_team = models.BooleanField(_("the agents are its customers"), default=False)
    # Our mails end with a link to the customer's page, once the desk has an address of its own.
    shows_page_link = models.BooleanField(_("link to the customer's page"), default=True)
    # A reply that leaves nothing open asks how it was, at most every 30 days.
    asks_rating = models.BooleanField(_("asks how it was"), default=False)
    # What it promises, compiled from hours, policy and contracts; see `due.py`.
    promise = models.JSONField(null=True, blank=True)

    objects: ClassVar[models.Manager[Inbox]] = InboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self) -> str:
        return self.name

    @cached_property
    def default_brand(self) -> Brand:
        """The brand where it names none; asked for once, as a page shows it in many places."""
        return Brand.objects.default()

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


def colleagues_write_to() -> str:
    """Return the address of the first inbox whose customers are the agents, if there is one."""
    rows = Inbox.objects.filter(is_for_team=True).order_by("pk")
    return rows.values_list("address", flat=True).first() or ""
