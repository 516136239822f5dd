"""Mail to trust: batches with a start and a pause, account trouble that outlives a process, a shared rate and shared
connections per server, what came back, OAuth tokens, and the settings of sending. A frozen copy, like 0001."""

from __future__ import annotations

from peewee import Database, SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = """
ALTER TABLE operator ADD COLUMN smtp_connections INTEGER NOT NULL DEFAULT 4 CHECK (smtp_connections BETWEEN 1 AND 20);
ALTER TABLE operator ADD COLUMN smtp_per_minute INTEGER NOT NULL DEFAULT 0 CHECK (smtp_per_minute BETWEEN 0 AND 10000);
ALTER TABLE operator ADD COLUMN plain_allowed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE operator ADD COLUMN oauth_provider TEXT NOT NULL DEFAULT '' CHECK (oauth_provider IN ('', 'microsoft', 'google'));
ALTER TABLE operator ADD COLUMN oauth_tenant TEXT NOT NULL DEFAULT '';
ALTER TABLE operator ADD COLUMN oauth_client TEXT NOT NULL DEFAULT '';
ALTER TABLE operator ADD COLUMN oauth_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE operator ADD COLUMN oauth_tokens TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN recall_seconds INTEGER NOT NULL DEFAULT 30 CHECK (recall_seconds BETWEEN 0 AND 3600);
ALTER TABLE company ADD COLUMN send_from TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN send_until TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN send_days TEXT NOT NULL DEFAULT '12345';
ALTER TABLE company ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'Europe/Ljubljana';
ALTER TABLE company ADD COLUMN html_mail BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE company ADD COLUMN ca_certificates TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN arrival TEXT NOT NULL DEFAULT '' CHECK (arrival IN ('', 'delayed', 'undelivered', 'delivered'));
ALTER TABLE delivery ADD COLUMN arrival_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN arrival_at BIGINT;
ALTER TABLE mailbox_message ADD COLUMN notice_id INTEGER REFERENCES notice (id);
ALTER TABLE mailbox_message ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE mailbox_message ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE mailbox_message ADD COLUMN sent_at BIGINT;
CREATE INDEX mailbox_message_notice ON mailbox_message (notice_id);
CREATE INDEX mailbox_message_delivery ON mailbox_message (delivery_id);
CREATE TABLE mailbox (
    operator_id INTEGER PRIMARY KEY REFERENCES operator (id), first_scan_at BIGINT NOT NULL, polled_at BIGINT,
    failure TEXT NOT NULL DEFAULT ''
);
CREATE TABLE batch (
    name TEXT PRIMARY KEY, operator_id INTEGER NOT NULL REFERENCES operator (id), queued_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL, paused_at BIGINT, paused_by TEXT NOT NULL DEFAULT '', pause_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX batch_paused ON batch (name) WHERE paused_at IS NOT NULL;
CREATE TABLE mail_trouble (
    operator_id INTEGER PRIMARY KEY REFERENCES operator (id), at BIGINT NOT NULL, until BIGINT,
    tries INTEGER NOT NULL DEFAULT 1, reason TEXT NOT NULL, settings TEXT NOT NULL
);
CREATE TABLE mail_rate (server TEXT PRIMARY KEY, next_at BIGINT NOT NULL);
CREATE TABLE mail_connection (
    server TEXT NOT NULL, slot INTEGER NOT NULL, sender_id TEXT NOT NULL DEFAULT '', lease_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (server, slot)
);
CREATE TABLE shared_address (
    email TEXT PRIMARY KEY, customers TEXT NOT NULL, operator_code TEXT NOT NULL, at BIGINT NOT NULL
);
INSERT INTO batch (name, operator_id, queued_at, starts_at)
    SELECT batch, MIN(operator_id), MIN(queued_at), MIN(queued_at) FROM delivery WHERE batch <> '' GROUP BY batch;
"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add what sending and the mailbox need; called by playhouse.migrations inside a transaction."""
    statements = STATEMENTS
    if not isinstance(db, SqliteDatabase):
        statements = statements.replace("name TEXT PRIMARY KEY", 'name TEXT COLLATE "C" PRIMARY KEY')
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
