"""When a notice left by post: a letter that was only printed to look at has not reached anybody. A frozen copy."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the moment; called by playhouse.migrations inside a transaction."""
    db.execute_sql("ALTER TABLE notice ADD COLUMN posted_at BIGINT")
