"""The customer's page, and what they do there. A GET changes nothing: scanners follow links too."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wingbeat.channels.mail.incoming import storable
from wingbeat.desk.conversations import by_link
from wingbeat.desk.conversations.coming_again import answer as answer_question
from wingbeat.desk.conversations.ending import AlreadyEnded
from wingbeat.desk.conversations.message import CameBy
from wingbeat.desk.conversations.rating import LONGEST_COMMENT, WrongWord
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.knowledge.models import ArticlePicture
from wingbeat.desk.knowledge.pictures import IS_LOGO
from wingbeat.desk.people.models import Agent
from wingbeat.screens.customer import limits
from wingbeat.screens.customer.access import Guest, clock_for, for_guests
from wingbeat.screens.customer.page import CustomerPage
from wingbeat.screens.customer.writing import CannotTake, Written, as_incoming, written_in
from wingbeat.screens.files import file_response, picture_response
from wingbeat.screens.numbers import number_of

ANSWERS_AN_HOUR = 20
THANKS = {
    "written": gettext_lazy("Your words have reached us."),
    "solved": gettext_lazy("Thank you. We are glad that it is solved."),
    "rated": gettext_lazy("Thank you. Your word counts for us; you can change it below."),
    "said": gettext_lazy("Thank you for telling us."),
}


@require_safe
@for_guests
def page(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _show(request, guest)


@require_safe
@for_guests
def message(request: HttpRequest, guest: Guest, message_id: int) -> HttpResponse:
    """Show one message with all its words, however many they are."""
    with timezone.override(clock_for(guest)):  # type: ignore[arg-type]  # any tzinfo
        shown = CustomerPage(guest)
        context = {"page": shown, "said": shown.alone(guest.message(message_id))}
        return render(request, "customer/message.html", context)


@require_POST
@for_guests
def answers(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Take what they write as words of theirs; it reopens what was over."""
    if not guest.may_act:
        return _show(request, guest, status=403)
    try:
        if not _may_send(guest):
            raise CannotTake(_("That were many messages in one hour. Try again in a while."))
        written = written_in(request)
    except CannotTake as why:
        typed = request.POST.get("text", "")
        return _show(request, guest, status=422, trouble=str(why), typed=typed)
    incoming = as_incoming(written, sender=_party(guest), at=guest.now, came_by=CameBy.LINK)
    by_link.write(guest.conversation, incoming, by=Agent.objects.system())
    return _done(guest, "written")


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def solution(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Ask once more, then take their word that it is solved."""
    shown = CustomerPage(guest)
    if not shown.can_call_solved:
        return _show(request, guest, status=403 if not guest.may_act else 200)
    if request.method != "POST":
        return render(request, "customer/solution.html", {"page": shown})
    system = Agent.objects.system()
    with suppress(AlreadyEnded):  # they pressed twice
        by_link.call_solved(
            guest.conversation, guest.conversation.customer, by=system, at=guest.now
        )
    return _done(guest, "solved")


@require_POST
@for_guests
def rating(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Keep their judgment of how it went."""
    if guest.customer is None or not CustomerPage(guest).can_rate:
        return _show(request, guest, status=403)
    value, comment = request.POST.get("word", ""), request.POST.get("comment", "")
    try:
        if not _may_send(guest):
            raise CannotTake(_("That were many messages in one hour. Try again in a while."))
        number = number_of(value)
        words = Written(storable(comment.strip())[:LONGEST_COMMENT], ())
        said = as_incoming(words, sender=_party(guest), at=guest.now, came_by=CameBy.LINK)
        system = Agent.objects.system()
        by_link.judge(
            guest.conversation, guest.customer, -1 if number is None else number, said, by=system
        )
    except WrongWord:
        trouble = _("Choose one of the three words first.")
    except CannotTake as why:
        trouble = str(why)
    else:
        return _done(guest, "rated")
    return _show(request, guest, status=422, rating_trouble=trouble, comment=comment)


@require_POST
@for_guests
def coming_again(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Keep whether they would gladly come to us again."""
    question, may_send = CustomerPage(guest).question, _may_send(guest)
    if question is None or not may_send or request.POST.get("would") not in {"yes", "no"}:
        return _show(request, guest, status=422)
    would = request.POST["would"] == "yes"
    answer_question(question, would_return=would, by=Agent.objects.system(), at=guest.now)
    return _done(guest, "said")


@require_safe
@for_guests
def file(request: HttpRequest, guest: Guest, file_token: UUID) -> HttpResponse:
    return file_response(guest.file(file_token))


@require_safe
def logo(request: HttpRequest, pk: int) -> HttpResponse:
    """A brand's logo: another picture has another address."""
    found = get_object_or_404(ArticlePicture.objects.filter(IS_LOGO), pk=pk)
    return picture_response(found.content(), found.type)


def _show(request: HttpRequest, guest: Guest, *, status: int = 200, **more: str) -> HttpResponse:
    with timezone.override(clock_for(guest)):  # type: ignore[arg-type]  # any tzinfo
        shown = CustomerPage(guest, number_of(request.GET.get("until", "")))
        chosen = request.GET.get("word") or str(shown.rating.value if shown.rating else "")
        context = {
            "page": shown,
            "thanks": THANKS.get(request.GET.get("thanks", ""), ""),
            "chosen": chosen,
            # whoever comes by a word in our mail finds it marked, and first on the page
            "is_asked": shown.can_rate and bool(request.GET.get("word")),
            "comment": shown.rating.comment if shown.rating else "",
            **more,
        }
        return render(request, "customer/page.html", context, status=status)


def _may_send(guest: Guest) -> bool:
    """Count what somebody sends, and say whether it is not too much for one hour."""
    return limits.within("answers", guest.participant.pk, most=ANSWERS_AN_HOUR)


def _done(guest: Guest, what: str) -> HttpResponse:
    response = redirect("customer:page", guest.token)
    response["Location"] += f"?thanks={what}"
    response.status_code = 303
    return response


def _party(guest: Guest) -> Party:
    name = guest.participant.name or (guest.customer.name if guest.customer else "")
    return {"name": name, "address": guest.participant.email}
