"""Answers of the administration: a page in the desk's frame, its place among the others marked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.people.models import Role
from wingbeat.screens.answering import UNPROCESSABLE, respond
from wingbeat.screens.asking import Asked
from wingbeat.screens.entering import DeskRequest

# pages that stand under another's tab
TABS = {"webhooks": "programs", "context": "programs", "filters": "rules"}
GROUPS = (  # a group's name; of each place its address, icon, name, and what one does there
    (
        _("Who works here"),
        ("people", "person", _("People"), _("Invite, roles, leaving.")),
        ("teams", "assign", _("Teams"), _("Who answers which inbox.")),
        (
            "seeing",
            "eye",
            _("Who sees what"),
            _("And why, for any conversation, customer or inbox."),
        ),
    ),
    (
        _("How words come in and go out"),
        ("inboxes", "inboxes", _("Inboxes"), _("Addresses, words, mail accounts.")),
        ("brands", "door", _("Brands"), _("Name, color, logo: what customers see.")),
        ("hours", "clock", _("Hours"), _("When somebody is there, and what we promise.")),
        ("blocks", "spam", _("Blocked senders"), _("Whose mail rests in the tray.")),
    ),
    (
        _("How the work goes"),
        ("rules", "check", _("Rules"), _("What the desk does by itself.")),
        ("causes", "view", _("Causes"), _("Why people write.")),
        ("limit", "end", _("Limit for making it right"), _("To put it right, without asking.")),
        ("fields", "list", _("Fields"), _("What you want to know besides.")),
    ),
    (
        _("What is kept, and who reads it"),
        ("programs", "link", _("Programs"), _("Keys, webhooks, your own system beside.")),
        ("privacy", "lock", _("Privacy"), _("What we hold about a person, and how long.")),
        ("changes", "reopen", _("Changes"), _("Who set what, what was and what is.")),
        ("recovery", "lock", _("Recovery key"), _("What opens the backups.")),
    ),
)


def answer(request: DeskRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render `setup/<page>.html`; a question that cannot be read makes it a 422, as a form does."""
    is_refused = any(isinstance(one, Asked) and one.query is None for one in context.values())
    is_adding = "new" in request.GET or request.method == "POST"
    values = {**around(request, page.partition("/")[0]), "is_adding": is_adding, **context}
    return respond(request, f"setup/{page}.html", values, status=UNPROCESSABLE if is_refused else 0)


def onward(request: DeskRequest, words: str, to: str, *args: int) -> HttpResponse:
    """Say what was done, and lead to a page of the administration."""
    messages.info(request, words)
    return redirect(f"setup:{to}", *args)


def around(request: DeskRequest, folder: str) -> dict[str, Any]:
    """Return what the frame of the administration needs; only owners read what was changed."""
    hidden = () if request.user.role == Role.OWNER else ("changes",)
    groups = [
        (name, [place for place in places if place[0] not in hidden]) for name, *places in GROUPS
    ]
    tab = TABS.get(folder, folder)
    tabs = next((places for _name, places in groups if tab in {one[0] for one in places}), [])
    return {"place": "setup", "tab": tab, "groups": groups, "tabs": tabs}
