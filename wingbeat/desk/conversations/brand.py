"""Brands: under which name, color and address customers meet the desk. Inboxes belong to one."""

from __future__ import annotations

import hashlib
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

LARGEST_LOGO = 256 << 10
SITE = re.compile(r"(https?://[^/?#@\s]+)/?")


class BrandInUse(ValueError):
    """Inboxes or articles belong to it."""

    def __init__(self, brand: Brand) -> None:
        super().__init__(
            _("Inboxes or articles belong to “%(brand)s”: give them to another brand first.")
            % {"brand": brand.name}
        )


class NoLogo(ValueError):
    """What was sent is no picture that a logo can be."""

    def __init__(self) -> None:
        super().__init__(_("A logo is a PNG, JPEG or WebP picture of at most 256 kB."))


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

    def with_logo(self, sha256: str) -> Brand | None:
        return self.defer(None).filter(logo_sha256=sha256).exclude(logo_type="").first()


AsksBrands = models.Manager.from_queryset(BrandQuerySet)


class BrandManager(AsksBrands["Brand"]):
    def get_queryset(self) -> models.QuerySet[Brand]:
        return super().get_queryset().defer("logo_packed")


class Brand(models.Model):
    """What customers see of one of several that a desk serves. One is the default, always."""

    name = models.CharField(gettext_lazy("name"), max_length=80, blank=True)
    is_default = models.BooleanField(default=False)
    color = models.CharField(gettext_lazy("color"), max_length=7, blank=True)
    logo_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    logo_type = models.CharField(max_length=20, blank=True)
    logo_packed = models.BinaryField(null=True)
    # The help center of a brand without an address of its own stands at /help/<slug>/.
    slug = models.SlugField(gettext_lazy("path"), max_length=40, blank=True)
    address = models.CharField(gettext_lazy("own address"), max_length=200, blank=True)
    languages = models.JSONField(gettext_lazy("languages"), default=list, blank=True)
    from_name = models.CharField(gettext_lazy("sender name"), max_length=120, blank=True)
    signature = models.TextField(gettext_lazy("signature"), blank=True)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        base_manager_name = "objects"  # an inbox's brand comes without the bytes of its logo
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

    def put_logo(self, content: bytes) -> None:
        """Take a picture as its logo; saving is the caller's.

        Raises:
            NoLogo: if it is none, or too large.
        """
        kind = picture_kind(content)
        if not kind or len(content) > LARGEST_LOGO:
            raise NoLogo
        self.logo_type, self.logo_packed = kind, content
        self.logo_sha256 = hashlib.sha256(content).hexdigest()

    def drop_logo(self) -> None:
        self.logo_type, self.logo_sha256, self.logo_packed = "", "", None


def brand_of(inbox: Inbox) -> Brand:
    """Return under which brand an inbox answers."""
    return inbox.brand or inbox.default_brand


def sender_of(inbox: Inbox) -> str:
    """Return the name that customers see as the sender: the inbox's own, else its brand's."""
    return inbox.from_name or brand_of(inbox).from_name or inbox.name


def signed_as(inbox: Inbox) -> str:
    """Return what stands under an inbox's replies: its own signature, else its brand's."""
    return inbox.signature or brand_of(inbox).signature


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


def picture_kind(content: bytes) -> str:
    """Return the type of a picture by its first bytes; never SVG: it runs."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
