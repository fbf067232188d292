"""Each brand meets its own customers: on their page, in mails, in its help center and form."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests import cast
from tests.desk.conversations.test_brands import PNG
from tests.desk.knowledge.articles import published
from tests.screens.customer.conftest import answered, link_of
from tests.screens.customer.test_links import mail_text
from wingbeat.channels.mail.gathering import post_of
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.conversations.brand import Brand, keep_brand
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.knowledge.pictures import keep_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps(support: Inbox) -> Brand:
    """A brand beside the default one, with everything that one can have; Support belongs to it."""
    brand = Brand(name="Lamps & Co", slug="lamps", color="#ffd400", from_name="Lamps")
    brand.logo = keep_picture(PNG, by=cast.olga(), at=cast.NOON)
    keep_brand(brand, by=cast.olga(), at=cast.NOON)
    support.brand, support.takes_forms = brand, True
    support.save()
    return brand


@pytest.fixture
def chairs() -> Inbox:
    """An inbox of the default brand."""
    return Inbox.objects.create(name="Chairs", address="chairs@desk.example", takes_forms=True)


def page_of(client: Client, path: str, **more: str) -> str:
    page = client.get(path, **more)  # type: ignore[arg-type]  # headers of the request
    assert page.status_code == 200, path
    return page.content.decode()


def test_with_one_brand_nothing_of_it_is_seen(nora: Client, conversation: Conversation) -> None:
    answered(conversation)
    page = page_of(nora, link_of(conversation))
    assert '<span dir="auto">Support' in page
    assert "--brand" not in page
    assert "brand" not in page_of(nora, "/help/en/").lower()


def test_the_customers_page_wears_the_brand_of_its_inbox(
    nora: Client, lamps: Brand, conversation: Conversation, chairs: Inbox
) -> None:
    answered(conversation)
    page = page_of(nora, link_of(conversation))
    assert f'src="/logos/{lamps.logo_id}/" alt="Lamps &amp; Co"' in page
    assert lamps.look is not None
    assert f"--brand: {lamps.look.on_light}; --brand-dark: {lamps.look.on_dark}" in page
    conversation.move(to=chairs, by=cast.ada(), at=cast.NOON)
    assert "Lamps &amp; Co" not in page_of(nora, link_of(conversation))


@pytest.mark.usefixtures("at_an_address")
def test_a_mail_leaves_as_its_brand_and_links_to_its_address(
    lamps: Brand, conversation: Conversation
) -> None:
    reply = answered(conversation)
    rows = Outgoing.objects.select_related("message__words", "message__conversation__inbox__brand")
    post = post_of(rows.get(message=reply))
    assert post.sender["name"] == "Lamps"
    assert "Lamps & Co · Read and answer" in post.text
    assert lamps.look is not None
    assert f'color:{lamps.look.on_light}" href="https://desk.example/portal/' in post.html
    lamps.address = "https://help.lamps.example"
    keep_brand(lamps, by=cast.olga(), at=cast.NOON)
    assert "https://help.lamps.example/portal/" in mail_text(reply)


def test_a_logo_is_served_for_ever_and_nothing_else_is(nora: Client, lamps: Brand) -> None:
    logo = nora.get(f"/logos/{lamps.logo_id}/")
    assert (logo.content, logo["Content-Type"]) == (PNG, "image/png")
    assert "immutable" in logo["Cache-Control"]
    assert logo["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in logo["Content-Security-Policy"]
    other = keep_picture(PNG + b"!", by=cast.olga(), at=cast.NOON)
    assert nora.get(f"/logos/{other.pk}/").status_code == 404


def test_an_article_belongs_to_one_brand_or_to_all(nora: Client, lamps: Brand) -> None:
    for_all, of_lamps = published("About us").article, published("About the bulb").article
    of_default = published("About the chair").article
    Article.objects.filter(pk=of_lamps.pk).update(brand=lamps)
    Article.objects.filter(pk=of_default.pk).update(brand=Brand.objects.default())
    default, theirs = page_of(nora, "/help/en/"), page_of(nora, "/help/lamps/en/")
    assert "About us" in default
    assert "About us" in theirs
    assert ("About the chair" in default, "About the chair" in theirs) == (True, False)
    assert ("About the bulb" in default, "About the bulb" in theirs) == (False, True)
    assert f"/help/lamps/en/{for_all.pk}-about-us/" in theirs
    assert nora.get(f"/help/en/{of_lamps.pk}-a/").status_code == 404
    assert nora.get(f"/help/lamps/en/{of_default.pk}-a/").status_code == 404
    assert "About the chair" not in page_of(nora, "/help/lamps/en/?q=chair")
    assert "About the chair" in page_of(nora, "/help/en/?q=chair")
    assert "About the bulb" in page_of(nora, "/help/lamps/en/feed/")
    assert "About the bulb" not in page_of(nora, "/help/en/feed/")
    rated = nora.post(f"/help/lamps/en/{of_lamps.pk}/feedback/", {"helped": "yes"})
    assert rated["Location"].startswith(f"/help/lamps/en/{of_lamps.pk}-")
    assert nora.get("/help/nothing/en/").status_code == 404


@pytest.mark.parametrize("own", ["", "https://help.lamps.example"])
def test_a_page_that_is_not_there_leads_back_to_the_brand_of_its_path(
    nora: Client, lamps: Brand, own: str
) -> None:
    lamps.address = own
    keep_brand(lamps, by=cast.olga(), at=cast.NOON)
    page = nora.get("/help/lamps/en/nowhere/").content.decode()
    assert "Lamps &amp; Co" in page
    assert 'href="/help/lamps/en/"' in page
    assert 'href="/help/en/"' not in page


def test_a_brand_with_an_address_of_its_own_is_met_there(
    nora: Client, lamps: Brand, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    lamps.address, lamps.languages = "https://help.lamps.example", ["de"]
    keep_brand(lamps, by=cast.olga(), at=cast.NOON)
    published("About us")
    published("Über uns", language="de")
    there = {"HTTP_HOST": "help.lamps.example"}
    assert nora.get("/", **there)["Location"] == "/help/"  # type: ignore[arg-type]  # a header
    assert nora.get("/help/", **there)["Location"] == "/help/de/"  # type: ignore[arg-type]  # a header
    page = page_of(nora, "/help/de/", **there)
    assert "Lamps &amp; Co" in page
    assert 'href="/help/de/' in page
    assert "English" not in page, "a language that the brand does not offer"
    assert nora.get("/")["Location"].startswith("/account/login/")
    assert "Lamps &amp; Co" not in page_of(nora, "/help/de/")


def test_a_brands_form_leads_to_its_inboxes_only(nora: Client, lamps: Brand, chairs: Inbox) -> None:
    said = {"email": "nora@customers.example", "subject": "A lamp", "text": "It is dark."}
    inbox = Inbox.objects.get(brand=lamps)
    assert nora.post("/help/lamps/en/contact/", {**said, "inbox": chairs.pk}).status_code == 422
    assert nora.post("/help/lamps/en/contact/", {**said, "inbox": inbox.pk}).status_code == 200
    assert RawMail.objects.get().inbox == inbox
    assert "Lamps" not in page_of(nora, "/help/en/contact/")


def test_a_page_of_the_help_center_costs_the_same_under_any_brand(
    nora: Client, lamps: Brand, django_assert_max_num_queries: object
) -> None:
    published("About us")
    for path in ("/help/en/", "/help/lamps/en/"):
        with django_assert_max_num_queries(6):  # type: ignore[operator]  # the plugin's own
            nora.get(path)
