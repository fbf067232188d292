"""People: who works here, inviting them, their place, and their leaving."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail import own_mail
from wingbeat.channels.mail.own_mail import CannotSend
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.handover import OnlyTheirs, see_off
from wingbeat.desk.people.inviting import AlreadyHere, invite
from wingbeat.desk.people.leaving import NotYourself, come_back
from wingbeat.desk.people.models import Agent
from wingbeat.desk.people.placing import place
from wingbeat.desk.people.roles import LastOwner, NotTheirs, may_change
from wingbeat.screens import accounts, passwords
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_at, told_on_page
from wingbeat.screens.setup.access import for_admins, person_of
from wingbeat.screens.setup.answering import answer, onward
from wingbeat.screens.setup.people_forms import InviteForm, LeavingForm, PlaceForm


@for_admins("GET")
def people(request: DeskRequest) -> HttpResponse:
    return answer(request, "people/list", {"people": Agent.objects.people()})


@for_admins("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        with told_at(form, "email", AlreadyHere), told_at(form, "role", NotTheirs):
            agent = invite(**form.cleaned_data, by=request.user, at=timezone.now())
            _mail_invitation(request, agent)
            return redirect("setup:person", agent.pk)
    return answer(request, "people/new", {"form": form})


@for_admins("GET", "POST")
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a person, and give them another place."""
    agent = person_of(pk)
    form = PlaceForm(request.POST or None, by=request.user, initial=_place_of(agent))
    if request.method == "POST" and form.is_valid():
        with told_at(form, None, NotTheirs, LastOwner):
            place(agent, **form.cleaned_data, by=request.user, at=timezone.now())
            return onward(request, _("Saved."), "person", pk)
    return _show(request, person_of(pk), form=form)


@for_admins("POST")
def invitation(request: DeskRequest, pk: int) -> HttpResponse:
    """Mail an invited person their link once more."""
    agent = person_of(pk)
    if _awaits_password(request, agent):
        _mail_invitation(request, agent)
    return redirect("setup:person", pk)


@for_admins("POST")
def password_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Mail a person a link to a new password. It goes to them alone: nobody logs in as another."""
    agent = person_of(pk)
    if may_change(request.user, agent) and agent.is_active:
        with told_on_page(request, CannotSend):
            accounts.mail_password_link(request, agent)
            told = _("A link to a new password is on its way to %(email)s.")
            messages.info(request, told % {"email": agent.email})
    return redirect("setup:person", pk)


@for_admins("POST")
def leaving(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand over what somebody had in hand, and let them log in no more."""
    agent = person_of(pk)
    form = LeavingForm(request.POST, leaves=agent)
    if form.is_valid():
        with (
            told_at(form, "to", OnlyTheirs),
            told_at(form, None, NotTheirs, NotYourself, LastOwner),
        ):
            see_off(agent, to=form.cleaned_data["to"], by=request.user, at=timezone.now())
            messages.info(request, _("%(name)s can no longer log in.") % {"name": agent.name})
            return redirect("setup:people")
    return _show(request, person_of(pk), leaving=form)


@for_admins("POST")
def returning(request: DeskRequest, pk: int) -> HttpResponse:
    """Let somebody log in again, with the place they had."""
    agent = person_of(pk)
    with told_on_page(request, NotTheirs):
        come_back(agent, by=request.user, at=timezone.now())
        messages.info(request, _("%(name)s can log in again.") % {"name": agent.name})
    return redirect("setup:person", pk)


def _show(
    request: DeskRequest,
    agent: Agent,
    *,
    form: PlaceForm | None = None,
    leaving: LeavingForm | None = None,
) -> HttpResponse:
    awaits = _awaits_password(request, agent)
    in_hand = Conversation.objects.visible_to(request.user).of_agent(agent)
    context = {
        "person": agent, "in_hand": in_hand.count(), "is_self": agent.pk == request.user.pk,
        "may_change": may_change(request.user, agent),
        "form": form or PlaceForm(by=request.user, initial=_place_of(agent)),
        "leaving": leaving or LeavingForm(leaves=agent),
        "link": passwords.password_link(passwords.base_of(request), agent) if awaits else "",
        "can_mail": own_mail.can_send(),
    }  # fmt: skip
    return answer(request, "people/person", context)


def _place_of(agent: Agent) -> dict[str, object]:
    return {"role": agent.role, "teams": [row.team_id for row in agent.memberships.all()]}


def _awaits_password(request: DeskRequest, agent: Agent) -> bool:
    """Say whether this is an invited person: only their link may be seen by somebody else.

    Whoever has logged in by a code is here, though they have no password: theirs is not shown.
    """
    is_new = agent.last_login is None and not agent.has_usable_password()
    return is_new and agent.is_active and may_change(request.user, agent)


def _mail_invitation(request: DeskRequest, agent: Agent) -> None:
    try:
        accounts.mail_invitation(request, agent, by=request.user)
    except CannotSend as why:
        told = _("The invitation could not be mailed: %(why)s Pass the link below on yourself.")
        messages.error(request, told % {"why": why})
    else:
        told = _("An invitation is on its way to %(email)s.")
        messages.info(request, told % {"email": agent.email})
