"""A million notices filtered by any condition, or several at once, and sorted, without reading the notices. A frozen copy.

One index holds all that the grid filters by, in its usual order; it takes the place of two that held parts of it. The due
dates of a notice's items are fixed when it is prepared: the first and the last of them stand with the notice.
"""

from __future__ import annotations

from peewee import Database, SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
ALTER TABLE notice ADD COLUMN first_due DATE;
ALTER TABLE notice ADD COLUMN last_due DATE;
DROP INDEX notice_customer_code;
DROP INDEX notice_search;
UPDATE notice SET first_due = (SELECT MIN(due_date) FROM notice_item WHERE notice_id = notice.id),
    last_due = (SELECT MAX(due_date) FROM notice_item WHERE notice_id = notice.id);
CREATE INDEX notice_grid ON notice (
    year, customer_code, number, level, before_lawsuit, amount, days_late, average_per_day, cost,
    state, defaulter, date, packet_number, first_due, last_due, name_fold{sqlite}
);
CREATE INDEX notice_amount ON notice (year, amount, number, level, before_lawsuit);
CREATE INDEX notice_days_late ON notice (year, days_late, number, level, before_lawsuit);
CREATE INDEX notice_name ON notice (year, name_sort, number, level, before_lawsuit);
"""
ON_SQLITE = ", name_sort"
"""PostgreSQL sorts by it from the rows: an entry of its indexes has room for one long name, not for two."""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add columns and indexes; called by playhouse.migrations inside a transaction."""
    statements = STATEMENTS.format(sqlite=ON_SQLITE if isinstance(db, SqliteDatabase) else "")
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
