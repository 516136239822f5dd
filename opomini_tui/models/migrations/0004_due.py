"""Senders look for due messages batch by batch, so that a paused batch of any size costs nothing. A frozen copy, like
0001."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
CREATE INDEX delivery_due ON delivery (batch, state, next_try_at, id)
    WHERE live AND state IN ('queued', 'claimed', 'deferred');
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the index; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
