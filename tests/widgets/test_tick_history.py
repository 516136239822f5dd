"""Ticks are taken back one change after the other, whatever is shown meanwhile, in bounded memory."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.widgets.tick_history import MOST, MOST_BYTES, TickHistory
from opomini_tui.widgets.ticks import Ticks, TickState

IDS = st.lists(st.integers(0, 30), unique=True, max_size=15)
STEPS = st.lists(
    st.tuples(st.sampled_from(["show", "flip", "all", "none", "invert"]), IDS, st.integers(0, 30)), max_size=10
)


@given(STEPS)
def test_undo_gives_every_earlier_state_again(steps: list[tuple[str, list[int], int]]) -> None:
    ticks = Ticks()
    history = TickHistory(ticks)
    before: list[set[int]] = []
    for step, ids, record in steps:
        if step == "show":
            ticks.show(array("q", ids))
            continue
        before.append(set(ticks))
        if step == "flip":
            ticks.flip(record)
            history.flipped(record)
            continue
        history.before_many()
        {"all": ticks.tick_all, "none": ticks.clear, "invert": ticks.invert}[step]()
    for expected in reversed(before):
        assert history.undo()
        assert set(ticks) == expected
    assert not history.undo()


def test_what_older_changes_keep_is_bounded_and_the_newest_can_always_be_taken_back() -> None:
    ticks = Ticks()
    ticks.show(array("q", range(MOST_BYTES)))
    history = TickHistory(ticks)
    for _round in range(3):
        history.before_many()
        ticks.invert()
    assert history.undo()
    assert len(ticks) == 0
    assert not history.undo(), "two changes before were forgotten"
    for number in range(MOST + 50):
        ticks.flip(number)
        history.flipped(number)
    assert sum(history.undo() for _again in range(MOST + 50)) == MOST


def test_what_was_deleted_is_never_ticked_again() -> None:
    ticks = Ticks()
    ticks.show(array("q", [1, 2, 3]))
    history = TickHistory(ticks)
    history.before_many()
    ticks.tick_all()
    history.forget()
    assert not history.undo()
    assert isinstance(ticks.state(), TickState)
