"""What the overview asks for at once: messages that came back, and those that ended without leaving. A frozen copy."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
CREATE INDEX delivery_came_back ON delivery (notice_id) WHERE arrival = 'undelivered';
CREATE INDEX delivery_ended ON delivery (state, notice_id) WHERE NOT live;
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the indexes; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
