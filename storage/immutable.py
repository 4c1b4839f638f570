"""Database triggers that refuse to change or delete events, on SQLite and on PostgreSQL."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("storage_event", "storage_eventsubject")
_FUNCTION = """
CREATE OR REPLACE FUNCTION storage_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$
"""


def statements(vendor: str) -> tuple[list[str], list[str]]:
    """The SQL that makes the triggers and the SQL that removes them."""
    make, remove = [], []
    if vendor == "postgresql":
        make.append(_FUNCTION)
    for table in TABLES:
        for act in ("UPDATE", "DELETE", "TRUNCATE"):
            name = f"{table}_no_{act.lower()}"
            if vendor == "postgresql":
                each = "STATEMENT" if act == "TRUNCATE" else "ROW"
                make.append(
                    f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION storage_append_only()"
                )
                remove.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            elif act != "TRUNCATE":
                make.append(
                    f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"
                )
                remove.append(f"DROP TRIGGER IF EXISTS {name}")
    return make, remove


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers."""
    with connection.cursor() as cursor:
        for sql in statements(connection.vendor)[0]:
            cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Removes the triggers; the tests need it, to empty their throw-away tables."""
    with connection.cursor() as cursor:
        for sql in statements(connection.vendor)[1]:
            cursor.execute(sql)


def migrate(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's forward step."""
    install(schema_editor.connection)


def migrate_back(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's backward step."""
    remove(schema_editor.connection)
