"""A signature may have a picture below its lines."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0005_where_pictures_stand'),
        ('people', '0006_longest_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='signature_picture',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='knowledge.articlepicture'),
        ),
    ]
