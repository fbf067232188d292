from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mail", "0003_filters"),
    ]

    operations = [
        migrations.RenameField("mailfilterversion", "filter", "declaration"),
        migrations.AlterField("mailfilterversion", "asks", models.CharField(blank=True, max_length=1000)),
    ]
