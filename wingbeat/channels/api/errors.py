"""Everything that can go wrong, in one shape: a code, a sentence, and every field at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import Field

from wingbeat.channels.mail.recipients import WrongAddresses
from wingbeat.channels.mail.tray import InboxNeeded, NobodyToAnswer, NotInTray
from wingbeat.desk.automation.availability import WrongReturn
from wingbeat.desk.automation.calendars import NoHours
from wingbeat.desk.automation.declaring import NotTried
from wingbeat.desk.automation.handing import UndoneAlready
from wingbeat.desk.care.grant import DecidedAlready, NeedsAnother, WrongGrant
from wingbeat.desk.care.limit import WrongLimit
from wingbeat.desk.care.promise import NothingPromised, PastDue, SettledAlready
from wingbeat.desk.conversations.asking.reading import CannotRead
from wingbeat.desk.conversations.assigning import CannotAssign
from wingbeat.desk.conversations.batch import CannotUndo, NothingChosen
from wingbeat.desk.conversations.brand import BrandInUse
from wingbeat.desk.conversations.cause import WrongCause, WrongOffer
from wingbeat.desk.conversations.custom_field import WrongValue
from wingbeat.desk.conversations.ending import AlreadyEnded, NotEnded, NotTheirWord, UnknownReason
from wingbeat.desk.conversations.grading import NoReason
from wingbeat.desk.conversations.inboxes import AddressTaken
from wingbeat.desk.conversations.leaving_later import CannotLeaveThen, NotWaitingToLeave
from wingbeat.desk.conversations.linking import CannotLink
from wingbeat.desk.conversations.margin import AlreadyDecided
from wingbeat.desk.conversations.merging import CannotMerge
from wingbeat.desk.conversations.placeholders import PlaceholderLeft, WrongPlaceholder
from wingbeat.desk.conversations.redelivering import NothingToSettle
from wingbeat.desk.conversations.replying import NoRecipient, ThreadChanged, TooLateToUndo
from wingbeat.desk.conversations.snoozing import CannotSnooze
from wingbeat.desk.conversations.splitting import CannotSplit
from wingbeat.desk.conversations.tagging import WrongTag
from wingbeat.desk.conversations.telling import NothingTold
from wingbeat.desk.conversations.view import CannotKeep
from wingbeat.desk.customers import merging as customers
from wingbeat.desk.customers.business import ToldOtherwise
from wingbeat.desk.customers.describing import UnknownZone
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.knowledge.pictures import NoPicture
from wingbeat.desk.knowledge.writing import NothingToPublish


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str = Field(description="Where it stands, such as `body.to.0.address`.")
    message: str


class Problem(Schema):
    """Why a request was not carried out. Nothing has been changed."""

    code: str = Field(examples=["already_ended"], description="Stable, to be told apart by.")
    message: str = Field(examples=["Conversation 7 has already ended; reopen it to go on."])
    fields: list[FieldProblem] = []


class Failed(Schema):
    """What every refused request is answered with."""

    error: Problem


class Stale(Exception):
    """Somebody has changed it since it was read: `If-Match` names an older state."""


class NotAllowed(Exception):
    """The key, or whom it acts as, may not do that; the text says what is missing."""


class Unusable(WrongFields):
    """Fields name something that is not there, or cannot be used so; each as it was sent."""


# The state of things speaks against it: the same request may be right at another time.
CONFLICTS = (
    AlreadyDecided, AlreadyEnded, BrandInUse, CannotLink, CannotMerge, CannotSplit, CannotUndo,
    DecidedAlready, NeedsAnother, NotEnded, NotInTray, NotTheirWord, NotTried, NotWaitingToLeave,
    NothingToPublish, NothingToSettle, SettledAlready, ThreadChanged, ToldOtherwise,
    TooLateToUndo, UndoneAlready, customers.CannotMerge,
)  # fmt: skip
# The request itself is wrong, in this field.
WRONG: dict[type[Exception], str] = {
    AddressTaken: "body.addresses", CannotAssign: "body.agent", CannotKeep: "body.for_whom",
    CannotLeaveThen: "body.leaves_at", CannotSnooze: "body.until", InboxNeeded: "body.inbox",
    NoHours: "body.week", NoPicture: "file.file", NoReason: "body.why",
    NoRecipient: "body.to", NobodyToAnswer: "body.sender", NothingChosen: "body.conversations",
    NothingPromised: "body.words", NothingTold: "body.said", PastDue: "body.due_at",
    PlaceholderLeft: "body.text", UnknownReason: "body.reason", UnknownZone: "body.zone",
    WrongAddresses: "body.to", WrongCause: "body.name", WrongGrant: "body.cents",
    WrongLimit: "body.cents", WrongOffer: "body.offers.offer_cents", WrongReturn: "body.until",
    WrongPlaceholder: "body.text", WrongTag: "body.tags", WrongValue: "body.fields",
}  # fmt: skip
REFUSALS = frozenset({400, 401, 403, 404, 409, 412, 413, 422, 429})


def answers(shape: Any, status: int = 200) -> dict[Any, Any]:
    """Return what an address can answer, for its documentation."""
    return {status: shape, **({304: None} if status == 200 else {}), REFUSALS: Failed}


def refusal(
    request: HttpRequest, api: NinjaAPI, status: int, code: str, message: str, **more: Any
) -> HttpResponse:
    body = {"error": {"code": code, "message": message, "fields": more.get("fields", [])}}
    return api.create_response(request, body, status=status)


def code_of(error: type[Exception]) -> str:
    """Return an exception's name as a code: `AlreadyEnded` is `already_ended`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", error.__name__).lower()


