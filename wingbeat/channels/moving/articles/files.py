"""One article as a Markdown file: a few facts between two lines of dashes, then the words.

The facts are `key: value` lines, a value in quotes where it has signs of its own. Read or written,
nothing is lost without being told: whatever cannot be taken is a problem with its file and line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote

from wingbeat.desk.knowledge.markup import cleaned

KEYS = ("title", "slug", "language", "section", "audience", "published", "verified", "again_after")
SLUG = re.compile(r"[\w-]{1,60}")
_LINE = re.compile(r"([a-z_]+):[ \t]*(.*)")
_PLAIN = re.compile(r"[^\s\"'#\[\]{}&*!|>%@`:,-][^\"#:]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not taken over; `stops` says that the whole file is not."""

    file: str
    line: int
    says: str
    stops: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}"


@dataclass(slots=True)
class ArticleFile:
    """An article in one language, as a file holds it."""

    file: str
    title: str
    slug: str
    language: str
    section: str = ""
    audience: str = "public"
    is_published: bool = False
    verified_on: date | None = None
    again_after: int = 180
    markdown: str = ""
    begins_at: int = 1  # the line of the file that the words begin in
    problems: list[Problem] = field(default_factory=list)

    def html(self, leads_to: Callable[[str], str | None]) -> str:
        """Return the words as clean HTML; `leads_to` gives the address behind another file's name.

        Adds a problem for every picture and link without a file, and every tag that cannot be kept.
        """
        from markdown_it import MarkdownIt  # loaded by this command only

        reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        tokens = reader.parse(self.markdown)
        for token, line in _inline(tokens):
            self._settle(token, self.begins_at + line, leads_to)
        made: str = reader.renderer.render(tokens, reader.options, {})
        return cleaned(made)

    def _settle(self, token: Any, line: int, leads_to: Callable[[str], str | None]) -> None:
        if token.type == "image":
            source = str(token.attrGet("src"))
            address = leads_to(unquote(source))
            if address is None:
                self._tell(line, f"the picture {source} is left out, its words stay")
                token.type, token.tag = "text", ""
            else:
                token.attrSet("src", address)
        elif _is_lost(token):
            self._tell(line, f"{token.content.strip()[:40]} is left out")
        elif token.type == "link_open":
            target = str(token.attrGet("href") or "")
            name, _hash, place = target.partition("#")
            if "/" not in name and name.endswith(".md"):
                address = leads_to(name)
                if address is None:
                    self._tell(line, f"the link to {name} leads nowhere: there is no such file")
                token.attrSet("href", (address or "") + (f"#{place}" if place else ""))

    def _tell(self, line: int, says: str) -> None:
        self.problems.append(Problem(self.file, line, says))


def _is_lost(token: Any) -> bool:
    """Say whether nothing stays of HTML within Markdown; an end is told with its beginning."""
    is_html = token.type in {"html_inline", "html_block"} and token.content[:2] != "</"
    return is_html and not cleaned(token.content)


def _inline(tokens: list[Any]) -> Iterator[tuple[Any, int]]:
    """Yield everything within paragraphs with the line it stands in."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type == "html_block":
            yield token, line
        for child in token.children or ():
            line += child.type in {"softbreak", "hardbreak"}
            yield child, line


def read(name: str, content: bytes, languages: frozenset[str]) -> ArticleFile | list[Problem]:
    """Return what a file holds, or why it holds no article: everything at once."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [Problem(name, line, "it is not written in UTF-8", stops=True)]
    end = lines.index("---", 1) if lines[:1] == ["---"] and "---" in lines[1:] else 0
    if not end:
        says = "it does not begin with its facts between two lines of three dashes"
        return [Problem(name, 1, says, stops=True)]
    facts, problems = _facts(name, lines[1:end])
    stem = name.rpartition("/")[2].removesuffix(".md")
    given = {key: value for key, (value, _line) in facts.items()}
    slug, _dot, language = stem.partition(".")
    given = {"slug": slug, "language": language or "en"} | given
    wrong = list(_wrong(name, given, {key: line for key, (_v, line) in facts.items()}, languages))
    if problems := [*problems, *wrong]:
        return problems
    verified = given.get("verified", "")
    return ArticleFile(
        file=name, title=given["title"], slug=given["slug"], language=given["language"],
        section=given.get("section", ""), audience=given.get("audience", "public"),
        is_published=given.get("published") == "yes",
        verified_on=date.fromisoformat(verified) if verified else None,
        again_after=int(given.get("again_after", "180")),
        markdown="\n".join(lines[end + 1 :]).strip("\n") + "\n",
        begins_at=end + 2 + next((n for n, one in enumerate(lines[end + 1 :]) if one), 0),
    )  # fmt: skip


