"""Articles come in from Markdown files and go out into the same ones; nothing is lost unsaid."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests import cast
from wingbeat.channels.moving.articles import carrying
from wingbeat.channels.moving.articles.files import KEYS
from wingbeat.desk.knowledge.models import Article, ArticleVersion, Publication

pytestmark = pytest.mark.django_db

RETURNS = """---
title: Sending a lamp back
slug: sending-back
language: en
section: "Orders: after"
audience: public
published: yes
verified: 2026-03-31
again_after: 90
---

You have **30 days**. See [the warranty](warranty.en.md#long).

## How

1. Pack it.
2. Write *your* number on it.

- One
- Two

| Lamp | Days |
| --- | --- |
| L-17 | 30 |

```
a < b
```
"""
WARRANTY = """---
title: "“Two years”, and what they mean: a list"
slug: warranty
language: en
audience: internal
published: no
again_after: 180
---

As the law says.
"""
GERMAN = WARRANTY.replace("language: en", "language: de").replace(
    "As the law says.", "Wie's Recht."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "sending-back.en.md").write_text(RETURNS)
    (folder / "warranty.en.md").write_text(WARRANTY)
    (folder / "warranty.de.md").write_text(GERMAN)
    return folder


def brought(folder: Path, *, days: int = 1, is_trial: bool = False) -> carrying.Carried:
    return carrying.bring(folder, by=cast.ada(), at=cast.after(days=days), is_trial=is_trial)


def told(carried: carrying.Carried) -> list[str]:
    return [str(one) for one in carried.problems]


def test_files_become_articles_with_all_they_say(folder: Path) -> None:
    carried = brought(folder)
    assert (dict(carried.counts), carried.problems) == ({"new": 3}, [])
    returns = Publication.objects.get()
    article, words = returns.article, returns.version
    assert words.title == "Sending a lamp back"
    assert article.collection is not None
    assert (article.collection.name, article.verify_every_days) == ("Orders: after", 90)
    assert article.verified_at is not None
    assert article.verified_at.date() == date(2026, 3, 31)
    assert (article.due_at - article.verified_at).days == 90
    warranty = Article.objects.get(audience="internal")
    assert set(warranty.versions.values_list("language", flat=True)) == {"en", "de"}
    assert f'href="/help/en/{warranty.pk}-warranty/#long"' in words.html
    for part in ("<h2>How</h2>", "<strong>30 days</strong>", "<td>L-17</td>", "a &lt; b"):
        assert part in words.html


def test_out_again_they_are_the_same_files(folder: Path, tmp_path: Path) -> None:
    brought(folder)
    assert carrying.carry_out(tmp_path / "out") == 3
    for path in folder.iterdir():
        assert (tmp_path / "out" / path.name).read_text() == path.read_text()


def test_a_second_time_changes_nothing(folder: Path) -> None:
    brought(folder)
    assert dict(brought(folder, days=2).counts) == {"same": 3}
    assert (Article.objects.count(), ArticleVersion.objects.count()) == (2, 3)


def test_what_the_desk_wrote_itself_comes_back_as_itself(folder: Path, tmp_path: Path) -> None:
    brought(folder)
    out = tmp_path / "out"
    carrying.carry_out(out)
    assert dict(brought(out, days=2).counts) == {"same": 3}
    (out / "warranty.en.md").write_text(WARRANTY.replace("As the law says.", "As we say."))
    assert dict(brought(out, days=3).counts) == {"same": 2, "changed": 1}
    assert (Article.objects.count(), ArticleVersion.objects.count()) == (2, 4)


def test_a_trial_tells_the_same_and_changes_nothing(folder: Path) -> None:
    assert dict(brought(folder, is_trial=True).counts) == {"new": 3}
    assert (Article.objects.count(), ArticleVersion.objects.count()) == (0, 0)


def test_every_problem_is_told_with_its_file_and_line(folder: Path) -> None:
    (folder / "a.en.md").write_text("No facts at all\n")
    (folder / "b.xx.md").write_text("---\ntitle:\nverified: 31.3.2026\ncolour: red\n---\nWords\n")
    (folder / "c.en.md").write_bytes(b"---\ntitle: C\n---\nok\n\xff\n")
    (folder / "d.en.md").write_text(RETURNS)
    (folder / "e.en.md").write_text(
        "---\ntitle: E\n---\n\nSee\n[there](gone.en.md) and ![a lamp](lamp.png).\n\n"
        "<script>x()</script>\n\nNew <video src=x></video> words\n"
    )
    carried = brought(folder)
    assert told(carried) == [
        "a.en.md:1: it does not begin with its facts between two lines of three dashes",
        "b.xx.md:1: language is “xx”: use one of: de, en, hu, ru",
        "b.xx.md:2: title is “”: a title has 1 to 200 letters",
        "b.xx.md:3: verified is “31.3.2026”: write a day such as 2026-03-31",
        f"b.xx.md:4: “colour: red” is none of: {', '.join(KEYS)}",
        "c.en.md:5: it is not written in UTF-8",
        "e.en.md:6: the link to gone.en.md leads nowhere: there is no such file",
        "e.en.md:6: the picture lamp.png is left out, its words stay",
        "e.en.md:8: <script>x()</script> is left out",
        "e.en.md:10: <video src=x> is left out",
        "sending-back.en.md:1: d.en.md has the slug “sending-back” in en already",
    ]
    html = ArticleVersion.objects.get(title="E").html
    assert "a lamp" in html
    assert "script" not in html
    assert "video" not in html
