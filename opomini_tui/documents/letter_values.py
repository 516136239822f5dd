"""A letter as plain values: everything that stands on it, and the checks that its figures pass before it is drawn."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from opomini_tui.documents.reference import group_iban, is_iban
from opomini_tui.documents.texts import fill
from opomini_tui.documents.wording import Wording, wording
from opomini_tui.dunning.interest_parts import Specification
from opomini_tui.errors import OpominiError
from opomini_tui.text import _
from opomini_tui.text.formats import format_date, format_money

ZERO = Decimal(0)
PURPOSE_LENGTH = 42  # of the purpose on a payment order
_MOST_ON_SLIP = Decimal("999999999.99")
SlipObstacle = Literal["no account", "wrong account", "currency", "amount"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The company that sends the letter; what is empty is left out."""

    name: str
    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str = "SI"
    tax_id: str = ""
    registration_number: str = ""
    iban: str = ""
    bic: str = ""
    bank: str = ""
    email: str = ""
    phone: str = ""
    contact: str = ""
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """The customer to whom the letter goes."""

    code: str
    name: str
    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str = "SI"
    tax_id: str = ""
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One open item on the letter; a credit note has negative amounts. Amounts in the letter's currency."""

    position: int
    document: str
    document_date: datetime.date | None
    due_date: datetime.date
    amount: Decimal
    paid: Decimal
    open_amount: Decimal
    days_late: int
    level: int
    interest: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it is printed. `above` and `below` are filled in; an empty line parts their paragraphs.

    `codes`: at home it carries the UPN slip with its code; abroad it bears an EPC code in any case. `purpose_text`:
    template of the payment's purpose, "" for the packaged.
    `seal`: room is kept for a visible signature. `specification`: how its interest came to be, where the company wants
    that on pages of its own (`interest_page`).
    """

    sender: Sender
    recipient: Recipient
    year: int
    number: int
    date: datetime.date
    level: int
    before_lawsuit: bool
    deadline: datetime.date
    language: str
    currency: str
    items: tuple[LetterLine, ...]
    amount: Decimal
    cost: Decimal
    interest: Decimal
    compensation: Decimal
    total: Decimal
    reference: str = ""
    above: str = ""
    below: str = ""
    codes: bool = False
    purpose_code: str = "GDSV"
    purpose_text: str = ""
    seal: bool = False
    specification: Specification | None = None

    @property
    def full_number(self) -> str:
        """Year and number as printed: "2026-276"."""
        return f"{self.year}-{self.number}"

    @property
    def words(self) -> Wording:
        """The words of the letter's language."""
        return wording(self.language)

    @property
    def title(self) -> str:
        """The title without the number: "2. OPOMIN"."""
        return self.words.title(self.level, self.before_lawsuit)

    @property
    def full_title(self) -> str:
        """Title and number: "2. OPOMIN št. 2026-276"."""
        return f"{self.title} {self.words.title_number(self.full_number)}"

    @property
    def purpose(self) -> str:
        """The purpose of the payment, at most 42 characters: "Opomin 2026-276, 3 računi".

        Raises:
            TemplateError: the template of the company cannot be filled.
        """
        if self.purpose_text:
            text = fill(self.purpose_text, placeholder_values(self))
        else:
            invoices = self.words.counted("invoices", len(self.items))
            text = self.words.label("purpose_text", number=self.full_number, invoices=invoices)
        return " ".join(text.split())[:PURPOSE_LENGTH].strip()

    @property
    def slip_obstacle(self) -> SlipObstacle | None:
        """Why it cannot be paid by one scan: no account or a wrong one, not euros, nothing to pay or too much."""
        if not self.sender.iban:
            return "no account"
        if not is_iban(self.sender.iban):
            return "wrong account"
        if self.currency != "EUR":
            return "currency"
        return None if ZERO < self.total <= _MOST_ON_SLIP else "amount"

    @property
    def payment_form(self) -> Literal["upn", "epc", ""]:
        """How it is paid by one scan: the UPN slip at home, an EPC code abroad; nothing where something is against it."""
        if self.slip_obstacle:
            return ""
        if self.recipient.country not in ("", "SI"):
            return "epc"
        return "upn" if self.codes else ""

    def money(self, amount: Decimal) -> str:
        """An amount as the letter's language writes it."""
        return format_money(amount, self.words.language)

    def day(self, day: datetime.date) -> str:
        """A date as the letter's language writes it."""
        return format_date(day, self.words.language)


