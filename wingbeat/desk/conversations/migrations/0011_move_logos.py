"""Move the logos of brands to where all pictures are."""

from __future__ import annotations

import zlib
from typing import Any

from django.db import migrations
from django.utils import timezone


def move(apps: Any, _schema_editor: object) -> None:
    pictures = apps.get_model("knowledge", "ArticlePicture").objects
    people = apps.get_model("people", "Agent").objects
    keeper = people.filter(role="system").first() or people.order_by("pk").first()
    for brand in apps.get_model("conversations", "Brand").objects.exclude(logo_type=""):
        content = bytes(brand.logo_packed or b"")
        brand.logo, _made = pictures.get_or_create(
            sha256=brand.logo_sha256,
            defaults={
                "size": len(content), "packed": zlib.compress(content, 6), "type": brand.logo_type,
                "by": keeper, "at": timezone.now(),
            },
        )  # fmt: skip
        brand.save()


def move_back(apps: Any, _schema_editor: object) -> None:
    for brand in apps.get_model("conversations", "Brand").objects.exclude(logo=None):
        if brand.logo.packed is not None:
            brand.logo_packed = zlib.decompress(brand.logo.packed)
            brand.logo_sha256, brand.logo_type = brand.logo.sha256, brand.logo.type
            brand.save()


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0010_logos_are_pictures'),
        ('people', '0007_signature_pictures'),
    ]

    operations = [migrations.RunPython(move, move_back)]
