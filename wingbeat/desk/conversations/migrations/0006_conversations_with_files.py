from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_what_a_cause_is_offered")]

    operations = [
        migrations.AddIndex(
            "conversation",
            models.Index(
                fields=["id"], name="conversation_files", condition=models.Q(has_attachments=True)
            ),
        ),
    ]
