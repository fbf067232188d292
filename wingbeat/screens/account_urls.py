"""Addresses of logging in and of passwords; what an agent's address is, only admins decide."""

from __future__ import annotations

from allauth.account.urls import urlpatterns as all_pages
from allauth.socialaccount.providers.openid_connect.urls import urlpatterns as openid_pages
from django.urls import include, path

from wingbeat.screens import accounts, sessions

# The others would let agents sign up, or log in with an address that no admin has given them.
OPEN = {
    "account_inactive",
    "account_signup",  # closed by the adapter; other pages ask for its address
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_confirm_login_code",
}
urlpatterns = [
    path("login/", accounts.log_in, name="account_login"),
    path("logout/", accounts.log_out, name="account_logout"),
    *(page for page in all_pages if page.name in OPEN),
    path("factors/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sessions/<int:pk>/ending/", sessions.ending, name="account_session_ending"),
    *openid_pages,
]
