"""The list of notices (seznam opominov) as rows, and as CSV, XLSX or PDF; the cost booking list; list for the lawsuit."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from opomini_tui.documents.print_job import write_file
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter, notice_totals, rows_of
from opomini_tui.models.settings import Company
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import amount_of, format_date, format_money

Cell = str | int | Decimal | date | None
T = TypeVar("T")
TOLD = 500
"""After so many rows it is told how far it is."""
SIGNS = "=+-@\t\r"
"""With one of these at its start, a spreadsheet takes a text for a formula."""


def export_list(
    chosen: NoticeFilter,
    actor: Actor,
    path: Path,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> int:
    """Write the list of the filter's notices to `path`: `.csv` or `.xlsx` by its ending (`.pdf`: `print_list`); how many.

    Raises:
        NothingToDo: there are none.
        OpominiError: another ending, or the file cannot be written.
        Stopped: a person stopped it before the file was written; so do the other lists.
    """
    if path.suffix.lower() == ".pdf":
        return print_list(chosen, actor, path, progress=progress, stop=stop)
    course = Course(progress, stop)
    headings = [
        _("Year"),
        _("Number"),
        _("Date"),
        _("Customer code"),
        _("Customer name"),
        _("Level"),
        _("Amount"),
        _("Days late"),
        _("Avg. amount/day"),
        _("Cost"),
        _("Interest"),
        _("Compensation"),
        _("Total"),
        _("Currency"),
        _("Deadline"),
        _("State"),
    ]
    return _export("list", headings, _list_rows(chosen, course), actor, path, course)


_LIST = (
    "notice.year, notice.number, notice.date, notice.customer_code, notice.customer_name, notice.level, notice.amount, "
    "notice.days_late, notice.average_per_day, notice.cost, notice.interest, notice.compensation, notice.total, "
    "notice.currency, notice.deadline, notice.state"
)
_LIST_MONEY = (6, 8, 9, 10, 11, 12)
_LIST_DAYS = (2, 14)


def _list_rows(chosen: NoticeFilter, course: Course) -> Iterator[list[Cell]]:
    """The list's rows."""
    for row in _followed(rows_of(chosen, _LIST), course, _count(chosen, course)):
        yield _typed(row, _LIST_MONEY, _LIST_DAYS)


