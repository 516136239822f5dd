"""Searching a million notices by words, state or due dates without reading the notices themselves. A frozen copy."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
CREATE INDEX notice_search ON notice (year, customer_code, number, name_fold, state);
CREATE INDEX notice_item_due ON notice_item (due_date, notice_id);
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the indexes; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
