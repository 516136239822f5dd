"""Moments as the clock on the wall shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from opomini_tui.text.moments import clock, moment, use_zone

WINTER = int(datetime(2026, 11, 24, 22, 59, 30, tzinfo=UTC).timestamp() * 1000)
SUMMER = int(datetime(2026, 7, 1, 22, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(autouse=True)
def ljubljana() -> Iterator[None]:
    """The company's zone, wherever the tests run."""
    use_zone("Europe/Ljubljana")
    yield
    use_zone("")


def test_the_companys_zone_counts_and_its_summer_time() -> None:
    assert moment(WINTER) == "24.11.2026 23:59"
    assert moment(WINTER, seconds=True) == "24.11.2026 23:59:30"
    assert moment(SUMMER) == "02.07.2026 00:30"
    assert moment(None) == ""


def test_a_narrow_column_shows_the_hour_today_and_the_day_else() -> None:
    assert clock(WINTER, WINTER - 3_600_000) == "23:59"
    assert clock(WINTER + 60_000, WINTER) == "25.11."
