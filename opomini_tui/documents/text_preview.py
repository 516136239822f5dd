"""A text of a notice filled in, to be looked at while it is written: with a real notice, or a made-up one without any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from opomini_tui.documents.letter_data import company_sender, notice_letters
from opomini_tui.documents.letter_values import Letter, LetterLine, Recipient, placeholder_values
from opomini_tui.documents.reference import notice_reference
from opomini_tui.documents.stored_texts import LAWSUIT
from opomini_tui.documents.texts import TemplateError, fill
from opomini_tui.models.database import run
from opomini_tui.models.settings import Company, DunningLevel

SAMPLE_DAY = date(2025, 10, 14)
SAMPLE_NUMBER = 276


@dataclass(frozen=True, slots=True)
class Filled:
    """The text as the customer would read it, or what is wrong with it; `label` names the notice ("" a made-up one)."""

    text: str
    label: str = ""


def fill_in(template: str, level: int, language: str, kind: str) -> Filled:
    """`template` filled in for the newest notice of `level` (4: before lawsuit).

    One of a customer with that language and of that kind ("company" or "person") goes first; that of another is shown
    in the language all the same.
    """
    label, values = preview_values(level, language, kind)
    try:
        return Filled(fill(template, values), label)
    except TemplateError as error:
        return Filled(str(error), label)


def preview_values(level: int, language: str, kind: str) -> tuple[str, dict[str, str]]:
    """The number of the notice that `fill_in` takes ("" for a made-up one), and the values of its placeholders."""
    return _real_values(level, language, kind) or ("", _sample_values(level, language))


def _real_values(level: int, language: str, kind: str) -> tuple[str, dict[str, str]] | None:
    """Number of a real notice and its placeholders."""
    of_level, values = ("notice.before_lawsuit", []) if level == LAWSUIT else ("notice.level = ?", [level])
    same = "= 'person'" if kind == "person" else "<> 'person'"
    query = f"SELECT notice.id FROM notice JOIN customer ON customer.id = notice.customer_id WHERE {of_level}"
    newest = " ORDER BY notice.id DESC LIMIT 1"
    found = run(f"{query} AND customer.language = ? AND customer.kind {same}{newest}", [*values, language]).fetchone()
    found = found or run(query + newest, values).fetchone()
    if found is None:
        return None
    entry = next(notice_letters([int(found[0])]))
    filled = placeholder_values(
        entry.bare, language, previous_number=entry.previous_number, previous_date=entry.previous_date
    )
    return entry.bare.full_number, filled


def _sample_values(level: int, language: str) -> dict[str, str]:
    """The placeholders of a made-up letter."""
    earlier = f"{SAMPLE_DAY.year}-{SAMPLE_NUMBER - 156}" if level > 1 else ""
    day = SAMPLE_DAY - timedelta(15) if earlier else None
    return placeholder_values(_sample_letter(level, language), previous_number=earlier, previous_date=day)


def _sample_letter(level: int, language: str) -> Letter:
    """A letter of this company about two invoices, with the cost and the deadline of its level."""
    rules = DunningLevel.get_by_id(min(level, 3))
    lines = (
        _line(1, "2025-00417", 40, Decimal("1204.50"), rules),
        _line(2, "2025-00466", 12, Decimal("310.00"), rules),
    )
    amount = sum((line.open_amount for line in lines), Decimal(0))
    interest = sum((line.interest for line in lines), Decimal(0))
    company = Company.current()
    return Letter(
        sender=company_sender(company),
        recipient=Recipient("0000001", "Kovinar d.o.o."),
        year=SAMPLE_DAY.year,
        number=SAMPLE_NUMBER,
        date=SAMPLE_DAY,
        level=rules.level,
        before_lawsuit=level == LAWSUIT,
        deadline=SAMPLE_DAY + timedelta(rules.deadline_days),
        language=language,
        currency="EUR",
        items=lines,
        amount=amount,
        cost=rules.cost,
        interest=interest,
        compensation=Decimal(0),
        total=amount + rules.cost + interest,
        reference=notice_reference(company.reference_kind, SAMPLE_DAY.year, SAMPLE_NUMBER),
    )


def _line(position: int, document: str, late: int, amount: Decimal, rules: DunningLevel) -> LetterLine:
    due = SAMPLE_DAY - timedelta(late)
    interest = Decimal("3.21") * position if rules.interest else Decimal(0)
    return LetterLine(position, document, due, due, amount, Decimal(0), amount, late, rules.level, interest)
