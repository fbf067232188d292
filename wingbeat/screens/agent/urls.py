"""Addresses of the agent's desk: nouns, and state changes as resources that take a POST."""

from __future__ import annotations

from django.urls import path

from wingbeat.screens.agent import (
    composer_views,
    conversation_views,
    customer_views,
    inbox_views,
    message_views,
    new_views,
    presence_views,
    search_views,
    settings_views,
    sorting_views,
    state_views,
    tray_views,
)

app_name = "agent"
ONE = "conversations/<int:pk>"
MESSAGE = "messages/<int:pk>"

urlpatterns = [
    path("", inbox_views.home, name="home"),
    path("inboxes/<int:pk>/", inbox_views.inbox, name="inbox"),
    path("rail/", inbox_views.rail, name="rail"),
    path(f"{ONE}/", conversation_views.conversation, name="conversation"),
    path("conversations/new/", new_views.new, name="new"),
    path("conversations/new/draft/", new_views.draft, name="new-draft"),
    path("conversations/new/draft/files/", new_views.files, name="new-draft-files"),
    path(f"{ONE}/composer/<slug:kind>/", composer_views.composer, name="conversation-composer"),
    path(f"{ONE}/drafts/<slug:kind>/", composer_views.draft, name="conversation-draft"),
    path(f"{ONE}/drafts/<slug:kind>/files/", composer_views.files, name="conversation-draft-files"),
    path(f"{ONE}/replies/", composer_views.replies, name="conversation-replies"),
    path(f"{ONE}/forwards/", composer_views.forwards, name="conversation-forwards"),
    path(f"{ONE}/notes/", composer_views.notes, name="conversation-notes"),
    path(f"{ONE}/thread/", conversation_views.thread, name="conversation-thread"),
    path(f"{ONE}/assignment/", state_views.assignment, name="conversation-assignment"),
    path(f"{ONE}/snooze/", state_views.snooze, name="conversation-snooze"),
    path(f"{ONE}/waking/", state_views.waking, name="conversation-waking"),
    path(f"{ONE}/ending/", state_views.ending, name="conversation-ending"),
    path(f"{ONE}/reopening/", state_views.reopening, name="conversation-reopening"),
    path(f"{ONE}/spam/", state_views.spam, name="conversation-spam"),
    path(f"{ONE}/blocking/", state_views.blocking, name="conversation-blocking"),
    path(f"{ONE}/tags/", sorting_views.tags, name="conversation-tags"),
    path(f"{ONE}/inbox/", sorting_views.inbox, name="conversation-inbox"),
    path(f"{ONE}/merge/", sorting_views.merge, name="conversation-merge"),
    path(f"{ONE}/unmerging/", sorting_views.unmerging, name="conversation-unmerging"),
    path(f"{ONE}/split/", sorting_views.split, name="conversation-split"),
    path(f"{ONE}/restriction/", sorting_views.restriction, name="conversation-restriction"),
    path(f"{MESSAGE}/letting-in/", message_views.letting_in, name="message-letting-in"),
    path(f"{MESSAGE}/keeping-out/", message_views.keeping_out, name="message-keeping-out"),
    path(f"{MESSAGE}/undoing/", message_views.undoing, name="message-undoing"),
    path(f"{MESSAGE}/resending/", message_views.resending, name="message-resending"),
    path(f"{MESSAGE}/readdressing/", message_views.readdressing, name="message-readdressing"),
    path(f"{MESSAGE}/settling/", message_views.settling, name="message-settling"),
    path(f"{MESSAGE}/giving-up/", message_views.giving_up, name="message-giving-up"),
    path(f"{MESSAGE}/mail/", conversation_views.raw_mail, name="message-raw"),
    path("attachments/<uuid:token>/", conversation_views.attachment, name="attachment"),
    path("customers/<int:pk>/", customer_views.customer, name="customer"),
    path(
        "customers/<int:pk>/description/", customer_views.description, name="customer-description"
    ),
    path("customers/<int:pk>/merge/", customer_views.merge, name="customer-merge"),
    path("customers/<int:pk>/unmerging/", customer_views.unmerge, name="customer-unmerging"),
    path(f"{ONE}/presence/", presence_views.presence, name="conversation-presence"),
    path("tags/", sorting_views.known_tags, name="tags"),
    path("search/", search_views.search, name="search"),
    path("tray/", tray_views.tray, name="tray"),
    path("tray/<int:pk>/mail/", tray_views.mail, name="mail"),
    path("tray/<int:pk>/judgement/", tray_views.judgement, name="mail-judgement"),
    path("tray/<int:pk>/taking-in/", tray_views.taking_in, name="mail-taking-in"),
    path("tray/<int:pk>/setting-aside/", tray_views.setting_aside, name="mail-setting-aside"),
    path("settings/", settings_views.settings, name="settings"),
    path("keys/", settings_views.keys, name="keys"),
]
