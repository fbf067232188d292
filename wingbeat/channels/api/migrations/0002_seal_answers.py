"""Answers kept for a repeated request may hold a secret, so they are sealed as secrets are."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from wingbeat.channels.mail.secrets import opened, sealed


def seal(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    _write_anew(apps, sealed)


def unseal(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    _write_anew(apps, opened)


def _write_anew(apps: Apps, how) -> None:  # type: ignore[no-untyped-def]
    answers = apps.get_model("api", "KeptAnswer").objects
    for pk, body in answers.exclude(body="").values_list("pk", "body").iterator():
        answers.filter(pk=pk).update(body=how(body))


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [migrations.RunPython(seal, unseal)]
