"""The tree of causes: adding, naming otherwise, and offering no longer."""

from __future__ import annotations

import pytest
from django.test import Client

from wingbeat.desk.conversations.cause import Cause

pytestmark = pytest.mark.django_db


def test_a_tree_is_made_changed_and_cut(owner: Client) -> None:
    owner.post("/setup/causes/", {"name": "Delivery"})
    delivery = Cause.objects.get()
    owner.post("/setup/causes/", {"name": "Late", "under": delivery.pk})
    late = Cause.objects.get(name="Late")
    assert late.parent == delivery
    owner.post(f"/setup/causes/{late.pk}/", {"name": "Late parcel", "under": delivery.pk})
    owner.post(f"/setup/causes/{late.pk}/offering/", {"offered": "no"})
    page = owner.get("/setup/causes/").content.decode()
    assert "Late parcel" in page
    assert "no longer offered" in page
    owner.post(f"/setup/causes/{late.pk}/offering/", {"offered": "yes"})
    assert "no longer offered" not in owner.get("/setup/causes/").content.decode()


def test_what_is_wrong_is_told_and_what_was_typed_stays(owner: Client) -> None:
    owner.post("/setup/causes/", {"name": "Delivery"})
    answer = owner.post("/setup/causes/", {"name": "delivery"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a cause “delivery” already" in page
    assert 'value="delivery"' in page
    assert owner.post("/setup/causes/", {"name": "Late", "under": "99"}).status_code == 422
    assert Cause.objects.count() == 1
