"""`/api/v1`: every address of the API, behind one gate, with its own documentation."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI, Swagger
from ninja.operation import Operation

from wingbeat.channels.api.errors import tell_errors
from wingbeat.channels.api.gate import Bearer, once, without_content


class OwnPages(Swagger):
    """The documentation with its scripts from this desk: the package's way loads them elsewhere."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        asked = {**self.settings, "url": self.get_openapi_url(api, kwargs)}
        context = {"swagger_settings": json.dumps(asked), "api": api}
        return render(request, self.template, context)


class Api(NinjaAPI):
    """Names each operation in its documentation as its function is called here."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Wingbeat", version="1",
    description=(
        "What agents do on their screens. A key acts as its person and reads what they read, or "
        "as a program in the inboxes that an admin named. Lists go on by `cursor`; a change "
        "with an `Idempotency-Key` is carried out once; `If-Match` stops one that was overtaken."
    ),
    auth=Bearer(), docs=OwnPages(), urls_namespace="api",
)  # fmt: skip
tell_errors(api)
api.add_decorator(once(api), mode="view")
api.add_decorator(without_content, mode="operation")
PARTS = """
    people oneself conversations changes belonging messages promises causes customers files knowing
    macros articles team looking_after declarations sharing webhooks repair meeting hours
""".split()
for part in PARTS:
    api.add_router("", f"wingbeat.channels.api.routes.{part}.router")
urlpatterns, _app, _namespace = api.urls
