"""What a terminal sends for the keys that people press."""

from __future__ import annotations

import time

from textual import events
from textual._xterm_parser import XTermParser

from opomini_tui.app import free_alt_digits


def test_alt_with_a_digit_arrives_as_such() -> None:
    free_alt_digits()
    parser = XTermParser()
    for digit in "123456789":
        told = list(parser.feed(f"\x1b{digit}"))
        time.sleep(0.15)  # longer than a terminal takes for the rest of a sequence
        told += list(parser.tick())
        assert [event.key for event in told if isinstance(event, events.Key)] == [f"alt+{digit}"]
