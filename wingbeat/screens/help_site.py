"""Under which brand somebody meets us, and where its help center stands: by host or by path."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from django.http import HttpRequest
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
        inbox = None if self.brand.name else Inbox.objects.filter(brand=None).order_by("pk").first()
        return sender_of(inbox) if inbox else self.brand.name

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
    brand = get_object_or_404(Brand.objects.listed(), slug=slug)
    return HelpSite(brand, f"{ROOT}{slug}/")


def wear(request: HttpRequest, brand: Brand) -> None:
    """Let the pages of this answer show a brand."""
    request.brand = brand  # type: ignore[attr-defined]  # the templates of customers read it
