"""The API does what the screens do: each of their addresses is an operation, or says why not."""

from __future__ import annotations

from collections import Counter

from wingbeat.channels.api.urls import api
from wingbeat.screens.agent import urls as agent
from wingbeat.screens.setup import urls as setup

OPERATIONS = [
    operation["operationId"]
    for methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].values()
    for operation in methods.values()
]
# What the screens of agents do, and the operations that do it.
DONE = {
    "api-keys": "list_keys", "article": "get_article rewrite_article list_versions list_feedback",
    "article-file": "list_versions", "article-new": "write_article",
    "article-pictures": "add_article_picture",
    "article-publication": "publish_article withdraw_article",
    "article-verification": "verify_article", "articles": "list_articles list_written_articles",
    "attachment": "download", "batch": "get_batch", "batch-new": "begin_batch",
    "batch-undoing": "undo_batch", "batches": "list_batches begin_batch",
    "call-new": "write_call_down", "causes": "list_causes", "conversation": "get_conversation",
    "conversation-assignment": "assign", "conversation-blocking": "block_sender",
    "conversation-cause": "say_cause take_cause_back", "conversation-ending": "end",
    "conversation-fields": "get_fields tell_fields",
    "conversation-follow-ups": "follow_up", "conversation-following": "follow unfollow",
    "conversation-forwards": "forward",
    "conversation-grants": "list_grants list_conversations_grants grant",
    "conversation-inbox": "move", "grant-agreement": "agree", "grant-refusal": "decline",
    "grant-withdrawal": "take_back_grant",
    "conversation-links": "close_links", "conversation-macros": "fill_macro",
    "conversation-merge": "merge", "conversation-notes": "note",
    "conversation-promises": "list_promises_in give_promise",
    "conversation-related": "list_related link unlink", "conversation-reopening": "reopen",
    "conversation-replies": "reply", "conversation-restriction": "restrict unrestrict",
    "conversation-severity": "grade", "conversation-snooze": "snooze",
    "conversation-spam": "end", "conversation-split": "split", "conversation-tags": "tag",
    "conversation-thread": "list_messages", "conversation-unmerging": "unmerge",
    "conversation-waking": "wake", "conversation-word": "take_word",
    "customer": "get_customer list_customers_conversations list_events",
    "customer-description": "describe_customer",
    "customer-fields": "get_customers_fields tell_customers_fields",
    "customer-merge": "merge_customers", "customer-unmerging": "unmerge_customers",
    "hand-over-undoing": "take_day_back", "home": "list_conversations",
    "inbox": "list_inboxes list_conversations", "macro": "list_macros change_macro",
    "macro-new": "make_macro", "macro-removal": "drop_macro", "macros": "list_macros",
    "mail-judgement": "judge", "mail-setting-aside": "set_aside", "mail-taking-in": "take_in",
    "message": "get_message", "message-giving-up": "give_up", "message-keeping-out": "keep_out",
    "message-leaving": "send_now", "message-letting-in": "let_in",
    "message-raw": "get_mail_of_message", "message-readdressing": "resend",
    "message-resending": "resend", "message-settling": "settle", "message-undoing": "undo",
    "new": "begin_conversation", "order": "choose_settings",
    "notification-choices": "get_settings choose_settings",
    "notifications": "list_notifications", "notifications-newest": "list_notifications",
    "notifications-seeing": "see_notifications", "promise-keeping": "keep_promise",
    "promise-withdrawal": "withdraw_promise", "quiet": "choose_settings", "search": "search",
    "settings": "get_settings choose_settings", "tags": "list_tags",
    "team-day": "plan_day hand_day_over", "team-presence": "set_presence", "today": "get_today",
    "today-dismissals": "dismiss_act", "tray": "list_tray", "mail": "get_mail",
    "view": "list_in_view", "view-new": "make_view", "view-question": "change_view",
    "view-removal": "drop_view", "views": "list_views",
}  # fmt: skip
ONLY_SHOWN = {
    "a draft is what a person is writing; a program sends its words whole": {
        "addresses", "new-draft", "new-macros", "new-insertions", "new-snippet", "new-draft-files",
        "conversation-composer", "conversation-draft", "conversation-draft-files",
        "conversation-insertions", "conversation-snippet", "conversation-continuing",
        "conversation-hints", "conversation-presence", "conversation-shared-drafts",
    },
    "the same facts, drawn for eyes": {
        "rail", "palette", "keys", "conversation-print", "message-pictures", "conversation-place",
        "conversation-context", "conversation-takers", "conversation-causes",
        "hint-counts", "team", "ends", "laws", "law", "laws-run",
    },
    "a key neither makes keys nor ends them": {"api-key-revocation"},
    "a team's words are chosen by whoever leads it, in person": {"own-list"},
}  # fmt: skip
# What admins do: operations for some, and a browser with a second factor for the rest.
LOOKED_AFTER = {
    "blocks": "list_blocks block_pattern", "block-lifting": "lift_block",
    "causes": "list_causes make_cause", "cause": "change_cause",
    "cause-offering": "offer_cause retire_cause", "fields": "list_fields make_field",
    "field": "change_field", "field-offering": "change_field",
    "filters": "list_filters", "filter-new": "make_filter", "filter": "get_filter change_filter",
    "filter-trial": "try_filter", "filter-trial-result": "try_filter",
    "filter-switch": "switch_filter_on pause_filter", "filter-place": "move_filter_up",
    "rules": "list_rules", "rule-new": "make_rule", "rule": "get_rule change_rule",
    "rule-trial": "try_rule", "rule-trial-result": "try_rule",
    "rule-switch": "switch_rule_on pause_rule", "rule-place": "move_rule_up",
    "people": "list_agents", "teams": "list_teams", "inboxes": "list_inboxes",
    "changes": "list_entries",
    "brands": "list_brands", "brand-new": "make_brand", "brand-default": "change_default_brand",
    "brand": "change_brand put_logo drop_logo", "brand-removal": "remove_unused_brand",
    "hours": "list_hours", "calendar-new": "make_hours", "calendar": "change_hours",
    "calendar-days-off": "list_days_off take_day_off", "calendar-day-removal": "work_on_day",
    "inbox-promise": "list_answer_times promise_times",
    "contract-ending": "list_contracts make_contract end_contract",
    "team-hours": "get_sharing share_out", "team-routing": "get_sharing share_out",
    "inbox-page": "get_inbox change_inbox_words", "inbox-addresses": "change_inbox_words",
    "inbox-address-removal": "change_inbox_words",
    "limit": "get_limit change_limit reckon_limit",
    "webhooks": "list_webhooks make_webhook", "webhook": "get_webhook list_calls",
    "webhook-calls": "call_again", "webhook-stop": "stop_webhook let_webhook_go_on",
    "webhook-removal": "drop_webhook",
}  # fmt: skip

