"""How an operator arranges the columns, and what is kept of it and of his place from session to session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.preferences import remember
from opomini_tui.screens.notice_columns import KEYS, Arrangement, notice_columns
from opomini_tui.screens.notice_place import (
    Place,
    recall_columns,
    recall_pane,
    recall_place,
    remember_columns,
    remember_pane,
    remember_place,
)
from opomini_tui.text import use_language
from tests.screens.conftest import TODAY


@given(
    st.lists(st.sampled_from(KEYS), unique=True),
    st.frozensets(st.sampled_from(KEYS)),
    st.dictionaries(st.sampled_from(KEYS), st.integers(3, 60)),
    st.integers(0, 16) | st.none(),
    st.integers(0, 250),
)
def test_any_arrangement_shows_each_column_once_and_is_kept(
    order: list[str], hidden: frozenset[str], widths: dict[str, int], frozen: int | None, window: int
) -> None:
    arrangement = Arrangement(tuple(order), hidden, widths, frozen)
    columns = notice_columns(window, arrangement)
    keys = [column.key for column in columns]
    assert sorted(keys) == sorted(set(KEYS) - (hidden - {"number"}))
    assert [key for key in order if key in keys] == keys[: len([key for key in order if key in keys])]
    assert all(KEYS[column.cell or 0] == column.key for column in columns)
    assert all(column.width == widths[column.key] for column in columns if column.key in widths)
    assert Arrangement.read(arrangement.written()) == arrangement


@given(st.text() | st.sampled_from(['{"widths": {"year": "x"}}', "[1]", '{"order": 3}', '{"frozen": [1]}', "null"]))
def test_a_damaged_arrangement_is_the_original_one(text: str) -> None:
    assert isinstance(Arrangement.read(text), Arrangement)


def test_the_original_columns_are_kept_as_nothing() -> None:
    assert Arrangement().written() == ""
    assert notice_columns(120, Arrangement()) == notice_columns(120)


def test_what_an_operator_arranged_is_kept_for_him_and_not_journaled(actor: Actor) -> None:
    arrangement = Arrangement(("amount",), frozenset({"cost"}), {"year": 5}, 2)
    remember_columns(actor, arrangement)
    place = Place("novak amount:>10", 2012, (1, 3), True, True, "amount", True, 7)
    remember_place(actor, place)
    assert recall_pane(actor) is None
    remember_pane(actor, False)
    assert (recall_columns(actor), recall_place(actor), recall_pane(actor)) == (arrangement, place, False)
    assert recall_place(replace(actor, id=actor.id + 1)) == Place()
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'prefer'").fetchone()[0] == 0


@pytest.mark.parametrize("kept", ["{", "[]", '{"sort": "gone"}', '{"words": 3}', '{"unknown": 1}', '{"levels": 4}'])
def test_a_place_that_cannot_be_understood_is_the_beginning(actor: Actor, kept: str) -> None:
    remember(actor, "grid.place", kept)
    assert recall_place(actor) == Place()


def test_a_place_says_its_filter_and_a_filter_its_place() -> None:
    use_language("en")
    chosen = NoticeFilter(
        year=2012, levels=frozenset({1, 2}), before_lawsuit=True, state="issued", days_late=Span(30, None), search="kos"
    )
    place = Place.of(chosen)
    assert place.words == "state:issued late:30.. kos"
    assert place.within(50, lambda: TODAY) == chosen
    assert Place.of(replace(chosen, limit=50)).within(50, lambda: TODAY) == replace(chosen, limit=50)
