"""A transaction whose statements are sent without waiting: all of it or nothing, and the connection is good after it."""

from __future__ import annotations

import pytest
from peewee import IntegrityError, PeeweeException

from opomini_tui.models import journal
from opomini_tui.models.database import database, in_one_go, run


def _servers() -> list[str]:
    return [name for (name,) in run("SELECT server FROM mail_rate ORDER BY server").fetchall()]


def _add(server: str) -> None:
    run("INSERT INTO mail_rate (server, next_at) VALUES (?, 1)", (server,))


def test_all_is_stored_and_the_chain_goes_on(db: str) -> None:
    with in_one_go():
        _add("a")
        _add("b")
        journal.write("006", "x", "y")
    assert _servers() == ["a", "b"]
    assert journal.check_chain().entries == 1
    assert not database.obj.in_transaction()


def _stumble(how: str) -> None:
    """Begin one, and fail in it."""
    with in_one_go():
        _add("a")
        if how == "caller":
            raise ZeroDivisionError
        _add("a")  # PostgreSQL tells it only at the next fetch, or at the end
        if how == "fetch":
            run("SELECT 1").fetchone()


@pytest.mark.parametrize(
    ("how", "error"), [("end", IntegrityError), ("fetch", PeeweeException), ("caller", ArithmeticError)]
)
def test_what_fails_leaves_nothing_and_the_connection_is_good(db: str, how: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        _stumble(how)
    assert not database.obj.in_transaction()
    with in_one_go():
        _add("b")
    assert _servers() == ["b"]


def _within_another() -> None:
    with database.atomic():
        with in_one_go():
            _add("a")
        raise ZeroDivisionError


def test_inside_of_another_it_is_a_part_of_it(db: str) -> None:
    with pytest.raises(ZeroDivisionError):
        _within_another()
    assert _servers() == []
