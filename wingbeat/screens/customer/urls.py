"""Addresses of the customer's page: every one begins with the link that lets its reader in."""

from __future__ import annotations

from django.urls import path

from wingbeat.screens.customer import link_views, page_views

app_name = "customer"
LINK = "portal/<str:token>"

urlpatterns = [
    path("logos/<int:pk>/", page_views.logo, name="logo"),
    path("portal/mail/<str:token>/", link_views.shared, name="shared"),
    path(f"{LINK}/", page_views.page, name="page"),
    path(f"{LINK}/messages/<int:message_id>/", page_views.message, name="message"),
    path(f"{LINK}/answers/", page_views.answers, name="answers"),
    path(f"{LINK}/solution/", page_views.solution, name="solution"),
    path(f"{LINK}/rating/", page_views.rating, name="rating"),
    path(f"{LINK}/coming-again/", page_views.coming_again, name="coming-again"),
    path(f"{LINK}/files/<uuid:file_token>/", page_views.file, name="file"),
    path(f"{LINK}/link/", link_views.fresh, name="fresh-link"),
]
