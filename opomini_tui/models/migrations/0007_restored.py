"""Batches that go at any hour or were taken back while they were being queued, and which deleted messages had been
tried. A frozen copy, like 0001."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
ALTER TABLE batch ADD COLUMN any_hour BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE batch ADD COLUMN cancelled_at BIGINT;
CREATE TABLE deleted_delivery (delivery_id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, attempts INTEGER NOT NULL);
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the columns and the table; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
