"""Ticks behave like a set of ids, whatever rows are shown."""

from __future__ import annotations

import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.widgets import ticks as ticks_module
from opomini_tui.widgets.ticks import Ticks

IDS = st.lists(st.integers(-5, 40), unique=True, max_size=25)
STEPS = st.lists(
    st.tuples(st.sampled_from(["show", "flip", "all", "none", "invert", "range"]), IDS, st.integers(-5, 40)),
    max_size=12,
)


@given(STEPS)
def test_ticks_are_a_set_that_outlives_what_is_shown(steps: list[tuple[str, list[int], int]]) -> None:
    ticks, model, shown = Ticks(), set[int](), list[int]()
    for step, ids, number in steps:
        if step == "show":
            shown = ids
            ticks.show(array("q", ids))
        elif step == "flip":
            model ^= {number}
            ticks.flip(number)
        elif step == "all":
            model |= set(shown)
            ticks.tick_all()
        elif step == "none":
            model.clear()
            ticks.clear()
        elif step == "invert":
            model ^= set(shown)
            ticks.invert()
        else:
            stop = min(len(shown), len(ids))
            model |= set(shown[:stop])
            ticks.mark(0, stop)
        assert set(ticks) == model
        assert len(ticks) == len(model)
        assert (number in ticks) == (number in model)
        assert list(ticks.ids(shown_only=True)) == [record for record in shown if record in model]
        assert list(ticks.ids())[: len(shown)][: len(model & set(shown))] == [r for r in shown if r in model]
        assert ticks.hidden == len(model - set(shown))
        assert list(ticks.exceptions()) == [record for record in shown if record not in model]


def test_everything_of_a_large_table_stays_ticked_when_sorted_and_filtered() -> None:
    ids = list(range(7, 300_007))
    ticks = Ticks()
    ticks.show(array("q", ids))
    ticks.tick_all()
    ticks.flip(100)
    assert ticks.all_except
    assert list(ticks.exceptions()) == [100]
    random.Random(1).shuffle(ids)
    ticks.show(array("q", ids))
    assert len(ticks) == 299_999
    assert 100 not in ticks
    ticks.show(array("q", [100, 101, 400_000]))
    assert [ticks.at(place) for place in range(3)] == [False, True, False]
    assert (len(ticks), ticks.hidden, ticks.all_except) == (299_999, 299_998, False)
    ticks.show(array("q", ids))
    assert (len(ticks), ticks.hidden) == (299_999, 0)


def test_a_true_value_is_no_record() -> None:
    ticks = Ticks()
    ticks.flip(1)
    assert "1" not in ticks
    assert 1 in ticks


def test_a_few_among_many_are_found_without_going_through_all(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = Ticks()
    ticks.show(array("q", range(100, 100_100)))
    monkeypatch.delattr(ticks_module, "compress")
    ticks.mark(7, 9)
    ticks.mark(99_999, 100_000)
    assert list(ticks.ids()) == [107, 108, 100_099]
    ticks.invert()
    assert list(ticks.exceptions()) == [107, 108, 100_099]
    ticks.mark(7, 8)
    assert (list(ticks.exceptions()), len(ticks), ticks.all_except) == ([108, 100_099], 99_998, True)
