"""What stands before every address: the key, how often it may ask, and never the same act twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Status
from ninja.errors import Throttled
from ninja.security import HttpBearer

from wingbeat.channels.api.errors import refusal
from wingbeat.channels.api.keys import digest_of
from wingbeat.channels.api.models import ApiKey, KeptAnswer
from wingbeat.channels.mail.secrets import opened, sealed
from wingbeat.desk.people.models import Agent

MINUTE_SECONDS = 60
LONGEST_TOKEN = 120
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class KeyRequest(HttpRequest):
    """A request that came with a key that works; `etag` marks the state it is answered with."""

    auth: ApiKey
    etag: str


class Bearer(HttpBearer):
    """`Authorization: Bearer wb_...`."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key = ApiKey.objects.opening(digest_of(token))
        if key is None:
            return None
        _count(key)
        key.note_use(timezone.now())
        return key


def _count(key: ApiKey) -> None:
    """Count a request of this minute.

    Raises:
        Throttled: if that is one too many.
    """
    now = int(time.time())
    minute = f"api:{key.pk}:{now // MINUTE_SECONDS}"
    cache.add(minute, 0, 2 * MINUTE_SECONDS)
    if cache.incr(minute) > settings.WINGBEAT["api_per_minute"]:
        raise Throttled(wait=MINUTE_SECONDS - now % MINUTE_SECONDS)


Run = Callable[..., HttpResponse]


def once(api: NinjaAPI) -> Callable[[Run], Run]:
    """Carry out a change with an `Idempotency-Key` once; the same again gets the same answer.

    Its answer is kept in the transaction of the change itself, so that no crash comes between.
    """

    def decorate(run: Run) -> Run:
        def marked(request: HttpRequest, values: dict[str, Any]) -> HttpResponse:
            answer = run(request, **values)
            if etag := getattr(request, "etag", ""):
                answer["ETag"] = etag
            return answer

        @wraps(run)
        def answered(request: HttpRequest, **values: Any) -> HttpResponse:
            token = request.headers.get("Idempotency-Key", "")
            if not token or request.method not in CHANGES:
                return _unless_known(request, marked(request, values))
            if len(token) > LONGEST_TOKEN or not token.isprintable():
                message = f"An Idempotency-Key has at most {LONGEST_TOKEN} printable characters."
                return refusal(request, api, 400, "bad_request", message)
            key = _key_of(request)
            if key is None:
                return marked(request, values)
            return _once(request, key, token, lambda: marked(request, values), api)

        return answered

    return decorate


def _key_of(request: HttpRequest) -> ApiKey | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return ApiKey.objects.opening(digest_of(secret)) if scheme.lower() == "bearer" else None


def _once(
    request: HttpRequest, key: ApiKey, token: str, run: Callable[[], HttpResponse], api: NinjaAPI
) -> HttpResponse:
    said = f"{request.method} {request.get_full_path()}\n".encode()
    asked = hashlib.sha256(said + _body_of(request)).hexdigest()
    with transaction.atomic():
        kept, is_new = KeptAnswer.objects.get_or_create(
            key=key, token=token, defaults={"asked": asked, "at": timezone.now()}
        )
        if not is_new:
            return _again(request, kept, asked, api)
        answer = run()
        if answer.status_code >= 400:  # nothing was done, so it may be tried again
            kept.delete()
        else:
            kept.status, kept.body = answer.status_code, sealed(answer.content.decode())
            kept.etag = answer.get("ETag", "")
            kept.save(update_fields=["status", "body", "etag"])
    return answer


def _body_of(request: HttpRequest) -> bytes:
    """Return what was sent; files, which may be too large to be held, by their digests."""
    if not (request.content_type or "").startswith("multipart/"):
        return request.body
    digests = []
    files: dict[str, Any] = request.FILES.dict()
    for name, file in sorted(files.items()):
        digests.append((name, file.name, hashlib.sha256(b"".join(file.chunks())).hexdigest()))
        file.seek(0)
    return repr((sorted(request.POST.items()), digests)).encode()


def _again(request: HttpRequest, kept: KeptAnswer, asked: str, api: NinjaAPI) -> HttpResponse:
    if kept.asked != asked:
        message = "This Idempotency-Key was used for another request: choose a new one."
        return refusal(request, api, 409, "key_used_otherwise", message)
    answer = HttpResponse(opened(kept.body), api.renderer.media_type, kept.status)
    answer["Idempotent-Replay"] = "true"
    if kept.etag:
        answer["ETag"] = kept.etag
    return answer


def _unless_known(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Answer 304 to whoever has this state already."""
    etag = answer.get("ETag")
    if request.method == "GET" and etag and etag == request.headers.get("If-None-Match"):
        known = HttpResponse(status=304)
        known["ETag"] = etag
        return known
    return answer


def without_content(run: Callable[..., Any]) -> Callable[..., Any]:
    """Let an address whose function returns nothing answer 204."""

    @wraps(run)
    def answered(request: HttpRequest, **values: Any) -> Any:
        result = run(request, **values)
        return Status(204, None) if result is None else result

    return answered


def asker(request: HttpRequest) -> Agent:
    """Return whom the key of a request acts as."""
    return cast("KeyRequest", request).auth.agent
