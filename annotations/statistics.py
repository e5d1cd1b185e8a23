"""What the database plans its queries by. PostgreSQL keeps it up by itself; SQLite has to be asked."""

from django.apps import apps
from django.db import connection

# Where a column is empty in nearly every row, as is what a verdict undoes, SQLite takes "empty" for a value like any
# other: by that count its index would find nearly all rows, and is never used.
FORGET_EMPTY = """
    DELETE FROM sqlite_stat1 WHERE idx IN (
        SELECT indexes.name FROM pragma_index_list(sqlite_stat1.tbl) AS indexes
        JOIN pragma_index_info(indexes.name) AS parts JOIN pragma_table_info(sqlite_stat1.tbl) AS columns
        ON columns.name = parts.name AND parts.seqno = 0 AND NOT columns."notnull" AND NOT columns.pk
    )"""


def refresh_statistics() -> None:
    """Table by table, so that nobody who saves waits for all of them."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name in ("annotations", "training"):
            for model in apps.get_app_config(name).get_models():
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
        cursor.execute(FORGET_EMPTY)
        cursor.execute("ANALYZE sqlite_schema")  # reads again what is left
