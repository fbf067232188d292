"""Answers of the administration: a page in the desk's frame, its place among the others marked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.people.models import Role
from wingbeat.screens.answering import UNPROCESSABLE, respond
from wingbeat.screens.asking import Asked
from wingbeat.screens.entering import DeskRequest

# pages that stand under another's tab
TABS = {"webhooks": "programs", "context": "programs", "filters": "rules"}
PLACES = (  # address, icon, name, what one does there: the tabs, and the cards of the front page
    ("people", "person", _("People"), _("Invite, roles, leaving.")),
    ("teams", "assign", _("Teams"), _("Who answers which inbox.")),
    ("inboxes", "inboxes", _("Inboxes"), _("Addresses, words, mail accounts.")),
    ("brands", "door", _("Brands"), _("Name, color, logo: what customers see.")),
    ("hours", "clock", _("Hours"), _("When somebody is there, and what we promise.")),
    ("rules", "check", _("Rules"), _("What the desk does by itself.")),
    ("causes", "view", _("Causes"), _("Why people write.")),
    ("limit", "end", _("What anybody may give"), _("To put it right, without asking.")),
    ("fields", "list", _("Fields"), _("What you want to know besides.")),
    ("programs", "link", _("Programs"), _("Keys, webhooks, your own system beside.")),
    ("blocks", "spam", _("Blocked senders"), _("Whose mail rests in the tray.")),
    ("seeing", "eye", _("Who sees what"), _("And why, for any conversation, customer or inbox.")),
    ("privacy", "lock", _("Privacy"), _("What we hold about a person, and how long.")),
    ("changes", "reopen", _("Changes"), _("Who set what, what was and what is.")),
    ("recovery", "lock", _("Recovery key"), _("What opens the backups.")),
)


def answer(request: DeskRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render `setup/<page>.html`; a question that cannot be read makes it a 422, as a form does."""
    is_refused = any(isinstance(one, Asked) and one.query is None for one in context.values())
    values = {**around(request, page.partition("/")[0]), **context}
    return respond(request, f"setup/{page}.html", values, status=UNPROCESSABLE if is_refused else 0)


def around(request: DeskRequest, folder: str) -> dict[str, Any]:
    """Return what the frame of the administration needs; only owners read what was changed."""
    seen = [place for place in PLACES if place[0] != "changes" or request.user.role == Role.OWNER]
    return {"place": "setup", "tab": TABS.get(folder, folder), "places": seen}