def tell_errors(api: NinjaAPI) -> None:
    """Give every anticipated error its status; the others stay errors of ours, and are logged."""
    fixed = {
        Http404: (404, "not_found", "There is nothing here that this key may read."),
        Stale: (412, "stale", "Somebody changed it since you read it: read it again."),
        RequestDataTooBig: (413, "too_large", "The request is larger than this desk takes."),
        SuspiciousOperation: (400, "bad_request", "The request cannot be read."),
    }
    for kind, told in fixed.items():
        api.add_exception_handler(kind, _fixed(api, *told))
    for one in CONFLICTS:
        api.add_exception_handler(one, _named(api, 409))
    for wrong, field in WRONG.items():
        api.add_exception_handler(wrong, _named(api, 422, field))
    api.add_exception_handler(NotAllowed, _named(api, 403))
    api.add_exception_handler(WrongFields, lambda request, why: _unusable(request, why, api))
    api.add_exception_handler(CannotRead, lambda request, why: _unreadable(request, why, api))
    api.add_exception_handler(ValidationError, lambda request, why: _invalid(request, why, api))
    api.add_exception_handler(HttpError, lambda request, why: _http(request, why, api))


def _fixed(api: NinjaAPI, status: int, code: str, message: str) -> Any:
    return lambda request, _why: refusal(request, api, status, code, message)


def _named(api: NinjaAPI, status: int, field: str = "") -> Any:
    def told(request: HttpRequest, why: Exception) -> HttpResponse:
        fields = [{"field": field, "message": str(why)}] if field else []
        return refusal(request, api, status, code_of(type(why)), str(why), fields=fields)

    return told


def _unusable(request: HttpRequest, why: Any, api: NinjaAPI) -> HttpResponse:
    body = "" if isinstance(why, Unusable) else "body."
    fields = [{"field": body + field, "message": told} for field, told in why.fields.items()]
    return refusal(request, api, 422, "invalid", str(why), fields=fields)


def _unreadable(request: HttpRequest, why: Any, api: NinjaAPI) -> HttpResponse:
    fields = [{"field": f"query:{one.at}", "message": one.why} for one in why.problems]
    return refusal(request, api, 422, "cannot_read", str(why), fields=fields)


def _invalid(request: HttpRequest, why: Any, api: NinjaAPI) -> HttpResponse:
    fields = [{"field": _place(one["loc"]), "message": one["msg"]} for one in why.errors]
    named = ", ".join(dict.fromkeys(one["field"] for one in fields))
    return refusal(request, api, 422, "invalid", f"Mend these: {named}.", fields=fields)


def _place(where: Sequence[object]) -> str:
    """Name a field as whoever sent it knows it: what our function calls the body is left out."""
    inside, *rest = map(str, where)
    return ".".join([inside, *(rest[1:] if inside == "body" else rest)])


def _http(request: HttpRequest, why: Any, api: NinjaAPI) -> HttpResponse:
    if why.status_code == 401:
        message = "Send a key that works: `Authorization: Bearer wb_...`."
        answer = refusal(request, api, 401, "no_key", message)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(why, Throttled):
        message = f"Too many requests: try again in {why.wait} seconds."
        answer = refusal(request, api, 429, "too_many", message)
        answer["Retry-After"] = str(why.wait)
        return answer
    return refusal(request, api, why.status_code, "bad_request", str(why))
