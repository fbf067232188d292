from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_manner'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='is_longest_first',
            field=models.BooleanField(default=False),
        ),
    ]
