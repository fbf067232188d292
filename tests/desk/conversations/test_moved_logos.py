"""A logo that a brand kept itself becomes a picture like any other, once the desk is updated."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import cast
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.knowledge.models import ArticlePicture

PNG = b"\x89PNG\r\n\x1a\n" + b"a logo" * 20_000
BEFORE = [("conversations", "0010_logos_are_pictures")]


@pytest.mark.django_db(transaction=True)
def test_a_logo_moves_to_the_pictures_and_back() -> None:
    cast.olga()
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state(BEFORE).apps.get_model("conversations", "Brand")
        kept = {"logo_sha256": hashlib.sha256(PNG).hexdigest(), "logo_type": "image/png"}
        old.objects.create(name="Lamps", slug="lamps", logo_packed=PNG, **kept)
        old.objects.create(name="Lights", slug="lights", logo_packed=PNG, **kept)
        old.objects.create(name="Chairs", slug="chairs")
        MigrationExecutor(connection).migrate(latest)
        rows = {brand.name: brand.logo for brand in Brand.objects.all()}
        picture = ArticlePicture.objects.get()
        assert rows == {"Lamps": picture, "Lights": picture, "Chairs": None}
        assert (picture.content(), picture.type) == (PNG, "image/png")
        MigrationExecutor(connection).migrate(BEFORE)
        assert bytes(old.objects.get(name="Lamps").logo_packed or b"") == PNG
    finally:
        MigrationExecutor(connection).migrate(latest)
