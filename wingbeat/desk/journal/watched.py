"""Which settings of the desk are watched: what an entry is about, and what of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

NAME = pgettext_lazy("of a thing", "name")
WORKING_HOURS = pgettext_lazy("of an inbox", "hours")


@dataclass(frozen=True, slots=True)
class Watched:
    """A thing: `by` is the column that the entry's `find` names; of several rows the newest counts.

    `tells` names columns, of other tables too; several joined by + are told as one. A column that
    ends with "secret" is told as changed or not. What is not as `only` says is somebody's own. Of
    the rows that `newest` names only the newest tells of the thing.
    """

    what: str | Promise
    model: str
    find: str
    tells: Mapping[str, str | Promise]
    by: str = "pk"
    only: Mapping[str, Any] = field(default_factory=dict)
    newest: str = ""


TEAM = Watched(_("team"), "people.Team", "team", {
    "name": NAME, "memberships__agent__name+memberships__is_lead": _("people"),
    "calendar__name": WORKING_HOURS, "own_list": _("words of its own"),
})  # fmt: skip
AGENT = Watched(_("person"), "people.Agent", "agent", {
    "name": _("name"), "role": _("role"), "is_active": _("can log in"),
    "authenticator__type": _("second factors"), "socialaccount__provider": _("logs in at"),
    "memberships__team__name": _("teams"),
})  # fmt: skip
BRAND = Watched(_("brand"), "conversations.Brand", "brand", {
    "name": NAME, "color": _("color"), "logo__sha256": _("logo"), "slug": _("path"),
    "address": _("address"), "languages": _("languages"), "from_name": _("sender name"),
    "signature": _("signature"), "signature_picture__sha256": _("picture of the signature"),
})  # fmt: skip
INBOX = Watched(_("inbox"), "conversations.Inbox", "inbox_id", {
    "name": NAME, "address": _("address"), "addresses__email": _("further addresses"),
    "teams__name": _("read by"), "brand__name": _("brand"),
    "from_name": _("sender name"), "signature": _("signature"),
    "signature_picture__sha256": _("picture of the signature"),
    "zone": _("time zone"), "language": _("language"), "uses_plus_address": _("plus addresses"),
    "shows_agent_name": _("agents' names on replies"), "sends_receipt": _("receipts"),
    "receipt_text": _("words of the receipt"), "takes_forms": _("takes the contact form"),
    "is_for_team": _("for the team"), "shows_page_link": _("link to the customer's page"),
    "asks_rating": _("asks how it was"),
})  # fmt: skip
ACCOUNT = Watched(_("mail account"), "mail.Account", "inbox_id", {
    "inbox__name": _("inbox"), "imap_host+imap_port+imap_security": _("IMAP server"),
    "smtp_host+smtp_port+smtp_security": _("SMTP server"), "imap_user": _("user"),
    "is_oauth2": _("signs in at its provider"), "smtp_secret": _("password"),
    "oauth2_secret": _("client secret"), "authserv_id": _("name of its checks"),
}, by="inbox_id")  # fmt: skip
DECLARED = {
    "name": NAME, "is_on": _("on"), "place": _("place"), "versions__asks": _("conditions"),
    "versions__steps": _("what it does"), "versions__why": _("why"),
}  # fmt: skip
RULE = Watched(_("rule"), "automation.Rule", "rule", {
    **DECLARED, "versions__when": _("when"),
    "versions__for_customer": _("why it is right for the customer"),
    "versions__outcome": _("what it will do"),
    "versions__our_name": _("what it will do to our name"),
}, newest="versions")  # fmt: skip
FILTER = Watched(_("filter"), "mail.MailFilter", "filter", DECLARED, newest="versions")
HOURS = Watched(WORKING_HOURS, "automation.Calendar", "calendar", {
    "name": NAME, "zone": _("time zone"), "week": _("week, from Monday on"),
    "country": _("holidays of"), "region": _("region"),
    "days_off__day+days_off__name": _("days off"),
})  # fmt: skip
CLOCK = Watched(_("promise"), "automation.ClockPolicy", "inbox_id", {
    "inbox__name": _("inbox"), "first_minutes": _("minutes to first words"),
    "next_minutes": _("minutes to an answer"), "end_minutes": _("minutes to an end"),
    "calendar__name": WORKING_HOURS, "why": _("why"),
}, by="inbox_id")  # fmt: skip
CONTRACT = Watched(_("contract"), "automation.Contract", "organization", {
    "organization__name": _("organization"), "percent": _("percent of the time"), "why": _("why"),
}, by="organization_id")  # fmt: skip
ROUTING = Watched(_("routing"), "automation.Routing", "team", {
    "team__name": _("team"), "way": _("way"), "is_paused": _("paused"),
    "team__memberships__agent__name+team__memberships__agent__capacity__most": _("at most"),
}, by="team_id")  # fmt: skip
KEEPING = Watched(_("keeping"), "privacy.Keeping", "what", {
    "what": _("what"), "days": _("days"),
}, by="what")  # fmt: skip
FIELD = Watched(_("field"), "conversations.CustomField", "field", {
    "label": _("label"), "name": NAME, "about": _("tells of"), "shape": _("holds"),
    "choices": _("choices"), "inbox__name": _("inbox"), "retired_at": _("not offered since"),
})  # fmt: skip
CAUSE = Watched(_("cause"), "conversations.Cause", "cause", {
    "name": NAME, "parent__name": _("under"), "retired_at": _("not offered since"),
    "offer_kind": _("offer"), "offer_cents": _("offer, in cents"),
    "item_cents": _("what one more costs, in cents"),
})  # fmt: skip
LIMIT = Watched(_("limit for grants"), "care.GrantLimit", "limit", {
    "cents+currency": _("limit, in cents"), "a_month_cents": _("a month in one inbox, in cents"),
    "margin_cents": _("margin a year, in cents"), "stay_percent": _("stay, of a hundred"),
    "asking_minutes": _("minutes that asking takes"), "wage_cents": _("cents a minute"),
})  # fmt: skip
MACRO = Watched(_("macro"), "macros.Macro", "macro", {
    "name": NAME, "shortcut": _("shortcut"), "folder": _("folder"), "team__name": _("team"),
    "texts__language+texts__text": _("words"), "steps": _("what it does"),
}, only={"owner": None})  # fmt: skip
VIEW = Watched(_("view"), "conversations.View", "view", {
    "name": NAME, "question": _("question"), "columns": _("columns"),
    "for_whom": _("for whom"),
}, only={"for_whom": "all"})  # fmt: skip
KEY = Watched(_("key"), "api.ApiKey", "key", {
    "name": NAME, "agent__name": _("acts as"), "scope": _("may"), "inboxes__name": _("reads"),
    "revoked_at": _("revoked"),
})  # fmt: skip
WEBHOOK = Watched(_("webhook"), "webhooks.Webhook", "webhook", {
    "address": _("address"), "key__name": _("key"), "kinds": _("what it is told"),
    "stopped_why": _("stopped"), "secret": _("secret"),
})  # fmt: skip
CONTEXT = Watched(_("context panel"), "context.ContextPanel", "panel", {
    "title": _("title"), "address": _("address"), "labels": _("labels"),
    "fresh_for_minutes": _("minutes fresh"), "secret": _("secret"),
})  # fmt: skip
BLOCK = Watched(_("blocked sender"), "customers.Block", "block", {
    "pattern": _("address or domain"),
})  # fmt: skip
OPTION = Watched(_("option"), "option", "option", {"name": NAME, "value": _("value")})
RECOVERY = Watched(_("recovery key"), "", "", {})

# By kind of entry. Where somebody gets a place or leaves one, the teams are looked at, too.
WATCHED: Mapping[str, tuple[Watched, ...]] = {
    "team.changed": (TEAM,), "agent.changed": (AGENT, TEAM), "inbox.changed": (INBOX,),
    "brand.changed": (BRAND,),
    "account.changed": (ACCOUNT,), "rule.changed": (RULE,), "hours.changed": (HOURS,),
    "filter.changed": (FILTER,),
    "promise.changed": (CLOCK,), "contract.changed": (CONTRACT,), "routing.changed": (ROUTING,),
    "keeping.changed": (KEEPING,), "field.changed": (FIELD,), "cause.changed": (CAUSE,),
    "limit.changed": (LIMIT,),
    "macro.changed": (MACRO,), "view.changed": (VIEW,), "key.made": (KEY,), "key.revoked": (KEY,),
    "webhook.changed": (WEBHOOK,), "context.changed": (CONTEXT,), "recovery.made": (RECOVERY,),
    "sender.blocked": (BLOCK,), "sender.unblocked": (BLOCK,), "option.changed": (OPTION,),
}  # fmt: skip
BY_MODEL = {one.model: one for each in WATCHED.values() for one in each}
# Until what a rule or a filter says was told together with its name, it was a thing of its own.
BY_MODEL |= {"automation.RuleVersion": RULE, "mail.MailFilterVersion": FILTER}
