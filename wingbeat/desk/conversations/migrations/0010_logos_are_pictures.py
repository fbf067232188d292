"""A logo is a picture like any other; what one was before is moved by the next migration."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0009_signature_pictures'),
        ('knowledge', '0005_where_pictures_stand'),
    ]

    operations = [
        migrations.AddField(
            model_name='brand',
            name='logo',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='logo_of', to='knowledge.articlepicture'),
        ),
    ]
