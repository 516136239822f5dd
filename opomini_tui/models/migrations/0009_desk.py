"""Several operators at their desks: who is here, who works on which notice, and which batches need a second person.
A frozen copy, like 0001."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
CREATE TABLE presence (session TEXT PRIMARY KEY, operator_id INTEGER NOT NULL REFERENCES operator (id), place TEXT NOT NULL, started_at BIGINT NOT NULL, seen_at BIGINT NOT NULL);
CREATE TABLE row_lock (notice_id INTEGER PRIMARY KEY REFERENCES notice (id) ON DELETE CASCADE, session TEXT NOT NULL REFERENCES presence (session) ON DELETE CASCADE, at BIGINT NOT NULL);
CREATE INDEX row_lock_session ON row_lock (session);
ALTER TABLE company ADD COLUMN four_eyes_sum BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN approval TEXT NOT NULL DEFAULT '' CHECK (approval IN ('', 'asked', 'approved', 'refused'));
ALTER TABLE batch ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN approved_at BIGINT;
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the tables and columns; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
