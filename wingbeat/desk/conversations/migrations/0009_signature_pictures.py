"""A signature may have a picture below its lines."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0008_how_a_dispute_ended'),
        ('knowledge', '0005_where_pictures_stand'),
    ]

    operations = [
        migrations.AddField(
            model_name='brand',
            name='signature_picture',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='knowledge.articlepicture'),
        ),
        migrations.AddField(
            model_name='inbox',
            name='signature_picture',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='knowledge.articlepicture'),
        ),
    ]
