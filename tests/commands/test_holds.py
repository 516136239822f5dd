"""`opomini hold` and `opomini release`: what the screen does with F6 and F7 among the items of a customer."""

from __future__ import annotations

from pathlib import Path

from opomini_tui.models.database import run
from tests.commands.conftest import Command, prepare_some, set_up


def held() -> list[tuple[str, str, str]]:
    """Document, kind and reason of all held items."""
    rows = run("SELECT document, hold, hold_reason FROM open_item WHERE hold <> '' ORDER BY document").fetchall()
    return [tuple(row) for row in rows]


def test_items_are_held_with_a_reason_and_released(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    customer, document = run(
        "SELECT c.code, i.document FROM open_item i JOIN customer c ON c.id = i.customer_id WHERE i.open_amount <> 0 LIMIT 1"
    ).fetchone()
    done = opomini("hold", customer, document, "--reason", "wrong price", "--until", "31.12.2012")
    assert (done.code, done.out) == (0, "1 item is held.\n")
    assert held() == [(document, "disputed", "wrong price")]
    assert opomini("hold", customer, document, "--as", "blocked", "--reason", "court").code == 0
    assert held() == [(document, "blocked", "court")]
    done = opomini("release", customer, document)
    assert (done.code, done.out) == (0, "1 item is released.\n")
    assert held() == []
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'hold' AND details LIKE '%court%'").fetchone()[0] > 0


def test_what_is_not_open_is_named_and_nothing_is_held(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    customer, document = run(
        "SELECT c.code, i.document FROM open_item i JOIN customer c ON c.id = i.customer_id WHERE i.open_amount <> 0 LIMIT 1"
    ).fetchone()
    ran = opomini("hold", customer, document, "2099-1", "--reason", "x")
    assert ran.code == 1
    assert "2099-1" in ran.err
    assert opomini("hold", "9999999", document, "--reason", "x").code == 1
    assert opomini("hold", customer, document).code == 2
    assert opomini("hold", customer, document, "--reason", "x", "--until", "never").code == 2
    assert held() == []
