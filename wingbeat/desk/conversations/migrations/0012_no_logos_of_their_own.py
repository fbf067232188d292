"""A brand keeps no bytes of a logo any more."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0011_move_logos'),
    ]

    operations = [
        migrations.AlterModelOptions(name='brand', options={}),
        migrations.RemoveField(model_name='brand', name='logo_packed'),
        migrations.RemoveField(model_name='brand', name='logo_sha256'),
        migrations.RemoveField(model_name='brand', name='logo_type'),
    ]
