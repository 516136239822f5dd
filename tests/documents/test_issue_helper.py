"""One helper process and what it answers."""

from __future__ import annotations

import fcntl
import select
import termios
import time
from array import array
from dataclasses import replace

from opomini_tui.documents.issue_helper import Helper, order_of
from tests.documents.samples import letter_of, lines


def waiting(helper: Helper, at_least: int) -> int:
    """How many bytes of its answers lie in the pipe, once they are so many."""
    size = array("i", [0])
    for _round in range(3000):
        fcntl.ioctl(helper.answers, termios.FIONREAD, size)
        if size[0] >= at_least:
            return size[0]
        time.sleep(0.02)
    raise AssertionError(f"only {size[0]} bytes came")


def test_an_answer_that_came_together_with_another_is_not_lost_in_a_buffer() -> None:
    wrong = letter_of(lines(1))
    order = order_of(
        [replace(wrong, total=wrong.total + 1)]
    )  # answered by a sentence: two fit into any reader's buffer
    helper = Helper(None)
    try:
        helper.take()
        helper.give(order)
        length = waiting(helper, 20)
        first = helper.take()
        helper.give(order)
        helper.give(order)
        waiting(helper, 2 * length)
        assert helper.take() == first
        assert select.select([helper.answers], [], [], 0)[0], "whoever waits for the second one would wait for ever"
        assert helper.take() == first
    finally:
        helper.end()
