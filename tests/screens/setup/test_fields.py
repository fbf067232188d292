"""Making custom fields, changing them, and showing them no longer."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from wingbeat.desk.conversations.custom_field import CustomField

pytestmark = pytest.mark.django_db
PLAN = {"label": "Plan", "name": "plan", "about": "customer", "shape": "choice"}


def test_a_field_is_made_and_changed_but_for_what_it_tells_of(owner: Client) -> None:
    support = cast.support()
    owner.post("/setup/fields/", {**PLAN, "choices": "Gold\nSilver\n", "inbox": support.pk})
    row = CustomField.objects.get()
    assert (row.choices, row.inbox) == (["Gold", "Silver"], support)
    changed = {"label": "Their plan", "name": "plan", "choices": "Gold", "about": "conversation"}
    owner.post(f"/setup/fields/{row.pk}/", changed)
    row.refresh_from_db()
    assert (row.label, row.about, row.choices, row.inbox) == (
        "Their plan",
        "customer",
        ["Gold"],
        None,
    )
    owner.post(f"/setup/fields/{row.pk}/offering/", {"offered": "no"})
    assert "no longer shown" in owner.get("/setup/fields/").content.decode()
    owner.post(f"/setup/fields/{row.pk}/offering/", {"offered": "yes"})
    assert "no longer shown" not in owner.get("/setup/fields/").content.decode()


def test_what_is_wrong_is_told_and_what_was_typed_stays(owner: Client) -> None:
    answer = owner.post("/setup/fields/", {**PLAN, "name": "My plan", "choices": "a\nb"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“my plan” cannot be asked for" in page
    assert 'value="My plan"' in page
    assert not CustomField.objects.exists()