def _facts(name: str, lines: list[str]) -> tuple[dict[str, tuple[str, int]], list[Problem]]:
    facts: dict[str, tuple[str, int]] = {}
    problems = []
    for number, line in enumerate(lines, 2):
        found = _LINE.fullmatch(line.rstrip())
        if not line.strip() or line.startswith("#"):
            continue
        if found is None or found[1] not in KEYS:
            says = f"“{line.strip()[:40]}” is none of: {', '.join(KEYS)}"
            problems.append(Problem(name, number, says, stops=True))
            continue
        value = found[2].strip()
        try:
            told = str(json.loads(value)) if value.startswith('"') else value
        except ValueError:
            problems.append(Problem(name, number, "its quotes do not close", stops=True))
            continue
        facts[found[1]] = (told, number)
    return facts, problems


def _wrong(
    name: str, given: dict[str, str], lines: dict[str, int], languages: frozenset[str]
) -> Iterator[Problem]:
    days = given.get("again_after", "180")
    checks = {
        "title": (0 < len(given.get("title", "")) <= 200, "a title has 1 to 200 letters"),
        "slug": (SLUG.fullmatch(given["slug"]), "a slug has letters and digits, at most 60"),
        "language": (given["language"] in languages, f"use one of: {', '.join(sorted(languages))}"),
        "section": (len(given.get("section", "")) <= 120, "a section has at most 120 letters"),
        "audience": (given.get("audience", "public") in {"public", "internal"},
                     "use public or internal"),
        "published": (given.get("published", "no") in {"yes", "no"}, "use yes or no"),
        "verified": (_is_day(given.get("verified", "")), "write a day such as 2026-03-31"),
        "again_after": (days.isdecimal() and 0 < int(days) <= 3650, "write days, 1 to 3650"),
    }  # fmt: skip
    for key, (is_right, says) in checks.items():
        if not is_right:
            told = f"{key} is “{given.get(key, '')[:40]}”: {says}"
            yield Problem(name, lines.get(key, 1), told, stops=True)


def _is_day(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def written(article: ArticleFile) -> str:
    """Return a file's text; read again it says the same."""
    facts = {
        "title": article.title,
        "slug": article.slug,
        "language": article.language,
        "section": article.section,
        "audience": article.audience,
        "published": "yes" if article.is_published else "no",
        "verified": article.verified_on.isoformat() if article.verified_on else "",
        "again_after": str(article.again_after),
    }
    told = [f"{key}: {_value(key, value)}" for key, value in facts.items() if value]
    return "\n".join(["---", *told, "---", "", article.markdown.strip("\n"), ""])


def _value(key: str, value: str) -> str:
    is_plain = key not in {"title", "section"} or _PLAIN.fullmatch(value)
    return value if is_plain and value == value.strip() else json.dumps(value, ensure_ascii=False)


def as_markdown(html: str) -> str:
    """Return an article's HTML as Markdown, always the same for the same words."""
    from markdownify import markdownify  # loaded by this command only

    text = str(markdownify(html, heading_style="ATX", bullets="-", newline_style="backslash"))
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
