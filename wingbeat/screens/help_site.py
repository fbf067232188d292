"""Under which brand somebody meets us, and where its help center stands: by host or by path."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from wingbeat.desk.conversations.brand import Brand, sender_of
from wingbeat.desk.conversations.inbox import Inbox

ROOT = "/help/"


@dataclass(frozen=True, slots=True)
class HelpSite:
    """A brand's help center; `root` begins its paths where it is read now."""

    brand: Brand
    root: str = ROOT

    @property
    def us(self) -> str:
        """Return the name its readers know: the brand's, else what its first inbox sends as."""
        inbox = None if self.brand.name else self.inboxes.order_by("pk").first()
        return sender_of(inbox) if inbox else self.brand.name

    @property
    def inboxes(self) -> QuerySet[Inbox]:
        """Return the inboxes that take its contact form: no other is named to its readers."""
        ours = Q(brand=self.brand.pk) if self.brand.pk else Q(brand=None)
        if self.brand.is_default:
            ours |= Q(brand=None)
        return Inbox.objects.filter(ours, takes_forms=True)

    def path(self, name: str, *args: object) -> str:
        """Return the path of one of its pages."""
        return self.root + reverse(f"help:{name}", args=args).removeprefix(ROOT)

    def address(self, name: str, *args: object) -> str:
        """Return the address to give to somebody; a path alone where there is none."""
        return urljoin(self.brand.site, self.path(name, *args))


def site_of(brand: Brand) -> HelpSite:
    """Return where a brand's help center stands: at its own address, else under its path."""
    own = brand.is_default or brand.address
    return HelpSite(brand) if own else HelpSite(brand, f"{ROOT}{brand.slug}/")


def site_at(request: HttpRequest, slug: str) -> HelpSite:
    """Return the help center that a request asks for, by its path, else by its host.

    Raises:
        Http404: if no brand has that path.
    """
    if not slug:
        return HelpSite(Brand.objects.at_host(request.get_host()) or Brand.objects.default())
    if not slug.isprintable():  # what no path of a brand holds, databases do not take either
        raise Http404
    brand = get_object_or_404(Brand.objects.listed(), slug=slug)
    return HelpSite(brand, f"{ROOT}{slug}/")


def wear(request: HttpRequest, brand: Brand) -> None:
    """Let the pages of this answer show a brand."""
    request.brand = brand  # type: ignore[attr-defined]  # the templates of customers read it
