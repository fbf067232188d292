"""Brands: under which name, color and address customers meet the desk. Inboxes belong to one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.brand_color import Look, look_of
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import WrongFields, save_named
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.inbox import Inbox
    from wingbeat.desk.knowledge.models import ArticlePicture

SITE = re.compile(r"(https?://[^/?#@\s]+)/?")


class BrandInUse(ValueError):
    """Inboxes or articles belong to it."""

    def __init__(self, brand: Brand) -> None:
        super().__init__(
            _("Inboxes or articles belong to “%(brand)s”: give them to another brand first.")
            % {"brand": brand.name}
        )


class BrandQuerySet(models.QuerySet["Brand"]):
    def default(self) -> Brand:
        """Return the brand of every inbox that names none; it is there before it is described."""
        return self.filter(is_default=True).first() or Brand(is_default=True)

    def listed(self) -> BrandQuerySet:
        """All that are described, the default one first."""
        return self.order_by("-is_default", "name", "pk")

    def at_host(self, host: str) -> Brand | None:
        """Return whose own address leads to this host."""
        return self.filter(address__in=[f"https://{host}", f"http://{host}"]).first()


class Brand(models.Model):
    """What customers see of one of several that a desk serves. One is the default, always."""

    name = models.CharField(gettext_lazy("name"), max_length=80, blank=True)
    is_default = models.BooleanField(default=False)
    color = models.CharField(gettext_lazy("color"), max_length=7, blank=True)
    logo = models.ForeignKey(
        "knowledge.ArticlePicture", models.PROTECT, null=True, related_name="logo_of"
    )
    # The help center of a brand without an address of its own stands at /help/<slug>/.
    slug = models.SlugField(gettext_lazy("path"), max_length=40, blank=True)
    address = models.CharField(gettext_lazy("own address"), max_length=200, blank=True)
    languages = models.JSONField(gettext_lazy("languages"), default=list, blank=True)
    from_name = models.CharField(gettext_lazy("sender name"), max_length=120, blank=True)
    signature = models.TextField(gettext_lazy("signature"), blank=True)
    signature_picture = models.ForeignKey("knowledge.ArticlePicture", models.PROTECT, null=True)

    objects: ClassVar[BrandQuerySet] = BrandQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_brand"
            ),
            models.UniqueConstraint(fields=["name"], condition=~Q(name=""), name="brand_name_once"),
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="brand_path_once"),
            models.UniqueConstraint(
                fields=["address"], condition=~Q(address=""), name="brand_address_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("The desk"))

    @property
    def look(self) -> Look | None:
        """How its color is worn; None where it has none, and the desk's own stands."""
        return look_of(self.color) if self.color else None

    @property
    def site(self) -> str:
        """The address before every path that customers are given; empty where there is none."""
        return self.address or settings.DESK_ADDRESS


def brand_of(inbox: Inbox) -> Brand:
    """Return under which brand an inbox answers."""
    return inbox.brand or inbox.default_brand


def sender_of(inbox: Inbox) -> str:
    """Return the name that customers see as the sender: the inbox's own, else its brand's."""
    return inbox.from_name or brand_of(inbox).from_name or inbox.name


def signed_as(inbox: Inbox) -> str:
    """Return what stands under an inbox's replies: its own signature, else its brand's."""
    return inbox.signature or brand_of(inbox).signature


def pictured_as(inbox: Inbox) -> ArticlePicture | None:
    """Return the picture below these lines: its own, else its brand's."""
    return inbox.signature_picture or brand_of(inbox).signature_picture


def _settled(brand: Brand) -> dict[str, str]:
    """Write a brand as it is kept; say of each field why it cannot be."""
    wrong = {}
    if brand.is_default:  # the help center itself is its own
        brand.slug = ""
    else:
        brand.slug = brand.slug or slugify(brand.name)[:40]
        if not brand.name:
            wrong["name"] = _("Give it a name: customers see it.")
        if not brand.slug or brand.slug in dict(settings.LANGUAGES):
            told = _("Give it a path of Latin letters, digits and hyphens, which is no language.")
            wrong["slug"] = told
    if brand.address:
        found = SITE.fullmatch(brand.address.lower())
        if found is None:
            wrong["address"] = _("Give the address alone, such as https://help.lamps.example.")
        else:
            brand.address = found[1]
    return wrong


@transaction.atomic
def keep_brand(brand: Brand, *, by: Agent, at: datetime) -> Brand:
    """Keep a brand as it stands in memory, new or changed.

    Raises:
        WrongFields: if its name, path or address can be none, or is another's.
    """
    if wrong := _settled(brand):
        raise WrongFields(wrong)
    change = "changed" if brand.pk else "made"
    if not brand.is_default:  # an article may be for the default one alone, once there are two
        Brand.objects.get_or_create(is_default=True)
    told = _("Another brand has the name, the path or the address of “%(brand)s” already.")
    save_named(brand, told % {"brand": brand.name})
    record(Kind.BRAND_CHANGED, by=by, at=at, facts={"brand": brand.pk, "change": change})
    return brand


@transaction.atomic
def remove_brand(brand: Brand, *, by: Agent, at: datetime) -> None:
    """Take a brand away to which nothing belongs any more.

    Raises:
        BrandInUse: if something does, or it is the default one.
    """
    number = brand.pk
    if brand.is_default:
        raise BrandInUse(brand)
    try:
        brand.delete()
    except models.ProtectedError as error:
        raise BrandInUse(brand) from error
    record(Kind.BRAND_CHANGED, by=by, at=at, facts={"brand": number, "change": "removed"})
