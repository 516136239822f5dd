"""The journal is append-only and its chain shows every change."""

from __future__ import annotations

import pytest
from peewee import DatabaseError

from opomini_tui.models import journal
from opomini_tui.models.database import database, run


def test_chain_is_whole_after_writes(db: str) -> None:
    journal.write("006", "prepare", "packet 2012/1", {"notices": 91})
    journal.write_many("006", "issue", [(f"notice 2012/{n}", {"sha256": "čšž"}) for n in range(3)])
    check = journal.check_chain()
    assert (check.entries, check.broken_at) == (4, None)


def test_database_refuses_change_and_deletion(db: str) -> None:
    journal.write("006", "x", "y")
    for sql in ("UPDATE journal_entry SET verb = 'z'", "DELETE FROM journal_entry"):
        with pytest.raises(DatabaseError, match="append-only"), database.atomic():
            run(sql)
    assert journal.check_chain().entries == 1


def test_a_forged_entry_is_found(db: str) -> None:
    journal.write("006", "x", "y")
    run(
        "INSERT INTO journal_entry (id, at, operator_code, verb, record, details, previous_hash, hash) "
        "VALUES (2, 1, '006', 'forged', 'y', '{}', 'nonsense', 'nonsense')"
    )
    assert journal.check_chain().broken_at == 2
