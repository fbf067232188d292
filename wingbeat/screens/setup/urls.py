"""Addresses of the setup: the first run, and the administration afterwards."""

from __future__ import annotations

from django.urls import path

from wingbeat.screens.setup import (
    block_views,
    home_views,
    inbox_views,
    people_views,
    team_views,
    views,
)

app_name = "setup"
PERSON = "people/<int:pk>"
INBOX = "inboxes/<int:pk>"

urlpatterns = [
    path("", views.start, name="start"),
    path("owner/", views.owner, name="owner"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:inbox_id>/account/", views.account, name="account"),
    path("recovery/", views.recovery_key, name="recovery"),
    path("first-mail/", views.first_mail, name="first-mail"),
    path("desk/", home_views.home, name="home"),
    path("own-mail/", home_views.own_mail_trial, name="own-mail"),
    path("people/", people_views.people, name="people"),
    path("people/new/", people_views.new, name="person-new"),
    path(f"{PERSON}/", people_views.person, name="person"),
    path(f"{PERSON}/invitation/", people_views.invitation, name="person-invitation"),
    path(f"{PERSON}/password-link/", people_views.password_link, name="person-password-link"),
    path(f"{PERSON}/leaving/", people_views.leaving, name="person-leaving"),
    path(f"{PERSON}/return/", people_views.returning, name="person-return"),
    path("teams/", team_views.teams, name="teams"),
    path("teams/<int:pk>/", team_views.team, name="team"),
    path("inboxes/", inbox_views.inboxes, name="inboxes"),
    path(f"{INBOX}/", inbox_views.inbox, name="inbox-page"),
    path(f"{INBOX}/readers/", inbox_views.readers, name="inbox-readers"),
    path(f"{INBOX}/addresses/", inbox_views.addresses, name="inbox-addresses"),
    path(
        f"{INBOX}/addresses/<int:address_pk>/removal/",
        inbox_views.removal,
        name="inbox-address-removal",
    ),
    path("blocks/", block_views.blocks, name="blocks"),
    path("blocks/<int:pk>/lifting/", block_views.lifting, name="block-lifting"),
]
