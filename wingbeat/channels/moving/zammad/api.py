"""Zammad's REST API: paged, with an access token; see docs.zammad.org/en/latest/api/intro.html."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

import httpx2

from wingbeat.channels.moving.zammad.reading import PICTURE
from wingbeat.channels.moving.zammad.telling import Row

PAGE = 100
PATIENCE = (1.0, 5.0, 20.0)  # seconds before another try
MOST_USERS = 20_000  # kept in memory; asked for again afterwards
# State types have no endpoint; these are their numbers where `expand` does not name them.
STATE_TYPES = {
    1: "new", 2: "open", 3: "pending reminder", 4: "pending action", 5: "closed", 6: "merged",
    7: "removed",
}  # fmt: skip
# As Rails names a file that it sends; whatever letters it has.
_NAME = re.compile(r"filename\*=UTF-8''(?P<name>[^;]+)", re.IGNORECASE)
REFUSED = {
    401: "the token is not valid there",
    403: "the token may not read this: it needs the permissions ticket.agent and admin.user",
    404: "there is no such address: give the one Zammad is opened with",
}


class ZammadFailed(ValueError):
    """Zammad does not answer, or refuses; running the import again goes on where it stopped."""


class Api:
    """A Zammad that runs. Nothing is written to it."""

    def __init__(self, address: str, token: str, *, reached: str = "") -> None:
        headers = {"Authorization": f"Token token={token}"}
        base = address.rstrip("/")
        self._client = httpx2.Client(base_url=base, headers=headers, timeout=60.0)
        self._page = int(reached or 1)
        self._users: dict[int, Row | None] = {}
        self._organizations: dict[int, Row | None] = {}
        self._states: dict[int, str] = {}

    def close(self) -> None:
        self._client.close()

    def addresses(self) -> frozenset[str]:
        """Return the addresses Zammad wrote from; without `admin.channel_email` nobody may."""
        rows = self._json("email_addresses", may_be_refused=True) or ()
        return frozenset(str(row["email"]).strip().lower() for row in rows)

    def reached(self) -> str:
        """Return the page that an interrupted import goes on with."""
        return str(max(self._page - 1, 1))

    def tickets(self) -> Iterator[Row]:
        for state in self._json("ticket_states", expand="true"):
            kind = STATE_TYPES.get(state["state_type_id"], state["name"])
            self._states[state["id"]] = state.get("state_type") or kind
        while rows := self._json("tickets", expand="true", per_page=PAGE, page=self._page):
            for row in rows:
                yield row | {"state_type": self._states.get(row["state_id"], row["state"])}
            self._page += 1

    def user(self, pk: int) -> Row | None:
        if pk not in self._users:
            if len(self._users) >= MOST_USERS:
                self._users.clear()
            self._users[pk] = self._json(f"users/{pk}", may_be_refused=True, expand="true")
        return self._users[pk]

    def articles(self, ticket: int) -> Sequence[Row]:
        rows = self._json(f"ticket_articles/by_ticket/{ticket}", expand="true")
        return [row | {"attachments": self._attached(ticket, row)} for row in rows]

    def tags(self, ticket: int) -> Sequence[str]:
        return [str(tag) for tag in self._json("tags", object="Ticket", o_id=ticket)["tags"]]

    def merged_into(self, ticket: int) -> int | None:
        links = self._json("links", link_object="Ticket", link_object_value=ticket)["links"]
        parents = [one["link_object_value"] for one in links if one["link_type"] == "parent"]
        return int(parents[-1]) if parents else None

    def fields(self) -> Sequence[Row]:
        """Return the fields a team has added; without `admin.object` nobody may read them."""
        rows: Sequence[Row] | None = self._json("object_manager_attributes", may_be_refused=True)
        return rows or ()

    def organization(self, pk: int) -> Row | None:
        if pk not in self._organizations:
            asked = self._json(f"organizations/{pk}", may_be_refused=True)
            self._organizations[pk] = asked
        return self._organizations[pk]

    def followers(self, ticket: int) -> Sequence[int]:
        told = self._json(
            "mentions", may_be_refused=True, mentionable_type="Ticket", mentionable_id=ticket
        )
        ours = [one for one in (told or {}).get("mentions", ()) if one["mentionable_id"] == ticket]
        return [int(one["user_id"]) for one in ours if one["mentionable_type"] == "Ticket"]

    def checklist(self, ticket: Row) -> Row | None:
        return None  # the API says nothing of them

    def content(self, ticket: int, article: int, attachment: Row) -> bytes:
        if "content" in attachment:
            content: bytes = attachment["content"]
            return content
        return self._get(_path(ticket, article, attachment["id"]), {}).content

    def _attached(self, ticket: int, article: Row) -> list[Row]:
        """Return an article's files with the pictures in its words, which its list leaves out."""
        there = list(article.get("attachments") or ())
        known = {str(one["id"]) for one in there}
        for pk in dict.fromkeys(PICTURE.findall(article["body"] or "")):
            if pk not in known:
                answer = self._get(_path(ticket, int(article["id"]), pk), {})
                shown = _NAME.search(answer.headers.get("content-disposition", ""))
                name = unquote(shown["name"]) if shown else f"picture-{pk}"
                kind = {"Mime-Type": answer.headers.get("content-type", "")}
                there.append(
                    {"id": pk, "filename": name, "preferences": kind, "content": answer.content}
                )
        return there

    def _json(self, path: str, *, may_be_refused: bool = False, **asked: str | int) -> Any:
        answer = self._get(path, asked, may_be_refused=may_be_refused)
        return answer.json() if answer.is_success else None

    def _get(
        self, path: str, asked: dict[str, str | int], *, may_be_refused: bool = False
    ) -> httpx2.Response:
        """Ask once and, while Zammad is in trouble or wants us slower, again."""
        why = ""
        for pause in (*PATIENCE, None):
            try:
                answer = self._client.get(f"/api/v1/{path}", params=asked)
            except httpx2.TransportError as error:
                why = str(error) or type(error).__name__
            else:
                if answer.is_success or (may_be_refused and answer.status_code in {403, 404}):
                    return answer
                why = REFUSED.get(answer.status_code, f"it answers {answer.status_code}")
                if answer.status_code != 429 and answer.status_code < 500:
                    break
            if pause is not None:
                time.sleep(pause)
        raise ZammadFailed(
            f"{self._client.base_url} /api/v1/{path}: {why}. "
            "What came in stays; run the same import again to go on."
        )


def _path(ticket: int, article: int, pk: object) -> str:
    return f"ticket_attachment/{ticket}/{article}/{pk}"
