"""Rows are read by page, kept for a while, and read again when they have changed."""

from __future__ import annotations

from array import array

import pytest

from opomini_tui.widgets.record_pages import KEPT, PAGE, Loaded, RecordPages
from tests.widgets.table_app import Records, record


@pytest.fixture
def records() -> Records:
    return Records.numbered(range(PAGE * (KEPT + 5)))


def pages_of(records: Records) -> RecordPages:
    return RecordPages(array("q", records.rows), records)


def test_a_page_is_read_once_and_the_longest_unused_is_dropped(records: Records) -> None:
    pages = pages_of(records)
    assert pages.row(5) == Loaded(record(5))
    assert pages.row(PAGE - 1) == Loaded(record(PAGE - 1))
    assert [len(ids) for ids in records.reads] == [PAGE]
    for number in range(1, KEPT + 1):
        pages.row(number * PAGE)
    reads = len(records.reads)
    pages.row(PAGE)
    assert len(records.reads) == reads
    pages.row(0)
    assert len(records.reads) == reads + 1


def test_only_the_pages_that_hold_changed_rows_are_read_again(records: Records) -> None:
    pages = pages_of(records)
    pages.row(0)
    pages.row(PAGE)
    records.rows[3] = record(3, "changed")
    pages.invalidate([3, 999_999])
    assert pages.row(3).row == record(3, "changed")
    pages.row(PAGE)
    assert len(records.reads) == 3
    pages.invalidate()
    pages.row(0)
    pages.row(PAGE)
    assert len(records.reads) == 5


def test_a_deleted_row_is_known_by_what_it_last_showed(records: Records) -> None:
    pages = pages_of(records)
    pages.row(4)
    del records.rows[4], records.rows[PAGE + 4]
    pages.invalidate()
    assert pages.row(4) == Loaded(record(4), deleted=True)
    assert pages.row(PAGE + 4) == Loaded(None, deleted=True)


def test_a_failed_read_is_tried_again(records: Records) -> None:
    pages = pages_of(records)
    records.broken = True
    with pytest.raises(ConnectionError):
        pages.row(0)
    records.broken = False
    assert pages.row(0) == Loaded(record(0))
