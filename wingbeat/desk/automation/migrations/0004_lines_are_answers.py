"""What stood in three lines under "why" are the three answers of a weighty rule now.

The newest record of what a rule said moves along, so that the next change of it tells of no more.
"""

import json

from django.db import migrations

WEIGHTY = {"end", "answer"}
QUESTIONS = ("for_customer", "outcome", "our_name")


def answer(apps, _schema_editor):
    changes = apps.get_model("journal", "Change").objects
    for version in apps.get_model("automation", "RuleVersion").objects.order_by("pk"):
        lines = version.why.split("\n", 2)
        if len(lines) < 3 or not WEIGHTY & {step["do"] for step in version.steps}:
            continue
        told = {"why": "", **dict(zip(QUESTIONS, lines))}
        for name, text in told.items():
            setattr(version, name, text)
        version.save()
        latest = changes.filter(thing=f"automation.Rule:{version.declaration_id}").order_by("-pk")
        change = latest.first()
        if change is not None:
            for name, text in told.items():
                rows = [[json.dumps([text]), " ".join(text.split())]] if text else []
                change.found[f"versions__{name}"] = rows
            change.save()


def line_up(apps, _schema_editor):
    """Put them under "why" again, as far as there is room."""
    for version in apps.get_model("automation", "RuleVersion").objects.exclude(our_name=""):
        version.why = "\n".join(getattr(version, name) for name in QUESTIONS)[:200]
        version.save()


class Migration(migrations.Migration):
    dependencies = [
        ("automation", "0003_three_answers"),
        ("journal", "0002_what_was_and_what_is"),
    ]

    operations = [migrations.RunPython(answer, line_up)]
