"""The full-text index: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from django.db import migrations

CREATE = {
    "sqlite": [
        # stems only, no positions: a question asks for words, never for phrases
        "CREATE VIRTUAL TABLE search_words USING fts5(words, detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    ],
    "postgresql": [
        "CREATE TABLE search_words (message_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX search_words_gin ON search_words USING gin (words) WITH (fastupdate = on)",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
