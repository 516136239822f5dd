"""Printing statements of open items: many customers' in one PDF, to a file or to a printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event

from opomini_tui.documents.letter_data import company_sender
from opomini_tui.documents.letter_values import Recipient, Sender
from opomini_tui.documents.pdf_file import PdfFile
from opomini_tui.documents.print_job import send_to_printer, write_file
from opomini_tui.documents.sheet import paint
from opomini_tui.documents.statement import Statement, StatementLine, currencies_of
from opomini_tui.documents.statement_pages import statement_sheets
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import Span
from opomini_tui.models.parties import Customer
from opomini_tui.models.receivables import LedgerImport, OpenItem
from opomini_tui.models.settings import Company
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, pgettext
from opomini_tui.text.formats import format_date

CHUNK = 200
"""Customers that are read together."""
TOLD = 20
"""After so many customers it is told how far it is."""


@dataclass(frozen=True, slots=True)
class StatementsPrinted:
    """How many statements on how many pages, as of which day, where (None: a printer), and a sentence for each left out."""

    count: int
    pages: int
    as_of: date
    path: Path | None
    skipped: tuple[str, ...]


def customers_within(codes: Span[str]) -> list[int]:
    """The ids of the customers with these codes, in the order of the codes."""
    query = Customer.select(Customer.id).order_by(Customer.code)
    for end, condition in ((codes.low, Customer.code >= codes.low), (codes.high, Customer.code <= codes.high)):
        if end is not None:
            query = query.where(condition)
    return [row.id for row in query]


def known_until(today: date) -> date:
    """The day as of which the open items are known: that of the last snapshot, `today` where none was read."""
    last = LedgerImport.select().where(LedgerImport.kind == "open_items").order_by(LedgerImport.id.desc()).first()
    return last.as_of if last and last.as_of else today


def print_statements(
    customer_ids: Sequence[int],
    actor: Actor,
    *,
    today: date,
    as_of: date | None = None,
    output: Path | None = None,
    printer: str | None = None,
    copies: int = 1,
    tray: str = "",
    progress: Progress | None = None,
    stop: Event | None = None,
) -> StatementsPrinted:
    """Print the statements of the customers, in this order, to the file `output` or to `printer` ("" is the default one).

    `as_of`: else the day of the last snapshot. Customers with nothing open are left out, each named.
    `progress` counts customers; `stop` ends it as if it had never begun, as long as nothing went to the file or printer.

    Raises:
        NothingToDo: there are no customers, or nothing is open.
        OpominiError: the day lies before the last snapshot (what was paid since is not known any more) or in the future,
            the file cannot be written, or the printer does not take the job.
        Stopped: a person stopped it.
    """
    actor.require("print")
    course = Course(progress, stop)
    day = _checked(as_of, today)
    file, skipped = _drawn(customer_ids, day, course)
    if not file.totals:
        raise NothingToDo(_("Nothing is open with these customers; there is no statement to print."))
    content = file.finish()
    course.go_on()
    if output is not None:
        write_file(output, content)
    else:
        send_to_printer(content, printer or "", copies, tray)
    where = str(output) if output else printer or "printer"
    entries = [
        (f"customer {code}", {"date": day.isoformat(), "open": total, "where": where}) for code, total in file.totals
    ]
    journal.write_many(actor.code, "statement", entries)
    return StatementsPrinted(len(file.totals), file.pages, day, output, tuple(skipped))


def _drawn(customer_ids: Sequence[int], day: date, course: Course) -> tuple[StatementFile, list[str]]:
    """The statements of the customers, and a sentence for each who has none."""
    file, skipped = StatementFile(day), list[str]()
    for done, statement in enumerate(_statements(customer_ids, day), 1):
        course.go_on()
        if statement.currencies:
            file.add(statement)
        else:
            recipient = statement.recipient
            skipped.append(_("{code} {name}: nothing is open.").format(code=recipient.code, name=recipient.name))
        if done % TOLD == 0:
            counts = {
                pgettext("statements", "drawn"): len(file.totals),
                pgettext("customers", "left out"): len(skipped),
            }
            course.tell(done, len(customer_ids), counts)
    return file, skipped


class StatementFile:
    """Statements as of a day on their way into one PDF, each with its bookmark; fonts and logo are stored once."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._document: PdfFile | None = None
        self.totals: list[tuple[str, str]] = []
        """Code of each customer, and what is open with its currencies."""

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return self._document.pages if self._document else 0

    def add(self, statement: Statement) -> None:
        """Add a statement."""
        self._document = self._document or PdfFile(
            statement.full_title, self._day, author=statement.sender.name, language=statement.words.language
        )
        bookmark = f"{statement.recipient.code} {statement.recipient.name}"
        for sheet in statement_sheets(statement):
            paint(sheet, self._document, bookmark)
            bookmark = ""
        sums = ", ".join(f"{group.total} {group.currency}" for group in statement.currencies)
        self.totals.append((statement.recipient.code, sums))

    def finish(self) -> bytes:
        """The whole file; nothing can be added after it."""
        if self._document is None:
            raise NothingToDo(_("Nothing is open with these customers; there is no statement to print."))
        if len(self.totals) > 1:
            self._document.title += f" (+{len(self.totals) - 1})"
            self._document.outline_shown = True
        return self._document.finish()


def _checked(as_of: date | None, today: date) -> date:
    """The day of the statements: the figures must be those of that day."""
    known = known_until(today)
    day = as_of or known
    if day < known:
        sentence = _(
            "The open items are known as of {known}; a statement as of {day} would leave out what was paid since. "
            "Choose {known} or a later day."
        )
        raise OpominiError(sentence.format(known=format_date(known), day=format_date(day)))
    if day > max(today, known):
        raise OpominiError(_("{day} lies in the future. Choose today or an earlier day.").format(day=format_date(day)))
    return day


def _statements(customer_ids: Sequence[int], day: date) -> Iterator[Statement]:
    """The statements of the customers in this order, also the empty ones; two queries for `CHUNK` customers."""
    sender = company_sender(Company.current())
    for start in range(0, len(customer_ids), CHUNK):
        ids = list(customer_ids[start : start + CHUNK])
        customers = {row.id: row for row in Customer.select().where(Customer.id.in_(ids))}
        lines: dict[int, list[tuple[str, StatementLine]]] = {}
        open_items = OpenItem.select().where(
            OpenItem.customer.in_(ids) & (OpenItem.open_amount != 0) & (OpenItem.document_date <= day)
        )
        for item in open_items:
            line = StatementLine(item.document, item.document_date, item.due_date, item.amount, item.open_amount)
            lines.setdefault(item.customer_id, []).append((item.currency, line))
        for number in ids:
            if number in customers:
                yield _statement(customers[number], sender, day, lines.get(number, []))


def _statement(customer: Customer, sender: Sender, day: date, lines: Sequence[tuple[str, StatementLine]]) -> Statement:
    """The statement of one customer."""
    recipient = Recipient(
        code=customer.code,
        name=customer.name,
        street=customer.street,
        post_code=customer.post_code,
        city=customer.city,
        country=customer.country,
        tax_id=customer.tax_id,
        is_person=customer.kind == "person",
    )
    return Statement(sender, recipient, customer.language, day, currencies_of(lines))
