"""What else a letter may carry: a page of interest, a visible signature with a time stamp, and an attachment that only
its reader can open. A frozen copy, like 0001."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
ALTER TABLE company ADD COLUMN interest_page BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE company ADD COLUMN visible_signature BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE company ADD COLUMN timestamp_url TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN attachment_password TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN attachment_id INTEGER REFERENCES document (id);
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the settings and the column; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