def export_costs(
    chosen: NoticeFilter,
    actor: Actor,
    path: Path,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> int:
    """Write the cost booking list (Knjiženje stroškov opomina): issued notices with a cost; how many."""
    course = Course(progress, stop)
    headings = [_("Customer code"), _("Customer name"), _("Notice"), _("Date"), _("Cost"), _("Currency")]
    rows = (
        _typed((code, name, f"{year}/{number}", day, cost, currency), (4,), (3,))
        for code, name, year, number, day, cost, currency, state in _followed(
            rows_of(
                chosen,
                "notice.customer_code, notice.customer_name, notice.year, notice.number, notice.date, notice.cost, "
                "notice.currency, notice.state",
            ),
            course,
            _count(chosen, course),
        )
        if state != "prepared" and cost
    )
    return _export("costs", headings, rows, actor, path, course)


def export_lawsuit(
    chosen: NoticeFilter,
    actor: Actor,
    path: Path,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> int:
    """Write the list for the lawsuit: every receivable on an issued notice before lawsuit that is still open."""
    course = Course(progress, stop)
    headings = [
        _("Customer code"),
        _("Customer name"),
        _("Address"),
        _("Tax number"),
        _("Notice"),
        _("Date"),
        _("Document"),
        _("Document date"),
        _("Due date"),
        _("Amount"),
        _("Open amount"),
    ]
    joins = (
        "JOIN customer ON customer.id = notice.customer_id JOIN notice_item ON notice_item.notice_id = notice.id "
        "JOIN open_item ON open_item.id = notice_item.open_item_id"
    )
    rows = (
        _typed((code, name, address, tax, f"{year}/{number}", *rest), (9, 10), (5, 7, 8))
        for code, name, address, tax, year, number, state, *rest in _followed(
            rows_of(
                replace(chosen, before_lawsuit=True),
                "notice.customer_code, notice.customer_name, "
                "customer.street || ', ' || customer.post_code || ' ' || customer.city, customer.tax_id, notice.year, "
                "notice.number, notice.state, notice.date, open_item.document, open_item.document_date, "
                "open_item.due_date, open_item.amount, open_item.open_amount",
                joins,
            ),
            course,
        )
        if state != "prepared" and rest[-1] > 0
    )
    return _export("lawsuit", headings, rows, actor, path, course)


def _typed(row: Sequence[Any], money: Iterable[int], days: Iterable[int]) -> list[Cell]:
    """A raw row with amounts as Decimal and days as dates."""
    cells: list[Cell] = list(row)
    for place in money:
        cells[place] = amount_of(row[place])
    for place in days:
        cells[place] = as_day(row[place])
    return cells


def _count(chosen: NoticeFilter, course: Course) -> int:
    """How many notices the filter has, for the eye of who waits."""
    return notice_totals(chosen).rows if course.progress else 0


def _followed(rows: Iterable[T], course: Course, total: int = 0, note: str = "") -> Iterator[T]:
    """The rows; now and then it is told how many there were, and looked whether to stop."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % TOLD == 0:
            course.go_on()
            course.tell(number, total, note=note)
    course.go_on()


def _export(
    kind: str, headings: Sequence[str], rows: Iterable[list[Cell]], actor: Actor, path: Path, course: Course
) -> int:
    """Write the rows in the form that the file's ending asks for."""
    writers = {".csv": _csv, ".xlsx": _xlsx}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise OpominiError(_("A list can be written as .csv or .xlsx; {name} is neither.").format(name=path.name))
    found = list(rows)
    if not found:
        raise NothingToDo(_("There is nothing to export in this choice."))
    write_file(path, write(headings, _followed(found, course, len(found), _("Writing the file …"))))
    journal.write(actor.code, "export", kind, {"file": str(path), "rows": len(found)})
    return len(found)


def _text(cell: Cell) -> str:
    """A cell as text in Slovene form; a text that a spreadsheet would run as a formula is quoted."""
    if isinstance(cell, Decimal):
        return format_money(cell)
    if isinstance(cell, date):
        return format_date(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text[:1] in SIGNS and text else text


def _csv(headings: Sequence[str], rows: Iterable[list[Cell]]) -> bytes:
    """UTF-8 with BOM and semicolons, as spreadsheets with Slovene settings open it."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(headings)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _xlsx(headings: Sequence[str], rows: Iterable[list[Cell]]) -> bytes:
    """A workbook with real numbers and dates."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Notices"))
    sheet.freeze_panes = "A2"
    with closing(sheet):  # in order, also when it is stopped
        sheet.append(list(headings))
        for row in rows:
            cells = []
            for value in row:
                cell: Any = WriteOnlyCell(sheet)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # never a formula
                elif isinstance(value, Decimal):
                    cell.number_format = "#,##0.00"
                elif isinstance(value, date):
                    cell.number_format = "dd.mm.yyyy"
                cells.append(cell)
            sheet.append(cells)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def print_list(
    chosen: NoticeFilter,
    actor: Actor,
    path: Path,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> int:
    """Write the list of the filter's notices as a PDF for the printer, with sums; how many.

    Raises:
        NothingToDo: there are none.
        OpominiError: the file cannot be written.
        Stopped: a person stopped it before.
    """
    from opomini_tui.documents.list_pages import ListColumn, draw_list

    actor.require("print")
    course = Course(progress, stop)
    rows = list(_list_rows(chosen, course))
    if not rows:
        raise NothingToDo(_("There is nothing to print in this choice."))
    columns = [
        ListColumn(_("Number"), 17),
        ListColumn(_("Date"), 18),
        ListColumn(_("Customer"), 16),
        ListColumn(_("Customer name"), 46),
        ListColumn(_("Level"), 12, "right"),
        ListColumn(_("Amount"), 20, "right"),
        ListColumn(_("Days late"), 14, "right"),
        ListColumn(_("Cost"), 14, "right"),
        ListColumn(_("Total"), 23, "right"),
    ]
    lines = [[f"{row[0]}/{row[1]}", *(_text(row[n]) for n in (2, 3, 4, 5, 6, 7, 9, 12))] for row in rows]
    totals = notice_totals(chosen)
    sums = [*[""] * 5, *map(format_money, (totals.amount, totals.days_late, totals.cost)), ""]
    count = ngettext("{n} notice", "{n} notices", len(rows)).format(n=len(rows))
    company = Company.current().name
    content = draw_list(_("List of notices"), f"{company} · {count}", columns, lines, sums, course)
    course.go_on()
    write_file(path, content)
    journal.write(actor.code, "export", "list", {"file": str(path), "rows": len(rows)})
    return len(rows)
