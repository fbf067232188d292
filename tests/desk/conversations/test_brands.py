"""Brands: one default always, colors one can read, and who answers as whom."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from tests import cast
from wingbeat.desk.conversations.brand import (
    Brand,
    BrandInUse,
    brand_of,
    keep_brand,
    remove_brand,
    sender_of,
    signed_as,
)
from wingbeat.desk.conversations.brand_color import DARK, LIGHT, READABLE, contrast, look_of
from wingbeat.desk.conversations.inboxes import change_inbox
from wingbeat.desk.journal.models import Change, Entry
from wingbeat.desk.journal.wrong import WrongFields

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"


def kept(**more: object) -> Brand:
    return keep_brand(Brand(**more), by=cast.olga(), at=cast.NOON)


@given(st.integers(0, 0xFFFFFF))
def test_words_can_be_read_in_every_color_on_light_paper_and_on_dark(number: int) -> None:
    look = look_of(f"#{number:06x}")
    assert all(contrast(look.on_light, paper) >= READABLE for paper in LIGHT)
    assert all(contrast(look.on_dark, paper) >= READABLE for paper in DARK)


def test_a_color_that_can_be_read_is_worn_as_it_was_chosen() -> None:
    assert not look_of("#1f6578").is_changed
    assert look_of("#ffd400").is_changed


def test_contrast_is_that_of_the_accessibility_guidelines() -> None:
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48  # WCAG's own example of "not quite"


@pytest.mark.django_db
def test_a_desk_with_one_brand_answers_as_its_inboxes_say() -> None:
    inbox = cast.support(cast.ada())
    assert not Brand.objects.exists()
    assert brand_of(inbox).is_default
    assert (sender_of(inbox), signed_as(inbox)) == ("Support", "")


@pytest.mark.django_db
def test_a_brand_lends_name_and_signature_to_inboxes_without_their_own() -> None:
    inbox = cast.support(cast.ada())
    kept(is_default=True, from_name="Acme", signature="Acme Ltd")
    assert (sender_of(inbox), signed_as(inbox)) == ("Acme", "Acme Ltd")
    inbox.brand = kept(name="Lamps", slug="lamps", from_name="Lamps & Co")
    assert (sender_of(inbox), signed_as(inbox)) == ("Lamps & Co", "")
    inbox.from_name, inbox.signature = "Support of Lamps", "Ada's team"
    assert (sender_of(inbox), signed_as(inbox)) == ("Support of Lamps", "Ada's team")


@pytest.mark.django_db
def test_the_first_further_brand_makes_the_default_one_a_row_and_there_is_never_a_second() -> None:
    kept(name="Lamps", slug="lamps")
    kept(name="Chairs", slug="chairs")
    assert [brand.is_default for brand in Brand.objects.listed()] == [True, False, False]
    with pytest.raises(WrongFields, match="Another brand"):
        kept(is_default=True, name="Another")


@pytest.mark.django_db
@pytest.mark.parametrize("same", [{"name": "Lamps"}, {"slug": "lamps"}, {"address": "https://l.e"}])
def test_no_two_brands_share_name_path_or_address(same: dict[str, str]) -> None:
    kept(name="Lamps", slug="lamps", address="https://l.e")
    with pytest.raises(WrongFields, match="Another brand"):
        kept(**{"name": "Chairs", "slug": "chairs", **same})


@pytest.mark.django_db
def test_what_something_belongs_to_is_not_taken_away_nor_the_default_one() -> None:
    olga, inbox = cast.olga(), cast.support(cast.ada())
    brand = kept(name="Lamps", slug="lamps")
    inbox.brand = brand
    inbox.save()
    with pytest.raises(BrandInUse):
        remove_brand(brand, by=olga, at=cast.NOON)
    with pytest.raises(BrandInUse):
        remove_brand(Brand.objects.default(), by=olga, at=cast.NOON)
    inbox.brand = None
    inbox.save()
    remove_brand(brand, by=olga, at=cast.NOON)
    assert not Brand.objects.filter(name="Lamps").exists()


@pytest.mark.django_db
def test_what_was_and_what_is_of_a_brand_is_kept_and_of_an_inbox_which_brand() -> None:
    olga, inbox = cast.olga(), cast.support(cast.ada())
    brand = kept(name="Lamps", slug="lamps", color="#ffd400")
    brand.color = "#1f6578"
    keep_brand(brand, by=olga, at=cast.after(hours=1))
    told = Change.objects.filter(thing=f"conversations.Brand:{brand.pk}").order_by("pk")
    assert "color\t#ffd400\t#1f6578" in told[1].differences
    change_inbox(inbox, by=olga, at=cast.after(hours=2))
    inbox.brand = brand
    change_inbox(inbox, by=olga, at=cast.after(hours=3))
    latest = Change.objects.filter(thing=f"conversations.Inbox:{inbox.pk}").latest("pk")
    assert latest.differences == "brand__name\t\tLamps"
    kinds = Entry.objects.filter(kind="brand.changed").values_list("facts__change", flat=True)
    assert list(kinds) == ["made", "changed"]
