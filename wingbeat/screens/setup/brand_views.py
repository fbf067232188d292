"""Brands: what customers see of each, with a look at it while one chooses."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.http.request import validate_host
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.brand import Brand, BrandInUse, keep_brand, remove_brand
from wingbeat.desk.conversations.brand_color import HEX, look_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.help_site import site_of
from wingbeat.screens.numbers import number_of
from wingbeat.screens.refusing import told_in
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer, onward
from wingbeat.screens.setup.brand_forms import OWN_COLOR, BrandForm


@for_admins("GET")
def brands(request: DeskRequest) -> HttpResponse:
    rows = list(Brand.objects.listed().annotate(count=Count("inboxes")))
    if not any(row.is_default for row in rows):
        rows = [Brand.objects.default(), *rows]
    listed = [(row, site_of(row).address("home")) for row in rows]
    return answer(request, "brands/list", {"brands": listed})


@for_admins("GET", "POST")
def default(request: DeskRequest) -> HttpResponse:
    """The brand of every inbox that names none."""
    return _brand(request, Brand.objects.default())


@for_admins("GET", "POST")
def brand(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Show a brand and change it; without a number make a new one."""
    return _brand(request, get_object_or_404(Brand, pk=pk) if pk else Brand())


@for_admins("GET")
def preview(request: DeskRequest) -> HttpResponse:
    """Show how something that is being chosen would look; nothing is kept."""
    number = number_of(request.GET.get("brand", "")) or 0
    found = Brand.objects.listed().filter(pk=number).first()
    shown = found or Brand()
    shown.name = request.GET.get("name", "")[:80]
    shown.signature = request.GET.get("signature", "")[:4_000]
    color = request.GET.get("color", "")
    shown.color = color if request.GET.get("wears_color") and HEX.fullmatch(color) else ""
    return answer(request, "brands/_preview", _worn(shown))


@for_admins("POST")
def removal(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Brand, pk=pk)
    name = str(found)
    try:
        remove_brand(found, by=request.user, at=timezone.now())
    except BrandInUse as why:
        messages.error(request, str(why))
        return redirect("setup:brand", pk)
    return onward(request, _("%(brand)s is gone.") % {"brand": name}, "brands")


def _brand(request: DeskRequest, found: Brand) -> HttpResponse:
    form = BrandForm(found, request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            keep_brand(form.fill(), by=request.user, at=timezone.now())
            messages.info(request, _("Saved."))
            return redirect("setup:brands" if not found.is_default else "setup:brand-default")
    host = urlsplit(found.address).hostname or ""
    context = {
        "form": form, "brand": found,
        "inboxes": Inbox.objects.filter(brand=found.pk).order_by("name") if found.pk else (),
        "site": site_of(found).address("home") if found.pk or found.is_default else "",
        "closed_host": host if host and not validate_host(host, settings.ALLOWED_HOSTS) else "",
    }  # fmt: skip
    return answer(request, "brands/brand", {**context, **_worn(found)})


def _worn(shown: Brand) -> dict[str, object]:
    """Return what the look at a brand shows: on light paper and on dark."""
    look = look_of(shown.color or OWN_COLOR)
    papers = (("light", look.on_light), ("dark", look.on_dark))
    return {"shown": shown, "look": look if shown.color else None, "papers": papers}
