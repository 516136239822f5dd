"""The payment slip of a letter: kind of reference, code and text of the purpose. A frozen copy, like 0001."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
ALTER TABLE company ADD COLUMN slip BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE company ADD COLUMN reference_kind TEXT NOT NULL DEFAULT 'SI12' CHECK (reference_kind IN ('SI12', 'SI00', 'RF'));
ALTER TABLE company ADD COLUMN purpose_code TEXT NOT NULL DEFAULT 'GDSV';
ALTER TABLE company ADD COLUMN purpose_text TEXT NOT NULL DEFAULT '';
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the settings of the slip; called by playhouse.migrations inside a transaction."""
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
