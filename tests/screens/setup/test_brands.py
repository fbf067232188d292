"""Brands in the administration: one is always there, and what is chosen is seen at once."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import cast
from tests.desk.conversations.test_brands import PNG
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.knowledge.pictures import LARGEST_SMALL

pytestmark = pytest.mark.django_db
LAMPS = {"name": "Lamps & Co", "slug": "lamps"}


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_default_brand_is_there_before_anybody_describes_it(owner: Client) -> None:
    assert "every inbox that names no other" in text(owner, "/setup/brands/")
    assert owner.post("/setup/brands/default/", {"name": "Acme"}).status_code == 302
    brand = Brand.objects.get()
    assert (brand.is_default, brand.name) == (True, "Acme")
    assert not Entry.objects.exclude(kind="brand.changed").exists()


def test_with_one_brand_the_word_stands_nowhere_but_in_its_own_pages(owner: Client) -> None:
    inbox = cast.support(cast.ada())
    pages = (f"/setup/inboxes/{inbox.pk}/", "/articles/new/")
    asked = re.compile(r"\bBrand\b")  # the place where brands are kept is called *Brands*
    assert not any(asked.search(text(owner, page)) for page in pages)
    owner.post("/setup/brands/new/", LAMPS)
    assert all(asked.search(text(owner, page)) for page in pages)


def test_a_new_brand_gets_its_path_from_its_name_and_its_inboxes_on_their_pages(
    owner: Client,
) -> None:
    assert owner.post("/setup/brands/new/", {"name": "Lamps & Co"}).status_code == 302
    brand = Brand.objects.get(is_default=False)
    assert brand.slug == "lamps-co"
    inbox = cast.support(cast.ada())
    owner.post(f"/setup/inboxes/{inbox.pk}/", {"name": "Support", "brand": brand.pk})
    assert Inbox.objects.get().brand == brand
    page = text(owner, f"/setup/brands/{brand.pk}/")
    assert ">Support</a>" in page
    assert "/help/lamps-co/" in page
    refused = owner.post(f"/setup/brands/{brand.pk}/removal/", follow=True)
    assert "give them to another brand first" in refused.content.decode()
    owner.post(f"/setup/inboxes/{inbox.pk}/", {"name": "Support", "brand": ""})
    assert Inbox.objects.get().brand is None
    owner.post(f"/setup/brands/{brand.pk}/removal/")
    assert not Brand.objects.filter(is_default=False).exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": ""}, "Give it a name"),
        ({"slug": "de"}, "which is no language"),
        ({"slug": "lamps"}, "already"),
        ({"address": "https://help.lamps.example/path/"}, "Give the address alone"),
        ({"address": "javascript:alert(1)"}, "valid URL"),
        ({"color": "red", "wears_color": "on"}, "valid value"),
    ],
)
def test_what_cannot_be_is_told_with_what_can(
    owner: Client, said: dict[str, str], why: str
) -> None:
    owner.post("/setup/brands/new/", LAMPS)
    answer = owner.post("/setup/brands/new/", {"name": "Chairs", "slug": "chairs", **said})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert Brand.objects.filter(is_default=False).count() == 1


def test_a_logo_comes_stays_and_goes(owner: Client) -> None:
    picture = SimpleUploadedFile("logo.png", PNG, content_type="image/png")
    owner.post("/setup/brands/new/", {**LAMPS, "logo": picture})
    brand = Brand.objects.get(is_default=False)
    assert brand.logo is not None
    assert (brand.logo.type, brand.logo.content()) == ("image/png", PNG)
    page = text(owner, f"/setup/brands/{brand.pk}/")
    assert f'src="/logos/{brand.logo_id}/"' in page
    owner.post(f"/setup/brands/{brand.pk}/", {**LAMPS, "name": "Lamps"})
    kept = brand.logo
    brand.refresh_from_db()
    assert (brand.name, brand.logo) == ("Lamps", kept), "another form sent nothing of it"
    for bad in (b"<svg onload='x()'/>", PNG + bytes(LARGEST_SMALL)):
        file = SimpleUploadedFile("logo.png", bad, content_type="image/png")
        refused = owner.post(f"/setup/brands/{brand.pk}/", {**LAMPS, "logo": file})
        assert "PNG, JPEG, GIF or WebP file of at most 256 kB" in refused.content.decode()
    owner.post(f"/setup/brands/{brand.pk}/", {**LAMPS, "drops_logo": "on"})
    brand.refresh_from_db()
    assert brand.logo is None


def test_a_color_too_pale_to_read_is_told_with_what_words_wear(owner: Client) -> None:
    asked = {"name": "Suns", "color": "#ffd400", "wears_color": "on"}
    page = owner.get("/setup/brands/preview/", asked).content.decode()
    assert "Suns" in page
    assert "contrast of 1.4 to 1" in page
    assert "--brand: #856e00" in page
    plain = owner.get("/setup/brands/preview/", {**asked, "color": "#1f6578"}).content.decode()
    assert "contrast" not in plain
    assert not Brand.objects.exists(), "a look keeps nothing"


def test_an_address_that_the_desk_does_not_answer_yet_is_told(
    owner: Client, settings: Settings
) -> None:
    owner.post("/setup/brands/new/", {**LAMPS, "address": "https://help.lamps.example"})
    brand = Brand.objects.get(is_default=False)
    assert "WINGBEAT_HOSTS" in text(owner, f"/setup/brands/{brand.pk}/")
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "help.lamps.example"]
    page = text(owner, f"/setup/brands/{brand.pk}/")
    assert "WINGBEAT_HOSTS" not in page
    assert "https://help.lamps.example/help/" in page


def test_an_article_is_written_for_one_brand_or_for_all(owner: Client) -> None:
    owner.post("/setup/brands/new/", LAMPS)
    brand = Brand.objects.get(is_default=False)
    me = cast.olga().pk
    words = {"title": "A bulb", "text": "Turn it.", "audience": "public", "owner": me,
             "verify_every_days": 180, "language": "en"}  # fmt: skip
    owner.post("/articles/new/", {**words, "brand": brand.pk})
    article = Article.objects.get()
    assert article.brand == brand
    owner.post(f"/articles/{article.pk}/publication/", {"language": "en"})
    assert f"/help/lamps/en/{article.pk}-a-bulb/" in text(owner, f"/articles/{article.pk}/")
    owner.post(f"/articles/{article.pk}/", {**words, "brand": ""})
    assert Article.objects.get().brand is None


def test_the_list_costs_the_same_however_many_there_are(owner: Client) -> None:
    counts = []
    for total in (2, 12):
        for number in range(Brand.objects.count(), total):
            Brand.objects.create(name=f"B{number}", slug=f"b{number}", is_default=number == 0)
        with CaptureQueriesContext(connection) as captured:
            assert owner.get("/setup/brands/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