# What only a browser does, each with its reason.
IN_A_BROWSER = {
    "the first run, or a page that leads to others": {
        "start", "owner", "inbox", "account", "connection", "connected", "connection-kept",
        "first-mail", "home", "beside", "own-mail",
    },
    "a key must not give itself or anybody more than it has": {
        "person-new", "person", "person-invitation", "person-password-link", "person-leaving",
        "person-return", "team", "inbox-readers", "recovery", "programs", "program-revocation",
        "seeing", "context", "context-trial", "context-secret", "context-removal",
    },
    "what cannot be taken back is confirmed by a person": {
        "privacy", "keeping", "customer", "customer-export", "customer-erasure",
    },
    "a look at what is being chosen": {"brand-preview"},
}  # fmt: skip


def named(patterns: list[object]) -> set[str]:
    return {str(one.name) for one in patterns}  # type: ignore[attr-defined]  # of our own lists


def test_operations_have_names_of_their_own() -> None:
    assert [name for name, count in Counter(OPERATIONS).items() if count > 1] == []


def test_everything_that_agents_do_is_an_operation_or_says_why_not() -> None:
    elsewhere = {name for names in ONLY_SHOWN.values() for name in names}
    assert set(DONE) | elsewhere == named(list(agent.urlpatterns))
    assert not set(DONE) & elsewhere
    assert {name for names in DONE.values() for name in names.split()} <= set(OPERATIONS)


def test_what_admins_do_by_key_is_what_the_table_names() -> None:
    elsewhere = {name for names in IN_A_BROWSER.values() for name in names}
    assert set(LOOKED_AFTER) | elsewhere == named(list(setup.urlpatterns))
    assert not set(LOOKED_AFTER) & elsewhere
    assert {one for names in LOOKED_AFTER.values() for one in names.split()} <= set(OPERATIONS)


def test_no_operation_is_left_unnamed() -> None:
    told = {one for names in (*DONE.values(), *LOOKED_AFTER.values()) for one in names.split()}
    beside = {"get_me", "upload", "tell_event", "list_history", "list_organizations"}
    beside |= {"list_customers", "list_promises"}
    assert set(OPERATIONS) - told == beside
