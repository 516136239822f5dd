"""The letter of a notice as a PDF to be looked at, as it was issued or as it would be now; and the customer's one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from opomini_tui.documents.legibility import illegible, letter_fields
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.errors import Refused
from opomini_tui.models.database import run
from opomini_tui.models.notices import Document, Notice
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """The PDF of the notice `label` ("2012/233") of that day; `sha256` is that of an issued letter, "" of a draft.

    `warnings`: sentences on what it cannot show.
    """

    label: str
    date: date
    content: bytes
    sha256: str
    warnings: tuple[str, ...] = ()


def shown_letter(notice_id: int) -> ShownLetter:
    """The stored document of an issued notice, else the letter as it would be issued now.

    Raises:
        Refused: the notice does not exist any more.
        OpominiError: its texts cannot be filled in.
    """
    entry = next(notice_letters([notice_id]), None)
    if entry is None:
        raise Refused(_("This notice does not exist any more."))
    notice = entry.notice
    if notice.document_id is not None:
        return replace(_stored(notice), warnings=tuple(illegible(letter_fields(entry.bare))))
    from opomini_tui.documents.letter import draw_letter

    letter = entry.letter
    return ShownLetter(notice.label, notice.date, draw_letter(letter), "", tuple(illegible(letter_fields(letter))))


def letter_before(notice_id: int) -> ShownLetter | None:
    """The letter of the same customer's last issued notice before this one; None when there is none."""
    found = run(
        "SELECT earlier.id FROM notice JOIN notice AS earlier ON earlier.customer_id = notice.customer_id "
        "AND earlier.document_id IS NOT NULL "
        "AND (earlier.date < notice.date OR (earlier.date = notice.date AND earlier.id < notice.id)) "
        "WHERE notice.id = ? ORDER BY earlier.date DESC, earlier.id DESC LIMIT 1",
        (notice_id,),
    ).fetchone()
    return _stored(Notice.get_by_id(found[0])) if found else None


def _stored(notice: Notice) -> ShownLetter:
    """The letter of an issued notice."""
    document = Document.get_by_id(notice.document_id)
    return ShownLetter(notice.label, notice.date, bytes(document.content), document.sha256)
