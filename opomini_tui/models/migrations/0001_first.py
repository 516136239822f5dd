"""The first schema. A frozen copy: later changes are migrations of their own, never edits here.

Written as SQL because the constraints are the point: what must never happen is refused here, not in
code. `{…}` are the few words in which SQLite and PostgreSQL differ.
"""

from __future__ import annotations

from peewee import Database, SqliteDatabase
from playhouse.migrate import SchemaMigrator

TABLES = """
CREATE TABLE company (
    id INTEGER PRIMARY KEY CHECK (id = 1), uuid TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '', street TEXT NOT NULL DEFAULT '', post_code TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '', country TEXT NOT NULL DEFAULT 'SI', tax_id TEXT NOT NULL DEFAULT '',
    registration_number TEXT NOT NULL DEFAULT '', iban TEXT NOT NULL DEFAULT '', bic TEXT NOT NULL DEFAULT '',
    bank TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
    contact_person TEXT NOT NULL DEFAULT '', logo {blob},
    kind TEXT NOT NULL DEFAULT 'graded' CHECK (kind IN ('graded', 'simple')),
    minimum_item BIGINT NOT NULL DEFAULT 1 CHECK (minimum_item >= 0),
    minimum_notice BIGINT NOT NULL DEFAULT 500 CHECK (minimum_notice >= 0),
    compensation TEXT NOT NULL DEFAULT 'none' CHECK (compensation IN ('none', 'per_notice', 'per_invoice')),
    interest_cap BOOLEAN NOT NULL DEFAULT TRUE, address_fallback BOOLEAN NOT NULL DEFAULT FALSE,
    row_limit INTEGER NOT NULL DEFAULT 50 CHECK (row_limit > 0)
);
CREATE TABLE number_series (
    year INTEGER PRIMARY KEY CHECK (year BETWEEN 1990 AND 2999),
    first_number INTEGER NOT NULL DEFAULT 1 CHECK (first_number > 0),
    last_issued INTEGER NOT NULL DEFAULT 0 CHECK (last_issued >= 0)
);
CREATE TABLE operator (
    id {id}, code {code} NOT NULL UNIQUE, active BOOLEAN NOT NULL DEFAULT TRUE, name TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'clerk' CHECK (role IN ('view', 'clerk', 'manager', 'administrator')),
    language TEXT NOT NULL DEFAULT 'sl' CHECK (language IN ('sl', 'en')),
    system_login TEXT UNIQUE, user_name TEXT UNIQUE, password_hash TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '', direct BOOLEAN NOT NULL DEFAULT TRUE, bcc_self BOOLEAN NOT NULL DEFAULT FALSE,
    smtp_host TEXT NOT NULL DEFAULT '', smtp_port INTEGER NOT NULL DEFAULT 587 CHECK (smtp_port BETWEEN 1 AND 65535),
    smtp_security TEXT NOT NULL DEFAULT 'starttls' CHECK (smtp_security IN ('none', 'starttls', 'tls')),
    pop3_host TEXT NOT NULL DEFAULT '', pop3_port INTEGER NOT NULL DEFAULT 995 CHECK (pop3_port BETWEEN 1 AND 65535),
    pop3_security TEXT NOT NULL DEFAULT 'tls' CHECK (pop3_security IN ('none', 'starttls', 'tls')),
    authentication TEXT NOT NULL DEFAULT 'password' CHECK (authentication IN ('password', 'xoauth2')),
    account TEXT NOT NULL DEFAULT '', secret TEXT NOT NULL DEFAULT '',
    printer TEXT NOT NULL DEFAULT '', copies INTEGER NOT NULL DEFAULT 1 CHECK (copies BETWEEN 1 AND 99),
    tray TEXT NOT NULL DEFAULT ''
);
CREATE TABLE setting (
    id {id}, operator_id INTEGER REFERENCES operator (id), key TEXT NOT NULL, value TEXT NOT NULL,
    UNIQUE (operator_id, key)
);
CREATE TABLE certificate (
    id {id}, operator_id INTEGER NOT NULL REFERENCES operator (id), name TEXT NOT NULL,
    content {blob} NOT NULL, secret TEXT NOT NULL DEFAULT '', is_default BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (operator_id, name)
);
CREATE UNIQUE INDEX certificate_default ON certificate (operator_id) WHERE is_default;
CREATE TABLE contact_type (code {code} PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
CREATE TABLE customer (
    id {id}, code {code} NOT NULL UNIQUE, name TEXT NOT NULL, name_sort {code} NOT NULL, name_fold {code} NOT NULL,
    street TEXT NOT NULL DEFAULT '', post_code TEXT NOT NULL DEFAULT '', city TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT 'SI', tax_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT 'company' CHECK (kind IN ('company', 'sole_trader', 'person', 'public')),
    language TEXT NOT NULL DEFAULT 'sl' CHECK (language IN ('sl', 'en', 'de', 'it', 'hr')),
    email TEXT NOT NULL DEFAULT '', defaulter BOOLEAN NOT NULL DEFAULT FALSE,
    no_dunning BOOLEAN NOT NULL DEFAULT FALSE, no_dunning_reason TEXT NOT NULL DEFAULT '', no_dunning_until DATE
);
CREATE INDEX customer_name_sort ON customer (name_sort);
CREATE TABLE contact (
    id {id}, customer_id INTEGER NOT NULL REFERENCES customer (id), type_code {code} NOT NULL REFERENCES contact_type (code),
    name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '', UNIQUE (customer_id, type_code)
);
CREATE TABLE ledger_import (
    id {id}, kind TEXT NOT NULL CHECK (kind IN ('customers', 'contacts', 'open_items')), file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL, as_of DATE, rows INTEGER NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL,
    closed INTEGER NOT NULL, operator_code TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE TABLE open_item (
    id {id}, customer_id INTEGER NOT NULL REFERENCES customer (id), document {code} NOT NULL,
    document_date DATE NOT NULL, due_date DATE NOT NULL, amount BIGINT NOT NULL, open_amount BIGINT NOT NULL,
    currency TEXT NOT NULL DEFAULT 'EUR', reference TEXT NOT NULL DEFAULT '',
    level SMALLINT NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 3), last_notice_date DATE,
    lawsuit BOOLEAN NOT NULL DEFAULT FALSE,
    hold TEXT NOT NULL DEFAULT '' CHECK (hold IN ('', 'disputed', 'blocked')), hold_reason TEXT NOT NULL DEFAULT '',
    hold_until DATE, closed_on DATE, UNIQUE (customer_id, document),
    CHECK (closed_on IS NULL OR open_amount = 0)
);
CREATE TABLE dunning_level (
    level SMALLINT PRIMARY KEY CHECK (level BETWEEN 1 AND 3), enabled BOOLEAN NOT NULL DEFAULT TRUE,
    contact_code TEXT NOT NULL DEFAULT '', days_late INTEGER NOT NULL CHECK (days_late BETWEEN 0 AND 9999),
    days_since_previous INTEGER NOT NULL CHECK (days_since_previous BETWEEN 0 AND 9999),
    cost BIGINT NOT NULL DEFAULT 0 CHECK (cost >= 0), deadline_days INTEGER NOT NULL CHECK (deadline_days BETWEEN 0 AND 365),
    interest BOOLEAN NOT NULL DEFAULT FALSE, color TEXT NOT NULL DEFAULT '', before_lawsuit BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE template (
    id {id}, level SMALLINT NOT NULL CHECK (level BETWEEN 1 AND 4), language TEXT NOT NULL,
    customer_kind TEXT NOT NULL CHECK (customer_kind IN ('company', 'person')),
    part TEXT NOT NULL CHECK (part IN ('above', 'below', 'subject', 'mail')), content TEXT NOT NULL,
    UNIQUE (level, language, customer_kind, part)
);
CREATE TABLE interest_rate (
    valid_from DATE PRIMARY KEY, rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 100000),
    source TEXT NOT NULL DEFAULT '', confirmed BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE packet (
    id {id}, year INTEGER NOT NULL, number INTEGER NOT NULL, date DATE NOT NULL, kind TEXT NOT NULL,
    notices INTEGER NOT NULL, operator_code TEXT NOT NULL, at BIGINT NOT NULL, UNIQUE (year, number)
);
CREATE TABLE document (
    id {id}, sha256 TEXT NOT NULL UNIQUE, content {blob} NOT NULL, media_type TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE TABLE notice (
    id {id}, year INTEGER NOT NULL, number INTEGER NOT NULL CHECK (number > 0), date DATE NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id), customer_code {code} NOT NULL, customer_name TEXT NOT NULL,
    name_sort {code} NOT NULL, name_fold {code} NOT NULL, level SMALLINT NOT NULL CHECK (level BETWEEN 1 AND 3),
    amount BIGINT NOT NULL CHECK (amount > 0), days_late INTEGER NOT NULL, average_per_day BIGINT NOT NULL,
    cost BIGINT NOT NULL DEFAULT 0, interest BIGINT NOT NULL DEFAULT 0, compensation BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL, currency TEXT NOT NULL DEFAULT 'EUR', deadline DATE NOT NULL,
    defaulter BOOLEAN NOT NULL DEFAULT FALSE, before_lawsuit BOOLEAN NOT NULL DEFAULT FALSE,
    state TEXT NOT NULL DEFAULT 'prepared' CHECK (state IN ('prepared', 'issued', 'sent')),
    packet_id INTEGER NOT NULL REFERENCES packet (id), packet_number INTEGER NOT NULL, item_count INTEGER NOT NULL,
    document_id INTEGER REFERENCES document (id), issued_at BIGINT, sent_at BIGINT, printed_at BIGINT,
    UNIQUE (year, number), CHECK (total = amount + cost + interest + compensation),
    CHECK (state = 'prepared' OR document_id IS NOT NULL)
);
-- holds all that the grid and its footer need, so that neither reads the million rows themselves
CREATE INDEX notice_customer_code ON notice (
    year, customer_code, number, level, before_lawsuit, amount, days_late, average_per_day, cost
);
CREATE INDEX notice_customer ON notice (customer_id, date);
CREATE TABLE notice_item (
    notice_id INTEGER NOT NULL REFERENCES notice (id), open_item_id INTEGER NOT NULL REFERENCES open_item (id),
    position INTEGER NOT NULL, document TEXT NOT NULL, document_date DATE NOT NULL, due_date DATE NOT NULL,
    amount BIGINT NOT NULL, open_amount BIGINT NOT NULL, days_late INTEGER NOT NULL,
    level SMALLINT NOT NULL CHECK (level BETWEEN 0 AND 3), interest BIGINT NOT NULL DEFAULT 0,
    previous_level SMALLINT NOT NULL, previous_date DATE, previous_lawsuit BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (notice_id, open_item_id)
){clustered};
CREATE INDEX notice_item_open_item ON notice_item (open_item_id);
CREATE TABLE notice_document (
    id {id}, notice_id INTEGER NOT NULL REFERENCES notice (id), document_id INTEGER NOT NULL REFERENCES document (id),
    operator_code TEXT NOT NULL, at BIGINT NOT NULL, voided_at BIGINT, void_reason TEXT NOT NULL DEFAULT '',
    was_sent BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX notice_document_notice ON notice_document (notice_id);
CREATE TABLE delivery (
    id {id}, notice_id INTEGER NOT NULL REFERENCES notice (id), recipient_no SMALLINT NOT NULL DEFAULT 0,
    batch TEXT NOT NULL DEFAULT '', channel TEXT NOT NULL CHECK (channel IN ('smtp', 'file')),
    operator_id INTEGER NOT NULL REFERENCES operator (id), sender_address TEXT NOT NULL, to_address TEXT NOT NULL,
    cc TEXT NOT NULL DEFAULT '', bcc TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL UNIQUE,
    skeleton TEXT NOT NULL, document_id INTEGER NOT NULL REFERENCES document (id), content_sha256 TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'claimed', 'sending', 'sent', 'deferred', 'refused', 'unknown', 'held', 'cancelled')),
    live BOOLEAN NOT NULL DEFAULT TRUE, attempts INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', sender_id TEXT NOT NULL DEFAULT '', lease_until BIGINT, next_try_at BIGINT,
    outcome TEXT NOT NULL DEFAULT '', queued_at BIGINT NOT NULL, sent_at BIGINT,
    CHECK (state NOT IN ('queued', 'claimed', 'sending', 'deferred', 'unknown', 'held') OR live OR outcome <> ''),
    CHECK (state NOT IN ('claimed', 'sending') OR (sender_id <> '' AND lease_until IS NOT NULL))
);
CREATE UNIQUE INDEX delivery_live ON delivery (notice_id, recipient_no) WHERE live;
CREATE INDEX delivery_notice ON delivery (notice_id);
CREATE INDEX delivery_waiting ON delivery (state, next_try_at, id) WHERE live;
CREATE INDEX delivery_batch ON delivery (batch, state);
CREATE TABLE delivery_attempt (
    id {id}, delivery_id INTEGER NOT NULL REFERENCES delivery (id), number INTEGER NOT NULL, sender_id TEXT NOT NULL,
    started_at BIGINT NOT NULL, ended_at BIGINT, step TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '', UNIQUE (delivery_id, number)
);
CREATE TABLE mailbox_message (
    id {id}, operator_id INTEGER NOT NULL REFERENCES operator (id), uidl TEXT NOT NULL, first_seen_at BIGINT NOT NULL,
    kind TEXT NOT NULL DEFAULT '', delivery_id INTEGER REFERENCES delivery (id), summary TEXT NOT NULL DEFAULT '',
    UNIQUE (operator_id, uidl)
);
CREATE TABLE journal_entry (
    id {plain_id}, at BIGINT NOT NULL, operator_code TEXT NOT NULL, verb TEXT NOT NULL, record TEXT NOT NULL,
    details TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
);
CREATE INDEX journal_entry_record ON journal_entry (record);
CREATE TABLE saved_filter (
    id {id}, operator_id INTEGER NOT NULL REFERENCES operator (id), name TEXT NOT NULL, content TEXT NOT NULL,
    UNIQUE (operator_id, name)
);
"""

SQLITE_WORDS = {
    "id": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "plain_id": "INTEGER PRIMARY KEY",
    "blob": "BLOB",
    "clustered": " WITHOUT ROWID",
    "code": "TEXT",
}
POSTGRES_WORDS = {
    "id": "INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    "plain_id": "BIGINT PRIMARY KEY",
    "blob": "BYTEA",
    "clustered": "",
    "code": 'TEXT COLLATE "C"',
}

SQLITE_APPEND_ONLY = (
    "CREATE TRIGGER journal_entry_update BEFORE UPDATE ON journal_entry "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_entry_delete BEFORE DELETE ON journal_entry "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)
POSTGRES_APPEND_ONLY = (
    "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
    "CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry "
    "EXECUTE FUNCTION journal_is_append_only()",
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Create every table; called by playhouse.migrations inside a transaction."""
    sqlite = isinstance(db, SqliteDatabase)
    tables = TABLES.format(**(SQLITE_WORDS if sqlite else POSTGRES_WORDS))
    for statement in tables.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    for statement in SQLITE_APPEND_ONLY if sqlite else POSTGRES_APPEND_ONLY:
        db.execute_sql(statement)
