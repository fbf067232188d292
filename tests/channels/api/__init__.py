"""A program that asks the API."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests import cast
from wingbeat.channels.api.keys import make_key, make_programs_key
from wingbeat.channels.api.models import Scope
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent


class Program:
    """Whoever has a key; it speaks JSON."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    @classmethod
    def of(cls, agent: Agent, scope: Scope = Scope.WRITE) -> Program:
        return cls(make_key("a script", scope, by=agent, at=cast.NOON)[1])

    @classmethod
    def named(cls, *inboxes: Inbox, scope: Scope = Scope.WRITE) -> Program:
        made = make_programs_key("Shop", scope, inboxes, by=cast.olga(), at=cast.NOON)
        return cls(made[1])

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self.client.get(f"/api/v1{path}", query)
        assert answer.status_code == status, (path, answer.content)
        return answer.json()

    def send(
        self, path: str, body: Any = None, status: int = 200, method: str = "POST", **headers: str
    ) -> Any:
        answer = self.client.generic(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else "",
            content_type="application/json", headers=headers,
        )  # fmt: skip
        assert answer.status_code == status, (path, answer.content)
        return answer.json() if answer.content else None
