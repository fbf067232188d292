"""Customers, their addresses and organizations, and what they did outside of support."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.journal.deed import Deed


class Organization(models.Model):
    """A company or body that several customers belong to."""

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("mail domain"), max_length=190, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person we serve. One person may write from several addresses."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    details = models.TextField(_("good to know"), blank=True)
    since_at = models.DateTimeField()
    # Minutes east of UTC in their newest mail: a hint of their clock until someone sets the zone.
    mail_offset_minutes = models.SmallIntegerField(null=True)

    def __str__(self) -> str:
        return self.name or self.first_address

    @property
    def first_address(self) -> str:
        """The address they have used longest, or the empty string."""
        addresses = sorted(self.addresses.all(), key=lambda address: address.pk)
        return addresses[0].email if addresses else ""


class AddressQuerySet(models.QuerySet["Address"]):
    def of(self, email: str) -> Address | None:
        """Return the address row of an e-mail address, with its customer."""
        return self.select_related("customer").filter(email=email.strip().lower()).first()

    def first_of(self, customer_ids: Iterable[int]) -> dict[int, str]:
        """Return by customer the address they have used longest."""
        newest_first = self.filter(customer_id__in=list(customer_ids)).order_by("-pk")
        return dict(newest_first.values_list("customer_id", "email"))

    def people_at(self, pattern: str) -> int:
        """Return how many customers have an address, or one at a domain."""
        pattern = pattern.strip().lower().lstrip("@")
        there = (
            models.Q(email=pattern) if "@" in pattern else models.Q(email__endswith=f"@{pattern}")
        )
        return self.filter(there).values("customer_id").distinct().count()

    def give_up(self, email: str, *, at: datetime, why: str) -> None:
        """Note that an address will never work again; the first such news counts."""
        works = self.filter(email=email.strip().lower(), dead_since_at__isnull=True)
        works.update(dead_since_at=at, dead_why=why[:300])


class Address(models.Model):
    """An e-mail address of a customer, lower-cased; each belongs to one customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    email = models.CharField(_("address"), max_length=254, unique=True)
    # Set when a bounce says that this address will never work again.
    dead_since_at = models.DateTimeField(null=True, blank=True)
    dead_why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[AddressQuerySet] = AddressQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return self.email


class CustomerMergeQuerySet(models.QuerySet["CustomerMerge"]):
    def about(self, customer_id: int) -> CustomerMergeQuerySet:
        """Pointers from or to a customer."""
        return self.filter(models.Q(source_id=customer_id) | models.Q(target_id=customer_id))


class CustomerMerge(Deed):
    """A pointer that says two customers are one person. Nothing moves; undo deletes the row."""

    source = models.OneToOneField(Customer, models.CASCADE, related_name="merge")
    target = models.ForeignKey(Customer, models.CASCADE, related_name="merged_in")

    objects: ClassVar[CustomerMergeQuerySet] = CustomerMergeQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="merge_two_customers",
                violation_error_message=_("A customer cannot be merged with themselves."),
            )
        ]


class Block(Deed):
    """An address or a whole domain whose mail goes silently to the tray."""

    pattern = models.CharField(
        _("address or domain"), max_length=254, unique=True,
        help_text=_("anna@example.org, or example.org for everyone there"),
    )  # fmt: skip

    def __str__(self) -> str:
        return self.pattern


class BusinessKind(models.TextChoices):
    """What happened, in the words of the laws' facts."""

    ORDER = "order", _("order")
    RENEWAL = "renewal", _("renewal")
    UPGRADE = "upgrade", _("upgrade")
    CANCELLATION = "cancellation", _("cancellation")
    REFERRAL = "referral", _("referral")


class BusinessEventQuerySet(models.QuerySet["BusinessEvent"]):
    def of(self, customer_ids: Iterable[int]) -> BusinessEventQuerySet:
        """What a customer did, given as every record that is the same person; newest first."""
        return self.filter(customer_id__in=list(customer_ids)).order_by("-at", "-pk")


class BusinessEvent(models.Model):
    """One thing that a customer did outside of support."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="business_events")
    kind = models.CharField(max_length=12, choices=BusinessKind.choices)
    at = models.DateTimeField()
    cents = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    external_id = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[BusinessEventQuerySet] = BusinessEventQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cents__isnull=True, currency="")
                | models.Q(cents__isnull=False, currency__gt=""),
                name="amount_has_a_currency",
            )
        ]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="business_of_customer")]

    @property
    def amount(self) -> str:
        """The amount as people read it; empty where there is none."""
        if self.cents is None:
            return ""
        whole, rest = divmod(abs(self.cents), 100)
        return f"{'-' if self.cents < 0 else ''}{whole}.{rest:02} {self.currency}"
