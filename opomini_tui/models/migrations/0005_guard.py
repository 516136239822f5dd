"""What the rule guard does about a charge that the law limits. A frozen copy, like 0001."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the setting; called by playhouse.migrations inside a transaction."""
    db.execute_sql(
        "ALTER TABLE company ADD COLUMN rule_guard TEXT NOT NULL DEFAULT 'warn' "
        "CHECK (rule_guard IN ('off', 'warn', 'apply'))"
    )
