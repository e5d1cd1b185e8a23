"""Indexes behind the search of terms: beginnings by a B-tree, anything inside by trigrams.

SQLite: FTS5 over a column that is there already, kept in step by triggers. They are gone when a later migration has
Django rebuild the table: it must make them again. PostgreSQL: pg_trgm.
"""

from django.db import migrations, models

FORGET = "INSERT INTO annotations_term_search (annotations_term_search, rowid, search_key) VALUES ('delete', old.id, old.search_key);"
LEARN = "INSERT INTO annotations_term_search (rowid, search_key) VALUES (new.id, new.search_key);"
SQLITE = (
    "CREATE INDEX annotations_term_beginnings ON annotations_term (project_id, folded, language)",
    "CREATE VIRTUAL TABLE annotations_term_search USING fts5(search_key, content='annotations_term',"
    " content_rowid='id', tokenize='trigram', detail='none', columnsize=0)",
    f"CREATE TRIGGER annotations_term_search_insert AFTER INSERT ON annotations_term BEGIN {LEARN} END",
    f"CREATE TRIGGER annotations_term_search_delete AFTER DELETE ON annotations_term BEGIN {FORGET} END",
    "CREATE TRIGGER annotations_term_search_update AFTER UPDATE OF search_key ON annotations_term"
    f" BEGIN {FORGET} {LEARN} END",
    "INSERT INTO annotations_term_search (annotations_term_search) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER annotations_term_search_insert",
    "DROP TRIGGER annotations_term_search_delete",
    "DROP TRIGGER annotations_term_search_update",
    "DROP TABLE annotations_term_search",
    "DROP INDEX annotations_term_beginnings",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # a B-tree's entry has at most 2,704 bytes, so a very long term is indexed by its beginning
    'CREATE INDEX annotations_term_beginnings ON annotations_term (project_id, (LEFT(folded, 200)) COLLATE "C", language)',
    "CREATE INDEX annotations_term_search ON annotations_term USING gin (search_key gin_trgm_ops)",
)
POSTGRESQL_BACK = ("DROP INDEX annotations_term_search", "DROP INDEX annotations_term_beginnings")


def run(statements):
    def operation(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            for statement in statements[schema_editor.connection.vendor]:
                cursor.execute(statement)

    return operation


class Migration(migrations.Migration):
    dependencies = [("annotations", "0003_several_reviewers")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("answered", False), ("reviewer__isnull", False)),
                fields=["reviewer", "project"],
                name="held_claims",
            ),
        ),
        migrations.RunPython(
            run({"sqlite": SQLITE, "postgresql": POSTGRESQL}),
            run({"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK}),
        ),
    ]
