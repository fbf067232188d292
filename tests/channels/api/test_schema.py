"""The documentation keeps its word: whatever is sent, no 500, and no answer it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django import Settings

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.urls import api
from wingbeat.desk.people.models import Agent

schemathesis = pytest.importorskip("schemathesis", reason="the e2e group brings it")
SCHEMA = api.get_openapi_schema(path_prefix="/api/v1/")
EACH = 6  # requests to one operation


def test_every_operation_says_what_it_does_and_answers() -> None:
    for path, operations in SCHEMA["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), (method, path)
            assert {"401", "404", "422", "429"} <= {str(code) for code in operation["responses"]}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the connection of the test's own transaction over its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
@pytest.mark.filterwarnings("ignore")
def test_nothing_that_is_sent_breaks_it(settings: Settings) -> None:
    """Some requests to each operation, made by its documentation and against it."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    settings.WINGBEAT = {**settings.WINGBEAT, "api_per_minute": 100_000}
    ada = cast.ada()
    Agent.objects.filter(pk=ada.pk).update(role="owner")
    secret = Program.of(Agent.objects.get(pk=ada.pk), Scope.ADMIN).secret
    cast.opened(cast.support(ada))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    statuses: list[int] = []

    def ask(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(answer, checks=wanted)
        statuses.append(answer.status_code)

    for operation in schema.get_all_operations():
        _few(given(case=operation.ok().as_strategy())(ask))()
    assert len(statuses) > EACH * len(SCHEMA["paths"]) / 2
    assert {200, 404, 422} <= set(statuses)
    assert 401 not in statuses


def _few(test: Any) -> Any:
    return settings(
        max_examples=EACH, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )(test)  # fmt: skip
