"""Every address of the desk: what each is about, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.mail.models import RawMail
from wingbeat.config.jobs.models import Job
from wingbeat.desk.automation.handing import HandOver
from wingbeat.desk.care.grant import Grant
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.batch import Batch
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.view import View
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.people.models import Agent, Team

DRAFTS = {"kind": ("reply", "note", "forward")}
# A link that we did not give; `customer/test_links.py` asks with those that we did.
LINK = {"token": ("1-0-30000-aaaaaaaaaaaaaaaaaaaaaaaaaa",)}
ENGLISH: dict[str, tuple[Any, ...]] = {"language": ("en",)}
FILE = {"file_token": ("00000000-0000-4000-8000-000000000000",)}


@dataclass(frozen=True)
class Rule:
    """About what an address is; `for_light` says whether a light agent may post there."""

    about: str
    for_light: bool = True
    more: dict[str, tuple[Any, ...]] = field(default_factory=dict)


def _conversation(*names: str, for_light: bool = False) -> dict[str, Rule]:
    return {f"agent:conversation-{name}": Rule("conversation", for_light) for name in names}


def _patterns(
    patterns: list[URLPattern | URLResolver], within: str = "", given: dict[str, Any] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in patterns:
        named = one.pattern.converters or dict.fromkeys(one.pattern.regex.groupindex)
        named = {**(given or {}), **named}
        if isinstance(one, URLPattern):
            yield f"{within}{one.name}", named
        else:
            inner = f"{within}{one.namespace}:" if one.namespace else within
            yield from _patterns(one.url_patterns, inner, named)


ADDRESSES = dict(_patterns(get_resolver().url_patterns))
# Whoever asks by a key; `channels/api/test_api_access.py` asks each with everybody's keys.
BY_KEY = {name for name in ADDRESSES if name.startswith("api:")} - {
    "api:api-root", "api:openapi-json", "api:openapi-view",
}  # fmt: skip

# A new address needs a line here: about what is it, and who may?
RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ("agent:home", "agent:rail", "agent:search", "agent:tray", "agent:settings", "agent:keys",
         "agent:macros", "agent:quiet", "agent:order", "agent:hint-counts",
         "agent:api-keys",
         "agent:tags", "agent:addresses", "agent:new", "agent:views", "agent:palette"),
        Rule("oneself"),
    ),
    "agent:ends": Rule("an inbox", False),
    "agent:causes": Rule("an inbox", False),
    "agent:laws": Rule("an inbox", False),
    "agent:law": Rule("an inbox", False),
    "agent:laws-run": Rule("an inbox", False),
    **dict.fromkeys(("agent:batches", "agent:batch-new"), Rule("an inbox", False)),
    **dict.fromkeys(("agent:batch", "agent:batch-undoing"), Rule("batch", False)),
    **dict.fromkeys(
        ("agent:notifications", "agent:notifications-newest", "agent:notifications-seeing",
         "agent:notification-choices"), Rule("oneself"),
    ),
    **dict.fromkeys(("agent:today", "agent:today-dismissals"), Rule("oneself")),
    "agent:articles": Rule("oneself"),
    "agent:article-new": Rule("an inbox", False),
    "agent:article-pictures": Rule("an inbox", False),
    **{
        f"agent:article{name}": Rule("an article", False)
        for name in ("", "-publication", "-verification")
    },
    "agent:article-file": Rule("an article", more={"language": ("en",)}),
    **{
        f"help:{name}": Rule("everybody", more={"language": ("en",)})
        for name in ("index", "feed", "contact", "feedback")
    },
    "help:home": Rule("everybody"),
    "help:picture": Rule("everybody", more={"token": ("0" * 32,)}),
    **{  # under a path that no brand has
        f"help-of-brand:{name}": Rule("everybody", more={"brand": ("none",), **more})
        for name, more in {
            "home": {}, "picture": {"token": ("0" * 32,)},
            **dict.fromkeys(("index", "feed", "contact", "feedback"), ENGLISH),
            "article": {**ENGLISH, "slug": ("a",)},
        }.items()
    },
    "customer:logo": Rule("everybody", more={"pk": (999_999,)}),
    **dict.fromkeys(BY_KEY, Rule("a key")),
    **dict.fromkeys(("api:api-root", "api:openapi-json", "api:openapi-view"), Rule("everybody")),
    "help:article": Rule("everybody", more={"language": ("en",), "slug": ("a",)}),
    "agent:view-new": Rule("an inbox", for_light=False),
    "agent:view": Rule("view"),
    **dict.fromkeys(("agent:view-question", "agent:view-removal"), Rule("own view", False)),
    **{
        f"agent:new-{name}": Rule("an inbox", False)
        for name in ("draft", "draft-files", "macros", "insertions", "snippet")
    },
    "agent:call-new": Rule("an inbox", False),
    "agent:macro-new": Rule("writing macros", False),
    **{f"agent:{name}": Rule("macro", False) for name in ("macro", "macro-removal")},
    "agent:api-key-revocation": Rule("own key"),
    "agent:inbox": Rule("inbox"),
    "agent:conversation": Rule("conversation"),
    **_conversation("snippet", "print", "grants", for_light=True),
    "agent:team": Rule("a team", False),
    "agent:own-list": Rule("a led team"),
    **{f"agent:{name}": Rule("a day", False) for name in ("team-presence", "team-day")},
    "agent:hand-over-undoing": Rule("a hand-over", False),
    "agent:conversation-place": Rule("conversation"),
    "agent:conversation-context": Rule("conversation"),
    "agent:conversation-shared-drafts": Rule("conversation"),
    **_conversation("thread", "presence", "replies", "forwards", "notes", for_light=True),
    **{
        f"agent:conversation-{name}": Rule("conversation", more=DRAFTS)
        for name in ("composer", "draft", "draft-files", "macros", "insertions")
    },
    "agent:conversation-hints": Rule("conversation", more={"kind": ("reply", "reply-all")}),
    **_conversation(
        "assignment", "cause", "continuing", "fields", "word", "severity", "snooze", "links",
        "waking", "ending", "reopening", "spam", "blocking", "tags", "inbox", "merge", "unmerging",
        "split", "restriction", "related", "follow-ups", "following", "promises",
        "takers", "causes",
    ),
    **{
        f"agent:message-{name}": Rule("message", for_light=False)
        for name in ("letting-in", "keeping-out")
    },
    **{
        f"agent:message-{name}": Rule("own message", for_light=False)
        for name in ("undoing", "leaving", "resending", "readdressing", "settling", "giving-up")
    },
    **{
        f"customer:{name}": Rule("a link", more=LINK)
        for name in (
            "shared", "page", "answers", "solution", "rating", "coming-again", "fresh-link",
        )
    },
    "customer:file": Rule("a link", more={**LINK, **FILE}),
    "customer:message": Rule("a link", more={**LINK, "message_id": (1,)}),
    **{f"agent:promise-{name}": Rule("promise", False) for name in ("keeping", "withdrawal")},
    **{f"agent:grant-{name}": Rule("grant") for name in ("agreement", "refusal", "withdrawal")},
    "agent:message": Rule("words"),
    "agent:message-raw": Rule("raw mail"),
    "agent:message-pictures": Rule("message"),
    "agent:attachment": Rule("attachment"),
    "agent:customer": Rule("customer"),
    **{
        f"agent:customer-{name}": Rule("customer", for_light=False)
        for name in ("description", "fields", "merge", "unmerging")
    },
    **{
        f"agent:{name}": Rule("mail")
        for name in ("mail", "mail-judgement", "mail-taking-in", "mail-setting-aside")
    },
    "jobs:retrial": Rule("job"),
    "jobs:discarding": Rule("job"),
    **dict.fromkeys(("setup:start", "setup:owner"), Rule("an empty desk")),
    **{
        f"setup:{name}": Rule("administration")
        for name in (
            "inbox", "account", "connection", "connected", "connection-kept", "recovery",
            "first-mail", "home", "own-mail", "people",
            "filters", "filter-new", "filter", "filter-trial", "filter-trial-result",
            "filter-switch", "filter-place",
            "brands", "brand", "brand-new", "brand-default", "brand-preview", "brand-removal",
            "causes", "cause", "cause-offering", "limit", "fields", "field", "field-offering",
            "person-new", "person", "person-invitation", "person-password-link", "person-leaving",
            "person-return", "teams", "team", "inboxes", "inbox-page", "inbox-readers",
            "inbox-addresses", "inbox-address-removal", "blocks", "block-lifting",
            "beside",
            "seeing", "privacy", "keeping", "customer", "customer-export", "customer-erasure",
            "hours", "calendar-new", "calendar", "calendar-days-off", "calendar-day-removal",
            "inbox-promise", "contract-ending", "team-routing", "team-hours",
            "programs", "program-revocation", "webhooks", "webhook", "webhook-calls",
            "webhook-stop", "webhook-removal",
            "rules", "rule-new", "rule", "rule-trial", "rule-trial-result", "rule-switch",
            "rule-place",
        )
    },
    **{
        f"setup:{name}": Rule("owning")
        for name in ("changes", "context", "context-trial", "context-secret", "context-removal")
    },
    **{
        f"account_{name}": Rule("logging in")
        for name in (
            "login", "logout", "inactive", "signup", "reset_password", "reset_password_done",
            "reset_password_from_key_done", "request_login_code", "confirm_login_code",
        )
    },
    "account_reset_password_from_key": Rule(
        "logging in", more={"uidb36": ("1",), "key": ("a-key",)}
    ),
    "account_change_password": Rule("oneself"),
    "account_set_password": Rule("oneself"),
    "account_session_ending": Rule("logging in"),
    "account_reauthenticate": Rule("logging in"),
    "usersessions_list": Rule("oneself"),
    **{
        f"mfa_{name}": Rule("logging in")
        for name in (
            "index", "authenticate", "reauthenticate", "activate_totp", "deactivate_totp",
            "view_recovery_codes", "generate_recovery_codes", "download_recovery_codes",
            "list_webauthn", "add_webauthn", "reauthenticate_webauthn", "remove_webauthn",
            "edit_webauthn", "login_webauthn",
        )
    },
    **{
        f"openid_connect_{name}": Rule("logging in", more={"provider_id": ("none",)})
        for name in ("login", "callback")
    },
}  # fmt: skip


def rows_of(about: str) -> list[Any]:
    """Everything that an address of this kind could be about."""
    messages = Message.objects.select_related("conversation")
    found: dict[str, Any] = {
        "conversation": Conversation.objects.all(),
        "message": messages,
        "own message": messages,
        "words": messages,
        "raw mail": messages.filter(raw_mails__isnull=False),
        "attachment": Attachment.objects.select_related("message", "draft"),
        "customer": Customer.objects.filter(merge__isnull=True),
        "mail": RawMail.objects.all(),
        "inbox": Inbox.objects.all(),
        "view": View.objects.all(),
        "batch": Batch.objects.all(),
        "own view": View.objects.all(),
        "job": Job.objects.all(),
        "a day": Agent.objects.at_work(),
        "a led team": Team.objects.all(),
        "a hand-over": HandOver.objects.select_related("agent"),
        "macro": Macro.objects.all(),
        "promise": Promise.objects.select_related("conversation"),
        "grant": Grant.objects.select_related("conversation"),
        "own key": ApiKey.objects.all(),
    }
    return list(found[about].order_by("pk")) if about in found else []


def address(name: str, one: Any = None, turn: int = 0) -> str:
    asked = {"pk": one.pk if one is not None else 1, "token": getattr(one, "token", "")}
    asked |= {key: values[turn % len(values)] for key, values in RULES[name].more.items()}
    named = (*ADDRESSES[name], *RULES[name].more)
    return reverse(name, kwargs={key: asked.get(key, 1) for key in named})
