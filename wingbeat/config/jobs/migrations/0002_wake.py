"""PostgreSQL tells listening processes of new work when a transaction commits."""

from django.db import migrations

# table: what wakes, and on what
TABLES = {
    "journal_entry": ("journal", "INSERT OR UPDATE OF position"),
    "jobs_job": ("jobs", "INSERT"),
    "mail_rawmail": ("mail", "INSERT"),
    "conversations_outgoing": ("outbox", "INSERT"),
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return  # on SQLite `PRAGMA data_version` tells
    schema_editor.execute(
        "CREATE FUNCTION wingbeat_wake() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN PERFORM pg_notify('wingbeat', TG_ARGV[0]); RETURN NULL; END $$"
    )
    for table, (bell, verbs) in TABLES.items():
        schema_editor.execute(
            f"CREATE TRIGGER wake AFTER {verbs} ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION wingbeat_wake('{bell}')"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION wingbeat_wake() CASCADE")


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("journal", "0001_initial"),
        ("mail", "0001_initial"),
        ("conversations", "0001_initial"),
    ]
    operations = [migrations.RunPython(create, drop)]
