"""A company whose every text is what nobody would type: markup, control characters, other scripts, endless names."""

from __future__ import annotations

import json

from opomini_tui.models.database import database, run

TEXTS = (
    "[bold red]Kos[/] [x] [@click=app.quit]tu[/]",
    "A [/] B \\[ [/red] s.p. [[",
    "ura\x1b[2J\x1b]0;x\x07 prva\r\ndruga\ttretja \x00\x7f\x9b31m",
    "Zelo dolgo ime podjetja za vse in še kaj " * 8,
    "שלום עולם 123 مرحبا 456 – Kos",
    "漢字カナ混じり株式会社 👩‍👩‍👧 ✈️ 한국어",
    "e\u0301\u0323\u200b\ufeff\u202eobrnjeno\u2066 \u0301nazaj",
    "%s {name} {0} $HOME &amp; <b>\"'`",
)
KEPT = {
    *("code", "type_code", "kind", "state", "channel", "outcome", "step", "verb", "role", "language", "currency"),
    *("sha256", "content_sha256", "media_type", "hash", "previous_hash", "skeleton", "message_id", "uidl", "secret"),
    *("smtp_security", "pop3_security", "authentication", "oauth_provider", "password_hash", "oauth_secret"),
    *("oauth_tokens", "operator_code", "operator_id", "batch", "arrival", "details", "key", "value", "settings"),
    *("printer", "smtp_host", "pop3_host"),
    *(
        "hold",
        "customer_code",
        "server",
        "sender_id",
        "approval",
        "time_zone",
        "session",
        "place",
        "content",
        "country",
        "system_login",
    ),
}
"""Columns that the program itself fills with words of its own, or that lead from one record to another."""
TABLES = (
    *("customer", "contact", "contact_type", "operator", "certificate", "notice", "notice_item", "notice_document"),
    *("open_item", "delivery", "delivery_attempt", "batch", "mailbox", "mailbox_message", "packet", "import"),
    *("item_hold", "hold", "journal_entry", "saved_filter"),
)


def fill_with_hostile_texts() -> int:
    """Put TEXTS in turn into every text of the data; how many columns were filled."""
    for (trigger,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        run(f"DROP TRIGGER {trigger}")
    filled = 0
    for table in sorted(set(TABLES) & set(database.get_tables())):
        for column in database.get_columns(table):
            if column.data_type.upper() not in ("TEXT", "VARCHAR(255)") or column.name in KEPT or column.primary_key:
                continue
            if _is_unique(table, column.name):
                continue
            case = " ".join(f"WHEN {number} THEN ?" for number in range(len(TEXTS)))
            choice = f"CASE ({_number(table)} + {filled}) % {len(TEXTS)} {case} END"
            run(f'UPDATE "{table}" SET "{column.name}" = {choice} WHERE "{column.name}" IS NOT NULL', TEXTS)
            filled += 1
    run("UPDATE journal_entry SET details = ?", (json.dumps({"naziv [x]": [TEXTS[0], TEXTS[2]], TEXTS[1]: TEXTS[5]}),))
    return filled


def _number(table: str) -> str:
    """An expression that differs from row to row: the last sign of the key, for tables that are sorted by a text."""
    (sql,) = run("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return f"unicode(substr({database.get_primary_keys(table)[0]}, -1))" if "WITHOUT ROWID" in sql.upper() else "rowid"


def _is_unique(table: str, column: str) -> bool:
    return any(index.unique and column in index.columns for index in database.get_indexes(table))
