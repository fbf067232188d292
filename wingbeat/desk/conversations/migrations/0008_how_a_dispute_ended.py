"""An end may say what came of a dispute. No column changes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0007_said_in_public'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ending',
            name='reason',
            field=models.CharField(
                choices=[
                    ('answered', 'answered'),
                    ('elsewhere', 'done elsewhere'),
                    ('duplicate', 'duplicate'),
                    ('no_answer', 'no answer needed'),
                    ('truth', 'a dispute: we found what was true'),
                    ('gave_up', 'a dispute: they gave up'),
                    ('spam', 'spam'),
                ],
                max_length=20,
            ),
        ),
    ]
