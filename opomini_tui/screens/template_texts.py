"""What the form Besedila works on: the texts in force, those changed, and a sample letter to fill them in with."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from opomini_tui.documents.letter_data import company_sender
from opomini_tui.documents.letter_values import Letter, LetterLine, Recipient, placeholder_values
from opomini_tui.documents.reference import si12
from opomini_tui.documents.stored_texts import LAWSUIT
from opomini_tui.documents.texts import default_text, fill
from opomini_tui.documents.wording import Kind, TextName
from opomini_tui.errors import OpominiError
from opomini_tui.models.settings import Company, DunningLevel, Template
from opomini_tui.setup.settings_form import TextKey
from opomini_tui.text import _
from opomini_tui.widgets.template_field import template_problem

LANGUAGES = (("sl", "slovenščina"), ("en", "English"), ("de", "Deutsch"), ("it", "italiano"), ("hr", "hrvatski"))


def sample_languages() -> list[tuple[str, str]]:
    """The languages that letters speak, each by its own name."""
    return list(LANGUAGES)


def parts() -> list[tuple[str, str]]:
    """The texts of a notice."""
    return [
        ("above", _("letter, above the items")),
        ("below", _("letter, below the items")),
        ("subject", _("subject of the e-mail")),
        ("mail", _("text of the e-mail")),
    ]


def packaged(key: TextKey) -> str:
    """The text that comes with the program."""
    level, language, kind, part = key
    return default_text(cast("TextName", part), min(level, 3), level == LAWSUIT, language, cast("Kind", kind))


class TextBook:
    """This company's own texts and what was changed of them."""

    def __init__(self) -> None:
        self._stored: dict[TextKey, str] = {
            (row.level, row.language, row.customer_kind, row.part): row.content for row in Template.select()
        }
        self._typed: dict[TextKey, str] = {}

    def text(self, key: TextKey) -> str:
        """The text as it is now."""
        if key in self._typed:
            return self._typed[key]
        return self._stored.get(key) or packaged(key)

    def put(self, key: TextKey, text: str) -> None:
        """What was typed."""
        self._typed[key] = text

    def reset(self, key: TextKey) -> None:
        """Back to the packaged text."""
        self._typed[key] = packaged(key)

    def is_own(self, key: TextKey) -> bool:
        """Whether it is another than the packaged text."""
        return self.text(key).strip() not in ("", packaged(key).strip())

    def changed(self) -> dict[TextKey, str]:
        """What is to be saved: an empty text stands for the packaged one."""
        wanted = {key: text.strip() if self.is_own(key) else "" for key, text in self._typed.items()}
        return {key: text for key, text in wanted.items() if text != self._stored.get(key, "")}

    def first_wrong(self) -> tuple[TextKey, str] | None:
        """The first changed text that cannot be filled in, and why."""
        for key, text in self.changed().items():
            if problem := template_problem(text):
                return key, problem
        return None


def filled_in(key: TextKey, text: str) -> str:
    """The text filled in for the sample letter; what is wrong with it as a sentence. Called in a thread."""
    try:
        return fill(text or packaged(key), sample_values(key))
    except OpominiError as error:
        return str(error)


def sample_values(key: TextKey) -> dict[str, str]:
    """Every placeholder's value for the sample letter of that level and language."""
    earlier = "2025-120" if key[0] > 1 else ""
    day = date(2025, 10, 14)
    letter = sample_letter(key, day)
    return placeholder_values(letter, previous_number=earlier, previous_date=day - timedelta(15) if earlier else None)


def sample_letter(key: TextKey, day: date) -> Letter:
    """A letter of this company about two invoices, with the cost and the deadline of its level."""
    level, language, _kind, _part = key
    row = DunningLevel.get_by_id(min(level, 3))
    lines = (
        _line(1, "2025-00417", day - timedelta(40), Decimal("1204.50"), row),
        _line(2, "2025-00466", day - timedelta(12), Decimal("310.00"), row),
    )
    amount = sum((line.open_amount for line in lines), Decimal(0))
    interest = sum((line.interest for line in lines), Decimal(0))
    return Letter(
        sender=company_sender(Company.current()),
        recipient=Recipient("0000001", "Kovinar d.o.o."),
        year=day.year,
        number=276,
        date=day,
        level=min(level, 3),
        before_lawsuit=level == LAWSUIT,
        deadline=day + timedelta(row.deadline_days),
        language=language,
        currency="EUR",
        items=lines,
        amount=amount,
        cost=row.cost,
        interest=interest,
        compensation=Decimal(0),
        total=amount + row.cost + interest,
        reference=si12(day.year, 276),
    )


def _line(position: int, document: str, due: date, amount: Decimal, row: DunningLevel) -> LetterLine:
    interest = Decimal("3.21") * position if row.interest else Decimal(0)
    late = (date(2025, 10, 14) - due).days
    return LetterLine(position, document, due, due, amount, Decimal(0), amount, late, row.level, interest)
