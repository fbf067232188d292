"""Addresses of the agent's desk: nouns, and state changes as resources that take a POST."""

from __future__ import annotations

from django.urls import path

from wingbeat.screens.agent import (
    conversation_views,
    customer_views,
    inbox_views,
    message_views,
    presence_views,
    search_views,
    settings_views,
    sorting_views,
    state_views,
)

app_name = "agent"
ONE = "conversations/<int:pk>"
MESSAGE = "messages/<int:pk>"

urlpatterns = [
    path("", inbox_views.home, name="home"),
    path("inboxes/<int:pk>/", inbox_views.inbox, name="inbox"),
    path("rail/", inbox_views.rail, name="rail"),
    path(f"{ONE}/", conversation_views.conversation, name="conversation"),
    path(f"{ONE}/thread/", conversation_views.thread, name="conversation-thread"),
    path(f"{ONE}/assignment/", state_views.assignment, name="conversation-assignment"),
    path(f"{ONE}/snooze/", state_views.snooze, name="conversation-snooze"),
    path(f"{ONE}/waking/", state_views.waking, name="conversation-waking"),
    path(f"{ONE}/ending/", state_views.ending, name="conversation-ending"),
    path(f"{ONE}/reopening/", state_views.reopening, name="conversation-reopening"),
    path(f"{ONE}/spam/", state_views.spam, name="conversation-spam"),
    path(f"{ONE}/tags/", sorting_views.tags, name="conversation-tags"),
    path(f"{ONE}/inbox/", sorting_views.inbox, name="conversation-inbox"),
    path(f"{ONE}/merge/", sorting_views.merge, name="conversation-merge"),
    path(f"{ONE}/unmerging/", sorting_views.unmerging, name="conversation-unmerging"),
    path(f"{ONE}/split/", sorting_views.split, name="conversation-split"),
    path(f"{ONE}/restriction/", sorting_views.restriction, name="conversation-restriction"),
    path(f"{MESSAGE}/letting-in/", message_views.letting_in, name="message-letting-in"),
    path(f"{MESSAGE}/keeping-out/", message_views.keeping_out, name="message-keeping-out"),
    path(f"{MESSAGE}/undoing/", message_views.undoing, name="message-undoing"),
    path(f"{MESSAGE}/mail/", conversation_views.raw_mail, name="message-raw"),
    path("attachments/<uuid:token>/", conversation_views.attachment, name="attachment"),
    path("customers/<int:pk>/", customer_views.customer, name="customer"),
    path(f"{ONE}/presence/", presence_views.presence, name="conversation-presence"),
    path("search/", search_views.search, name="search"),
    path("settings/", settings_views.settings, name="settings"),
    path("keys/", settings_views.keys, name="keys"),
]
