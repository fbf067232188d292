"""What was read about us in public is written down as a call is. No column changes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0006_conversations_with_files'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='came_by',
            field=models.CharField(
                blank=True,
                choices=[
                    ('link', 'by their link'),
                    ('form', 'by the form of the help center'),
                    ('phone', 'on the phone'),
                    ('walk_in', 'at our door'),
                    ('visit', 'on a visit'),
                    ('public', 'in public'),
                ],
                max_length=10,
            ),
        ),
    ]
