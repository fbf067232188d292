"""Pictures of articles: kept once, seen by who reads the words around them, gone with these."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.desk.knowledge.articles import written
from wingbeat.channels.mail import own_words
from wingbeat.channels.moving.articles.carrying import bring, carry_out
from wingbeat.channels.privacy.retaining import tidy
from wingbeat.config.exporting import export
from wingbeat.desk.conversations.blobs import path_of
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.knowledge.markup import cleaned, for_editor, for_plain, from_plain, picture
from wingbeat.desk.knowledge.models import Article, ArticlePicture, ArticleVersion
from wingbeat.desk.knowledge.pictures import (
    LARGEST,
    NoPicture,
    keep_picture,
    keep_upload,
    shown_to,
)
from wingbeat.desk.knowledge.writing import Place, Words, publish, withdraw, write
from wingbeat.screens.agent.articles import put_into

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"a lamp" * 20_000
GIF = b"GIF89a" + b"a bulb"


def client(agent: object) -> Client:
    found = Client()
    found.force_login(agent)  # type: ignore[arg-type]  # an agent
    return found


def with_picture(content: bytes = PNG, article: Article | None = None, **place: str) -> Article:
    picture = keep_picture(content, by=cast.ada(), at=cast.NOON)
    html = f'<p>Turn it.</p><p><img src="{picture.address}" alt="A bulb &amp; a hand"></p>'
    words = Words("en", "A dark lamp", cleaned(html), "Turn it.")
    return write(article, words, Place(**place), by=cast.ada(), at=cast.NOON)  # type: ignore[arg-type]  # text


def test_only_whoever_reads_the_words_sees_their_picture() -> None:
    article = with_picture()
    (picture,) = ArticlePicture.objects.all()
    readers = {"nobody": Client(), "light": client(cast.lena()), "ada": client(cast.ada())}

    def seen() -> set[str]:
        return {who for who, one in readers.items() if one.get(picture.address).status_code == 200}

    assert seen() == {"ada"}, "a draft's picture is no more public than the draft"
    publish(article, "en", by=cast.ada(), at=cast.NOON)
    assert seen() == {"ada", "light", "nobody"}
    answer = readers["nobody"].get(picture.address)
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "public" not in answer["Cache-Control"]
    write(article, Words("en", "A dark lamp", "<p>Turn it.</p>", "Turn it."), Place(),
          by=cast.ada(), at=cast.NOON)  # fmt: skip
    assert "nobody" in seen(), "what is published keeps its picture"
    publish(article, "en", by=cast.ada(), at=cast.NOON)
    assert seen() == {"ada"}, "an old version keeps its own, for those who write"
    write(article, Words("en", "A dark lamp", article.versions.earliest("pk").html, ""),
          Place(audience="internal"), by=cast.ada(), at=cast.NOON)  # fmt: skip
    publish(article, "en", by=cast.ada(), at=cast.NOON)
    assert seen() == {"ada", "light"}
    withdraw(article, "en", by=cast.ada(), at=cast.NOON)
    assert seen() == {"ada"}


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"%PDF", b"", PNG + b"x" * (5 << 20)]
)
def test_what_is_no_picture_is_not_kept(content: bytes) -> None:
    with pytest.raises(NoPicture):
        keep_picture(content, by=cast.ada(), at=cast.NOON)
    assert not ArticlePicture.objects.exists()


def test_what_is_sent_is_kept_where_it_is_a_picture_and_read_where_it_may_be_one() -> None:
    sent = SimpleUploadedFile("lamp.png", PNG)
    assert keep_upload(sent, by=cast.ada(), at=cast.NOON).content() == PNG
    huge = SimpleUploadedFile("lamp.png", PNG + b"x" * LARGEST)
    for nothing in (None, SimpleUploadedFile("lamp.png", b""), huge):
        with pytest.raises(NoPicture):
            keep_upload(nothing, by=cast.ada(), at=cast.NOON)
    assert huge.tell() == 0
    assert ArticlePicture.objects.count() == 1


def test_who_reads_a_picture_is_asked_of_the_articles_that_it_stands_in() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL scans small tables on purpose; its plans tell nothing here")
    publish(with_picture(), "en", by=cast.ada(), at=cast.NOON)
    publish(with_picture(GIF), "en", by=cast.ada(), at=cast.NOON)
    for row in ArticlePicture.objects.all():
        with CaptureQueriesContext(connection) as captured:
            assert shown_to(None, row.token) == row
        for query in captured:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plan = [step[3] for step in cursor.fetchall()]
            assert not any(step.startswith("SCAN") for step in plan), (query["sql"], plan)


def test_a_picture_in_several_articles_is_seen_by_the_readers_of_each() -> None:
    one, other = with_picture(), with_picture()
    (row,) = ArticlePicture.objects.all()
    assert shown_to(None, row.token) is None
    publish(other, "en", by=cast.ada(), at=cast.NOON)
    assert shown_to(None, row.token) == row
    publish(one, "en", by=cast.ada(), at=cast.NOON)
    withdraw(other, "en", by=cast.ada(), at=cast.NOON)
    assert shown_to(None, row.token) == row


def test_pictures_from_elsewhere_do_not_stay_in_the_words() -> None:
    sly = '<img src="https://x.example/p.png"><img src="/attachments/1/"><img onerror=a()>words'
    assert cleaned(sly) == "words"
    own = f"/help/pictures/{'a' * 32}/"
    editor = f'<figure><img src="{own}" width="9"><figcaption>A &lt;lamp&gt;</figcaption></figure>'
    assert cleaned(editor) == f'<img src="{own}" width="9" alt="A <lamp>">'.replace(
        "<lamp>", "&lt;lamp&gt;"
    )


def test_it_goes_when_no_version_holds_it_any_more_and_its_bytes_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wingbeat.desk.conversations.blobs.WANTED_FOR", -1)
    article = with_picture()
    with_picture(GIF, article)
    (png, gif) = ArticlePicture.objects.order_by("pk")
    tidy(cast.after(days=2))
    assert ArticlePicture.objects.count() == 2
    assert path_of(png.sha256).exists()
    ArticleVersion.objects.filter(html__contains=png.token).delete()
    tidy(cast.after(hours=1))
    assert ArticlePicture.objects.count() == 2, "somebody may still be writing the words"
    tidy(cast.after(days=2))
    assert list(ArticlePicture.objects.all()) == [gif]
    assert not path_of(png.sha256).exists()


def test_without_scripts_one_is_added_by_the_form_and_stays_in_the_plain_words() -> None:
    ada = client(cast.ada())
    form = {
        "title": "A dark lamp", "audience": "public", "owner": cast.ada().pk, "language": "en",
        "verify_every_days": "180", "text": "Turn it.", "format": "plain",
    }  # fmt: skip
    refused = ada.post("/articles/new/", {**form, "picture": SimpleUploadedFile("a.png", PNG)})
    assert "Say what the picture shows." in refused.content.decode()
    svg = SimpleUploadedFile("a.png", b"<svg>")
    refused = ada.post("/articles/new/", {**form, "picture": svg, "shows": "A bulb"})
    assert "PNG, JPEG, GIF or WebP" in refused.content.decode()
    added = SimpleUploadedFile("a.png", PNG)
    page = ada.post("/articles/new/", {**form, "picture": added, "shows": 'A "bulb"'}, follow=True)
    (picture,) = ArticlePicture.objects.all()
    line = f"![A &quot;bulb&quot;]({picture.address})"
    assert line in page.content.decode()
    article = Article.objects.get()
    text = f'Turn it twice.\n\n![A "bulb"]({picture.address})'
    ada.post(f"/articles/{article.pk}/", {**form, "text": text})
    newest = article.newest("en")
    assert newest is not None
    assert "Turn it twice." in newest.html
    assert f'src="{picture.address}"' in newest.html
    assert 'alt="A &quot;bulb&quot;"' in newest.html


def test_the_feed_names_it_by_its_whole_address_and_files_carry_it(tmp_path: Path) -> None:
    article = with_picture()
    publish(article, "en", by=cast.ada(), at=cast.NOON)
    (picture,) = ArticlePicture.objects.all()
    assert f"http://testserver{picture.address}" in Client().get("/help/en/feed/").content.decode()
    page = client(cast.ada()).get(f"/articles/{article.pk}/en/file/").content.decode()
    assert 'src="data:image/png;base64,iVBOR' in page

    carry_out(tmp_path / "md")
    assert (tmp_path / "md" / picture.file_name).read_bytes() == PNG
    written_out = (tmp_path / "md" / "a-dark-lamp.en.md").read_text()
    assert f"![A bulb & a hand]({picture.file_name})" in written_out
    again = bring(tmp_path / "md", by=cast.ada(), at=cast.NOON)
    assert (dict(again.counts), again.problems) == ({"same": 1}, [])
    ArticleVersion.objects.all().delete()
    ArticlePicture.objects.all().delete()
    bring(tmp_path / "md", by=cast.ada(), at=cast.NOON)
    assert ArticlePicture.objects.get().address in ArticleVersion.objects.get().html
    (tmp_path / "outside.png").write_bytes(PNG)
    (tmp_path / "md" / "sly.en.md").write_text("---\ntitle: Sly\n---\n\n![x](../outside.png)\n")
    told = bring(tmp_path / "md", by=cast.ada(), at=cast.NOON)
    assert "is left out" in str(told.problems[0])

    export(tmp_path / "out")
    (picture,) = ArticlePicture.objects.all()
    assert (tmp_path / "out" / "pictures" / picture.file_name).read_bytes() == PNG


def test_in_a_note_the_words_bring_their_picture_along() -> None:
    ada = cast.ada()
    row = publish(with_picture(audience="internal"), "en", by=ada, at=cast.NOON)
    conversation = cast.opened(cast.support(ada))
    draft = Draft.objects.create(
        agent=ada, conversation=conversation, kind=DraftKind.NOTE, inbox=conversation.inbox,
        saved_at=cast.NOON,
    )  # fmt: skip
    put_into(draft, row.pk, by=ada)
    (file,) = draft.attachments.all()
    assert file.content() == PNG
    assert f"/attachments/{file.token}/" in draft.html
    assert "/help/pictures/" not in draft.html
    assert written().pk


def test_one_that_is_added_again_has_its_day_again() -> None:
    first = keep_picture(PNG, by=cast.ada(), at=cast.NOON)
    assert keep_picture(PNG, by=cast.ada(), at=cast.after(hours=23)) == first
    tidy(cast.after(hours=25))
    assert ArticlePicture.objects.exists()


@pytest.mark.parametrize("shows", ["a [b] c", "see www.shop.example", "Menu > Settings"])
def test_what_a_picture_shows_goes_through_the_plain_form_unharmed(shows: str) -> None:
    html = cleaned(picture(f"/help/pictures/{'a' * 32}/", shows))
    plain = own_words.text_in(for_plain(html))
    assert cleaned(from_plain(plain, own_words.from_plain)) == html


def test_a_tag_ends_where_it_ends_and_not_at_the_first_angle() -> None:
    address = f"/help/pictures/{'a' * 32}/"
    html = f'<p>One.</p><img alt="Menu > Settings" src="{address}"><p>Two.</p>'
    assert own_words.text_in(for_plain(html)) == f"One.\n\n![Menu > Settings]({address})\n\nTwo."
    figure = LexborHTMLParser(for_editor(html)).css("figure")
    assert [one.attributes["data-trix-attributes"] for one in figure] == [
        '{"caption": "Menu > Settings"}'
    ]


def test_a_picture_whose_words_are_broken_over_lines_stays_words() -> None:
    typed = f"![two\nlines](/help/pictures/{'a' * 32}/)"
    assert "<img" not in from_plain(typed, own_words.from_plain)


def test_the_words_stay_in_the_form_when_their_picture_is_refused() -> None:
    ada = client(cast.ada())
    form = {
        "title": "A dark lamp", "audience": "public", "owner": cast.ada().pk, "language": "en",
        "verify_every_days": "180", "text": "An hour of words", "html": "<p>An hour of words</p>",
        "picture": SimpleUploadedFile("a.png", b"<svg>"), "shows": "A bulb",
    }  # fmt: skip
    for kind in ("rich", "plain"):
        page = ada.post("/articles/new/", {**form, "format": kind}).content.decode()
        assert "An hour of words" in page


@pytest.mark.parametrize("name", ["data:image/png;base64," + "A" * 9000, "a%00b.png"])
def test_a_picture_whose_name_no_file_can_have_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.en.md").write_text(f"---\ntitle: A\n---\n\n![x]({name})\n")
    told = bring(tmp_path, by=cast.ada(), at=cast.NOON)
    assert "is left out" in str(told.problems[0])
