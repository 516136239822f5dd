"""Letters from the database: notices with their items, customers and texts, in chunks of any number of notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from opomini_tui.documents.letter_values import Letter, LetterLine, Recipient, Sender, placeholder_values, with_texts
from opomini_tui.documents.reference import notice_reference
from opomini_tui.documents.stored_texts import StoredTexts, kind_of
from opomini_tui.dunning.candidates import read_rates
from opomini_tui.dunning.interest import Rate
from opomini_tui.dunning.interest_parts import Charged, Specification, specify
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notices import Notice, NoticeItem
from opomini_tui.models.parties import Customer
from opomini_tui.models.settings import Company
from opomini_tui.text.formats import cents_of

CHUNK = 100


@dataclass(frozen=True)
class NoticeLetter:
    """A notice, its customer, its letter without texts and their templates, and the notice before it ("2012-120")."""

    notice: Notice
    customer: Customer
    bare: Letter
    above: str
    below: str
    previous_number: str
    previous_date: date | None

    @cached_property
    def letter(self) -> Letter:
        """The letter with its texts filled in.

        Raises:
            TemplateError: a template cannot be filled.
        """
        return with_texts(
            self.bare,
            self.above,
            self.below,
            previous_number=self.previous_number,
            previous_date=self.previous_date,
        )

    def placeholders(self) -> dict[str, str]:
        """The value of every placeholder, in the customer's language."""
        return placeholder_values(self.bare, previous_number=self.previous_number, previous_date=self.previous_date)


def notice_letters(notice_ids: Sequence[int]) -> Iterator[NoticeLetter]:
    """The letters of the notices, in the order of the ids; an id without a notice is passed over."""
    texts, company = StoredTexts(), Company.current()
    rates = read_rates() if company.interest_page else []
    for start in range(0, len(notice_ids), CHUNK):
        yield from _chunk(notice_ids[start : start + CHUNK], texts, company, rates)


def company_sender(company: Company) -> Sender:
    """The head of the letters."""
    return Sender(
        name=company.name,
        street=company.street,
        post_code=company.post_code,
        city=company.city,
        country=company.country,
        tax_id=company.tax_id,
        registration_number=company.registration_number,
        iban=company.iban,
        bic=company.bic,
        bank=company.bank,
        email=company.email,
        phone=company.phone,
        contact=company.contact_person,
        logo=bytes(company.logo) if company.logo else None,
    )


def _chunk(ids: Sequence[int], texts: StoredTexts, company: Company, rates: Sequence[Rate]) -> Iterator[NoticeLetter]:
    """The letters of a few notices; four queries."""
    wanted, sender = list(ids), company_sender(company)
    notices = {row.id: row for row in Notice.select(Notice, Customer).join(Customer).where(Notice.id.in_(wanted))}
    items: dict[int, list[NoticeItem]] = {}
    for row in NoticeItem.select().where(NoticeItem.notice.in_(wanted)).order_by(NoticeItem.position):
        items.setdefault(row.notice_id, []).append(row)
    previous = _previous(wanted)
    for number in wanted:
        if number in notices:
            notice = notices[number]
            label, day = previous.get(number, ("", None))
            kind = kind_of(notice.customer.kind)
            where = (notice.level, notice.before_lawsuit, notice.customer.language, kind)
            yield NoticeLetter(
                notice,
                notice.customer,
                _letter(notice, items.get(number, []), sender, company, rates),
                texts.template("above", *where),
                texts.template("below", *where),
                label,
                day,
            )


_PREVIOUS = """SELECT notice.id, earlier.year, earlier.number, earlier.date
    FROM notice JOIN notice AS earlier ON earlier.customer_id = notice.customer_id AND earlier.id < notice.id
    WHERE notice.id IN ({ids}) AND earlier.state <> 'prepared' AND EXISTS (
        SELECT 1 FROM notice_item AS mine JOIN notice_item AS theirs ON theirs.open_item_id = mine.open_item_id
        WHERE mine.notice_id = notice.id AND theirs.notice_id = earlier.id)
    ORDER BY earlier.id"""


def _previous(ids: Sequence[int]) -> dict[int, tuple[str, date | None]]:
    """The last issued notice before each that held one of its items: its number and day."""
    rows = run(_PREVIOUS.format(ids=",".join(map(str, ids)))).fetchall()
    return {number: (f"{year}-{series}", as_day(day)) for number, year, series, day in rows}


def _letter(
    notice: Notice, items: Sequence[NoticeItem], sender: Sender, company: Company, rates: Sequence[Rate]
) -> Letter:
    """The letter without its texts."""
    customer = notice.customer
    return Letter(
        sender=sender,
        recipient=Recipient(
            code=customer.code,
            name=notice.customer_name,
            street=customer.street,
            post_code=customer.post_code,
            city=customer.city,
            country=customer.country,
            tax_id=customer.tax_id,
            is_person=customer.kind == "person",
        ),
        year=notice.year,
        number=notice.number,
        date=notice.date,
        level=notice.level,
        before_lawsuit=notice.before_lawsuit,
        deadline=notice.deadline,
        language=customer.language,
        currency=notice.currency,
        items=tuple(_line(item) for item in items),
        amount=notice.amount,
        cost=notice.cost,
        interest=notice.interest,
        compensation=notice.compensation,
        total=notice.total,
        reference=notice_reference(company.reference_kind, notice.year, notice.number),
        codes=company.slip,
        purpose_code=company.purpose_code,
        purpose_text=company.purpose_text,
        seal=company.visible_signature,
        specification=_specification(notice, items, rates) if company.interest_page and notice.interest else None,
    )


def _specification(notice: Notice, items: Sequence[NoticeItem], rates: Sequence[Rate]) -> Specification:
    """How the notice's interest came to be."""
    charged = [
        Charged(item.document, item.due_date, cents_of(item.open_amount), cents_of(item.interest))
        for item in items
        if item.interest
    ]
    return specify(charged, notice.date, rates)


def _line(item: NoticeItem) -> LetterLine:
    """One line of the table."""
    return LetterLine(
        position=item.position,
        document=item.document,
        document_date=item.document_date,
        due_date=item.due_date,
        amount=item.amount,
        paid=item.amount - item.open_amount,
        open_amount=item.open_amount,
        days_late=item.days_late,
        level=item.level,
        interest=item.interest,
    )
