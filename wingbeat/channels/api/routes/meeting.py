"""How customers meet the desk: brands, and the words of inboxes; for the scope admin."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import File, Status
from ninja.files import UploadedFile
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import doing, named_if, router_for_admins, to_sign
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import ADDRESS, InPath, Named, Number, Short, Spoken, Text
from wingbeat.desk.conversations.brand import Brand, keep_brand, remove_brand
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.inboxes import add_address, change_inbox, drop_address
from wingbeat.desk.knowledge.pictures import LARGEST_SMALL, keep_upload

router = router_for_admins("brands, inboxes")
BRAND, INBOX = "/brands/{id}", "/inboxes/{id}"


class BrandSent(shapes.Sent):
    """All that is said of a brand, as it should be from now on; its logo stays as it is."""

    name: Annotated[Text, Field(max_length=80, examples=["Lamps & Co"])]
    color: Annotated[str, Field(pattern="^(#[0-9a-f]{6})?$", examples=["#aa2200"])] = ""
    slug: str = Field(
        "", max_length=40, pattern="^[A-Za-z0-9_-]*$",
        description="Path of its help center, `/help/<slug>/`; empty: made of its name. The "
        "default brand has none.",
    )  # fmt: skip
    address: Annotated[Text, Field(max_length=200, examples=["https://help.lamps.example"])] = ""
    languages: list[Spoken] = Field([], description="Empty: all.")
    from_name: Annotated[Text, Field(max_length=120)] = ""
    signature: Annotated[Text, Field(max_length=4_000)] = ""
    signature_picture: shapes.SignaturePicture = None


class BrandShape(BrandSent):
    """Under which name, color and address customers meet some inboxes."""

    id: int
    is_default: bool = Field(description="Whether it is that of every inbox that names none.")
    logo: int | None = Field(description="Which picture it is; null where it has none.")


class InboxSent(shapes.Sent):
    """In which words an inbox answers, as it should be from now on."""

    name: Annotated[Short, Field(min_length=1, max_length=80, examples=["Support"])]
    brand: Number | None = Field(description="Null: the default one.")
    from_name: Annotated[Short, Field(max_length=120)] = Field(description="Empty: the brand's.")
    shows_agent_name: bool = Field(description="Whether the agent's name stands before it.")
    signature: shapes.Words = Field(description="Empty: the brand's.")
    signature_picture: shapes.SignaturePicture
    language: Literal["", Spoken] = Field(description="Empty: as the desk.")
    zone: shapes.Zone = Field(description="Empty: as the desk.")
    takes_forms: bool = Field(description="Whether the help center's form leads here.")
    uses_plus_address: bool = Field(description="Whether answers come to name+number@.")
    shows_page_link: bool = Field(description="Whether mails link to the customer's page.")
    asks_rating: bool = Field(description="Whether a reply that leaves nothing open asks for it.")
    sends_receipt: bool = Field(description="Whether a customer's first mail is confirmed.")
    receipt_text: shapes.Words = Field(description="Empty: the desk's own words.")
    addresses: list[Annotated[str, Field(pattern=ADDRESS, max_length=254)]] = Field(
        max_length=200, description="Whose mail arrives here besides its own address's."
    )


class InboxWordsShape(InboxSent):
    """An inbox as admins see it."""

    id: int
    address: str
    teams: list[Named] = Field(description="Who reads it; that is changed in the browser.")
    is_for_team: bool = Field(description="Whether the agents are its customers.")
    zone: str  # one that was known once is told


@router.get("/brands", response=answers(Page[BrandShape]))
def list_brands(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List them by number; the default one as soon as it is described."""
    return page(Brand.objects.all(), ("pk",), where, BrandShape.of)


@router.post("/brands", response=answers(BrandShape, 201))
def make_brand(request: KeyRequest, body: BrandSent) -> Status[BrandShape]:
    """Make a brand; inboxes and articles are given to it where they are changed."""
    return Status(201, _kept(request, _described(request, Brand(), body)))


@router.put("/brands/default", response=answers(BrandShape))
def change_default_brand(request: KeyRequest, body: BrandSent) -> BrandShape:
    """Describe the brand of every inbox that names none."""
    return _kept(request, _described(request, Brand.objects.default(), body))


@router.put(BRAND, response=answers(BrandShape))
def change_brand(request: KeyRequest, id: InPath, body: BrandSent) -> BrandShape:
    """Describe a brand anew."""
    return _kept(request, _described(request, get_object_or_404(Brand, pk=id), body))


@router.delete(BRAND, response=answers(None, 204))
def remove_unused_brand(request: KeyRequest, id: InPath) -> None:
    """Take away a brand to which nothing belongs any more."""
    remove_brand(get_object_or_404(Brand, pk=id), **doing(request))


@router.post(f"{BRAND}/logo", response=answers(BrandShape))
def put_logo(request: KeyRequest, id: InPath, file: File[UploadedFile]) -> BrandShape:
    """Give a brand a logo: PNG, JPEG, GIF or WebP, at most 256 kB. It takes the name's place."""
    found = get_object_or_404(Brand, pk=id)
    found.logo = keep_upload(file, **doing(request), most=LARGEST_SMALL)
    return _kept(request, found)


@router.delete(f"{BRAND}/logo", response=answers(BrandShape))
def drop_logo(request: KeyRequest, id: InPath) -> BrandShape:
    """Show a brand's name, and no logo."""
    found = get_object_or_404(Brand, pk=id)
    found.logo = None
    return _kept(request, found)


@router.get(INBOX, response=answers(InboxWordsShape))
def get_inbox(request: KeyRequest, id: InPath) -> InboxWordsShape:
    """Read in which words an inbox answers, and at which addresses."""
    return _inbox(get_object_or_404(Inbox, pk=id))


@router.put(INBOX, response=answers(InboxWordsShape))
def change_inbox_words(request: KeyRequest, id: InPath, body: InboxSent) -> InboxWordsShape:
    """Say in which words an inbox answers; its readers and its mailbox stay as they are."""
    found = get_object_or_404(Inbox, pk=id)
    body.fill(found, "brand", "addresses", "signature_picture")
    found.signature_picture = to_sign(request, found, body.signature_picture)
    rows, told = Brand.objects.filter(is_default=False), f"There is no brand {body.brand}."
    found.brand = named_if(rows, body.brand, "body.brand", told)
    have = {row.email: row for row in found.addresses.all()}
    wanted = {email.lower() for email in body.addresses}
    with transaction.atomic():
        change_inbox(found, **doing(request))
        for email in sorted(have.keys() - wanted):
            drop_address(have[email], **doing(request))
        for email in sorted(wanted - have.keys()):
            add_address(found, email, **doing(request))
    return _inbox(found)


def _described(request: KeyRequest, brand: Brand, body: BrandSent) -> Brand:
    brand.signature_picture = to_sign(request, brand, body.signature_picture)
    return body.fill(brand, "signature_picture")


def _kept(request: KeyRequest, brand: Brand) -> BrandShape:
    return BrandShape.of(keep_brand(brand, **doing(request)))


def _inbox(row: Inbox) -> InboxWordsShape:
    addresses = sorted(row.all_addresses - {row.address})
    return InboxWordsShape.of(row, addresses=addresses, teams=row.teams.order_by("name", "pk"))
