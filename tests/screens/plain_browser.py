"""A browser that is old and runs no scripts: it follows links, fills in forms, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

OLD = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)"
NEW = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Answer:
    """What a server said, in the words of Django's test client."""

    status_code: int
    content: bytes
    redirect_chain: list[tuple[str, int]]


class OverTheNet:
    """Asks a real server as Django's test client asks none."""

    def __init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor())

    def get(self, to: str, values: dict[str, str] | None = None, **more: Any) -> Answer:
        return self._ask(Request(f"{to}?{urlencode(values)}" if values else to), **more)

    def post(self, to: str, values: dict[str, str], **more: Any) -> Answer:
        return self._ask(Request(to, data=urlencode(values).encode()), **more)

    def _ask(self, request: Request, *, headers: dict[str, str], follow: bool) -> Answer:
        assert follow
        for name, value in headers.items():
            request.add_header(name, value)
        with self._opener.open(request, timeout=30) as page:
            return Answer(page.status, page.read(), [(page.url, page.status)])


@dataclass
class PlainBrowser:
    """What is on its screen is `tree`; whatever a page does not offer cannot be done."""

    name: str = OLD
    client: Any = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    address: str = "/"
    visited: list[str] = field(default_factory=list)

    def open(self, address: str) -> PlainBrowser:
        """Type an address."""
        return self._arrive(self.client.get(address, headers=self._headers, follow=True), address)

    def follow(self, words: str) -> PlainBrowser:
        """Click the first link that says this."""
        links = [link for link in self.tree.css("a[href]") if words in said(link)]
        if not links:
            raise AssertionError(f"{self.address} has no link that says {words!r}")
        return self.open(urljoin(self.address, str(links[0].attributes["href"])))

    def press(self, words: str, **typed: str) -> PlainBrowser:
        """Press the first button that says this, after typing into the fields of its form.

        One that says it and nothing else comes before one that says more.
        """
        buttons = [
            (form, button) for form in self.tree.css("form") for button in form.css("button")
        ]
        exactly = [pair for pair in buttons if said(pair[1]) == words]
        for form, button in exactly or [pair for pair in buttons if words in said(pair[1])]:
            return self._send(form, button, typed)
        raise AssertionError(f"{self.address} has no button that says {words!r}")

    @property
    def words(self) -> str:
        """Everything a person can read on the page."""
        tree = LexborHTMLParser(self.page)
        tree.strip_tags(["script", "style", "template", "head"])
        return " ".join(tree.text(separator=" ").split())

    def _send(self, form: LexborNode, button: LexborNode, typed: dict[str, str]) -> PlainBrowser:
        values = {**filled_in(form), **typed}
        unknown = typed.keys() - fields_of(form)
        if unknown:
            raise AssertionError(f"the form behind {said(button)!r} does not ask for {unknown}")
        if button.attributes.get("name"):
            values[str(button.attributes["name"])] = button.attributes.get("value") or ""
        to = urljoin(self.address, form.attributes.get("action") or self.address)
        if (form.attributes.get("method") or "get").lower() == "get":
            answer = self.client.get(to, values, headers=self._headers, follow=True)
        else:
            answer = self.client.post(to, values, headers=self._headers, follow=True)
        return self._arrive(answer, to)

    def _arrive(self, answer: Any, address: str) -> PlainBrowser:
        assert answer.status_code == 200, (address, answer.status_code)
        chain = getattr(answer, "redirect_chain", [])
        self.address = urlsplit(chain[-1][0] if chain else address)._replace(fragment="").geturl()
        self.page = answer.content.decode()
        self.tree = LexborHTMLParser(self.page)
        self.visited.append(self.address)
        return self

    @property
    def _headers(self) -> dict[str, str]:
        return {"User-Agent": self.name}


def said(node: LexborNode) -> str:
    return " ".join((node.attributes.get("aria-label") or node.text(separator=" ")).split())


def fields_of(form: LexborNode) -> set[str]:
    """The names of everything that a form asks for."""
    asked = form.css("input[name], textarea[name], select[name]")
    return {str(one.attributes["name"]) for one in asked}


def filled_in(form: LexborNode) -> dict[str, str]:
    """What stands in a form before anybody types, as an old browser sends it."""
    values = {}
    for one in form.css("input[name]"):
        kind = one.attributes.get("type") or "text"
        if kind in {"file", "submit", "button", "image"}:
            continue
        if kind in {"checkbox", "radio"} and "checked" not in one.attributes:
            continue
        values[str(one.attributes["name"])] = one.attributes.get("value") or ""
    for one in form.css("textarea[name]"):
        values[str(one.attributes["name"])] = one.text().removeprefix("\n")
    for one in form.css("select[name]"):
        options = one.css("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        for option in chosen:
            value = option.attributes.get("value")
            values[str(one.attributes["name"])] = option.text() if value is None else value
    return values
