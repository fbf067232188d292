"""A picture below a signature is chosen on a page, seen while one writes, and taken off again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.channels.api import Program
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.api.models import Scope
from wingbeat.channels.privacy.retaining import tidy
from wingbeat.config.exporting import export
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.changes import labelled
from wingbeat.desk.journal.models import Change
from wingbeat.desk.knowledge.models import ArticlePicture
from wingbeat.desk.knowledge.pictures import LARGEST_SMALL, keep_picture
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
LOGO = b"\x89PNG\r\n\x1a\n" + b"a logo"
OWN = {"name": "Ada Fields", "signature": "Ada"}


def file(content: bytes = LOGO) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content, content_type="image/png")


def composer(client: Client, support: Inbox) -> str:
    found = cast.opened(support)
    return client.get(f"/conversations/{found.pk}/composer/reply/").content.decode()


def test_an_agents_own_is_chosen_seen_below_the_words_and_taken_off(
    desk: Client, support: Inbox
) -> None:
    assert desk.post("/settings/", {**OWN, "signature_picture": file()}).status_code == 302
    picture = cast.ada().signature_picture
    assert picture is not None
    assert picture.content() == LOGO
    assert f'class="signature-picture" src="{picture.address}"' in composer(desk, support)
    assert (
        picture.address
        not in desk.get(f"/conversations/{cast.opened(support).pk}/composer/note/").content.decode()
    )
    assert f'src="{picture.address}"' in desk.get("/settings/").content.decode()
    desk.post("/settings/", OWN)
    assert cast.ada().signature_picture == picture, "a form that names none leaves it"
    desk.post("/settings/", {**OWN, "drops_signature_picture": "on"})
    assert cast.ada().signature_picture is None


def test_the_page_opens_with_what_one_has(desk: Client, ada: Agent) -> None:
    page = desk.get("/settings/").content.decode()
    assert f'value="{ada.name}"' in page
    assert "error" not in re.findall(r'class="([^"]*)"', page)


@pytest.mark.parametrize("bad", [b"<svg onload='x()'/>", LOGO + bytes(LARGEST_SMALL)])
def test_what_is_no_small_picture_is_told_and_nothing_is_kept(desk: Client, bad: bytes) -> None:
    page = desk.post("/settings/", {**OWN, "name": "A", "signature_picture": file(bad)})
    assert page.status_code == 422
    assert "PNG, JPEG, GIF or WebP file of at most 256 kB" in page.content.decode()
    assert (cast.ada().name, ArticlePicture.objects.count()) == ("Ada Fields", 0)


def test_an_inbox_and_a_brand_have_one_which_light_agents_see_too(
    support: Inbox, client_of: ClientOf
) -> None:
    olga, lena = client_of(cast.olga()), client_of(cast.lena())
    olga.post(f"/setup/inboxes/{support.pk}/", {"name": "Support", "signature_picture": file()})
    support.refresh_from_db()
    picture = support.signature_picture
    assert picture is not None
    shown = lena.get(picture.address)
    assert (shown.status_code, shown.content) == (200, LOGO)
    assert Client().get(picture.address).status_code == 404, "mails carry it, and no page does"
    change = Change.objects.filter(thing=f"conversations.Inbox:{support.pk}").latest("pk")
    assert "picture of the signature" in {what for what, _was, _is in labelled(change)}
    olga.post("/setup/brands/default/", {"name": "Acme", "signature_picture": file(LOGO + b"!")})
    brand = Brand.objects.get()
    assert brand.signature_picture not in {None, picture}
    assert brand.logo is None
    olga.post(f"/setup/inboxes/{support.pk}/", {"name": "Help", "drops_signature_picture": "on"})
    support.refresh_from_db()
    assert (support.name, support.signature_picture) == ("Help", None)


def test_it_stays_while_it_signs_and_an_export_holds_it(support: Inbox, tmp_path: Path) -> None:
    support.signature_picture = keep_picture(LOGO, by=cast.ada(), at=cast.NOON)
    support.save()
    tidy(cast.after(days=3))
    counts = export(tmp_path / "out")
    assert counts["pictures"] == 1
    name = support.signature_picture.file_name
    assert (tmp_path / "out" / "pictures" / name).read_bytes() == LOGO
    inboxes = (tmp_path / "out" / "tables" / "conversations_inbox.jsonl").read_text()
    assert f'"signature_picture_id": {support.signature_picture.pk}' in inboxes
    Inbox.objects.update(signature_picture=None)
    tidy(cast.after(days=3))
    assert not ArticlePicture.objects.exists()


def test_a_program_reads_and_sets_it_by_number(support: Inbox) -> None:
    olga = Program.of(cast.olga(), Scope.ADMIN)
    told = olga.client.post("/api/v1/article-pictures", {"file": file()}).json()
    large = keep_picture(LOGO + bytes(LARGEST_SMALL), by=cast.ada(), at=cast.NOON)
    for path in (f"/inboxes/{support.pk}", "/me/settings"):
        words = olga.get(path)
        assert words["signature_picture"] is None
        drop = () if path == "/me/settings" else ("id", "address", "teams", "is_for_team")
        sent = {key: one for key, one in words.items() if key not in drop}
        sent["signature_picture"] = told["id"]
        assert olga.send(path, sent, method="PUT")["signature_picture"] == told["id"]
        assert olga.get(path)["signature_picture"] == told["id"]
        for wrong in (10**9, large.pk):
            refused = olga.send(path, {**sent, "signature_picture": wrong}, 422, "PUT")
            assert refused["error"]["fields"][0]["field"] == "body.signature_picture"
    body = {"name": "Lamps", "signature_picture": told["id"]}
    made = olga.send("/brands", body, 201)
    assert made["signature_picture"] == told["id"]
    assert (
        olga.send(f"/brands/{made['id']}", {"name": "Lamps"}, method="PUT")["signature_picture"]
        is None
    )


def test_a_light_agents_program_can_keep_their_own_alone(support: Inbox) -> None:
    lena = cast.lena()
    other, own = (keep_picture(LOGO + end, by=cast.ada(), at=cast.NOON) for end in (b"1", b"2"))
    Agent.objects.filter(pk=lena.pk).update(signature_picture=own)
    program = Program.of(lena)
    sent = program.get("/me/settings")
    assert program.send("/me/settings", sent, method="PUT")["signature_picture"] == own.pk
    program.send("/me/settings", {**sent, "signature_picture": other.pk}, 422, "PUT")
