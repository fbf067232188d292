from django.db import migrations, models
from django.db.models import F


def place_rules(apps, _schema_editor):
    """Keep them in the order in which they were made, as they have acted so far."""
    apps.get_model("automation", "Rule").objects.update(place=F("pk"))


class Migration(migrations.Migration):

    dependencies = [
        ("automation", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("ruleversion", "rule", "declaration"),
        migrations.AlterField("ruleversion", "asks", models.CharField(blank=True, max_length=1000)),
        migrations.AddField("ruleversion", "looked_at", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "rule", "place", models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.RunPython(place_rules, migrations.RunPython.noop),
    ]