def check(letter: Letter) -> None:
    """Refuse a letter whose printed lines do not add up to its printed totals.

    Raises:
        OpominiError: there are no lines, the level is none of 1 to 3, or a sum is wrong.
    """
    if not letter.items or letter.level not in (1, 2, 3):
        message = _("Notice {number} has no open items or no level, so no letter can be made. Prepare it again.")
        raise OpominiError(message.format(number=letter.full_number))
    parts = letter.amount + letter.cost + letter.interest + letter.compensation
    for printed, computed in (
        (letter.amount, sum((line.open_amount for line in letter.items), ZERO)),
        (letter.interest, sum((line.interest for line in letter.items), ZERO)),
        (letter.total, parts),
    ):
        if printed != computed:
            message = _(
                "Notice {number}: its parts add up to {computed}, but it says {printed}. "
                "No letter was made; prepare the notice again."
            )
            raise OpominiError(
                message.format(
                    number=letter.full_number, computed=letter.money(computed), printed=letter.money(printed)
                )
            )


def placeholder_values(
    letter: Letter,
    language: str | None = None,
    *,
    previous_number: str = "",
    previous_date: datetime.date | None = None,
) -> dict[str, str]:
    """The value of every placeholder for `letter`, in `language` or else the letter's own.

    `previous_number` and `previous_date` name the notice before this one ("2026-120"); without them the texts do not
    speak of one.
    """
    if language:
        letter = replace(letter, language=language)
    words, sender = letter.words, letter.sender
    most_days = max((line.days_late for line in letter.items), default=0)
    values = {
        "stevilka": letter.full_number,
        "leto": str(letter.year),
        "datum": letter.day(letter.date),
        "stopnja": str(letter.level),
        "rok": letter.day(letter.deadline),
        "skupaj": letter.money(letter.total),
        "glavnica": letter.money(letter.amount),
        "obresti": letter.money(letter.interest),
        "obresti_do": letter.day(letter.date),
        "strosek": letter.money(letter.cost),
        "nadomestilo": letter.money(letter.compensation),
        "valuta": letter.currency,
        "n": str(len(letter.items)),
        "n_racunov": words.counted("invoices", len(letter.items)),
        "racuni": "\n".join(_line_text(letter, line) for line in letter.items),
        "najvec_dni": words.counted("days", most_days) if most_days > 0 else "",
        "iban": group_iban(sender.iban),
        "sklic": letter.reference,
        "podjetje": sender.name,
        "kontakt": sender.contact,
        "telefon": sender.phone,
        "eposta": sender.email,
        "stranka": letter.recipient.name,
        "prejsnji_opomin": previous_number,
        "prejsnji_datum": letter.day(previous_date) if previous_date else "",
    }
    present = [key for key in ("interest", "cost", "compensation") if getattr(letter, key)]
    values["dodatki"] = fill(words.joined("extras", present), values)
    values["sestava"] = fill(words.joined("breakdown", ["principal", *present]), values)
    return values


def with_texts(
    letter: Letter, above: str, below: str, *, previous_number: str = "", previous_date: datetime.date | None = None
) -> Letter:
    """The letter with the templates `above` and `below` filled in.

    Raises:
        TemplateError: a template cannot be filled.
    """
    values = placeholder_values(letter, previous_number=previous_number, previous_date=previous_date)
    return replace(letter, above=fill(above, values), below=fill(below, values))


def _line_text(letter: Letter, line: LetterLine) -> str:
    """One item in running text: "2011-00001 · 08.08.2011 · 3.008,89 EUR"."""
    return f"{line.document} · {letter.day(line.due_date)} · {letter.money(line.open_amount)} {letter.currency}"
