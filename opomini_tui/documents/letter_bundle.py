"""Issued letters as one PDF for paper: what was issued, never what the same notice would look like today.

A letter that can be drawn anew to the very pages that were issued is drawn into one document with the others, which is
small and fast; a signed one too: its bytes begin with the letter as it was before the signature. One that cannot (its
address or texts changed since) goes in as it is stored. One letter alone is the stored file itself, signature and all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter

from opomini_tui.documents.copy_mark import copy_page, mark_copy
from opomini_tui.documents.letter import LetterFile, bookmark_of, draw_letter, letter_sheets
from opomini_tui.documents.letter_data import NoticeLetter, notice_letters
from opomini_tui.documents.seal import draw_seal
from opomini_tui.documents.sheet import Sheet
from opomini_tui.errors import OpominiError
from opomini_tui.models.database import run
from opomini_tui.models.notices import Document
from opomini_tui.progress import UNFOLLOWED, Course
from opomini_tui.text.moments import local


@dataclass(frozen=True, slots=True)
class Bundle:
    """The notices that are in it, its bytes and its pages."""

    notice_ids: tuple[int, ...]
    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One letter of a bundle: so many `drawn` pages, or none and the stored document goes in."""

    notice_id: int
    title: str
    drawn: int
    document_id: int
    is_copy: bool


def bundle(notice_ids: Sequence[int], *, copy_mark: bool, course: Course = UNFOLLOWED) -> Bundle:
    """The letters of the notices in this order; a notice that has no document any more is left out.

    copy_mark: the letters that were printed before bear the mark of a copy.

    Raises:
        NothingToDo: none of them has a document.
        Stopped: a person stopped it.
    """
    digests = _digests(notice_ids)
    file = LetterFile()
    parts: list[_Part] = []
    for entry in notice_letters([number for number in notice_ids if number in digests]):
        course.go_on()
        if entry.notice.document_id is None:
            continue  # unlocked a moment ago
        is_copy = copy_mark and entry.notice.printed_at is not None
        if len(digests) == 1 and not is_copy:
            content = _stored(entry.notice.document_id)
            return Bundle((entry.notice.id,), content, len(PdfReader(BytesIO(content)).pages))
        sheets = _sheets_as_issued(entry, digests[entry.notice.id])
        if sheets is not None:
            if is_copy:
                mark_copy(sheets, entry.bare.language)
            file.add(entry.letter, sheets)
        parts.append(
            _Part(entry.notice.id, bookmark_of(entry.bare), len(sheets or ()), entry.notice.document_id, is_copy)
        )
        course.tell(len(parts), len(digests))
    ids = tuple(part.notice_id for part in parts)
    if all(part.drawn for part in parts):
        return Bundle(ids, file.finish(), file.pages)
    return Bundle(ids, *_joined(parts, file))


def _digests(ids: Sequence[int]) -> dict[int, str]:
    """SHA-256 of each notice's document."""
    return dict(
        run(
            "SELECT notice.id, document.sha256 FROM notice JOIN document ON document.id = notice.document_id "
            f"WHERE notice.id IN ({','.join(map(str, ids))})"
        ).fetchall()
    )


def _sheets_as_issued(entry: NoticeLetter, digest: str) -> list[Sheet] | None:
    """The pages of the letter when drawing them gives what was issued, before its signature if it has one."""
    try:
        sheets = letter_sheets(entry.letter)
        drawn = draw_letter(entry.letter, sheets)
    except OpominiError:  # today's texts cannot be filled; what was issued can still be printed
        return None
    if hashlib.sha256(drawn).hexdigest() == digest:
        return sheets
    stored = _stored(entry.notice.document_id or 0)
    if not stored.startswith(drawn):
        return None
    for sheet in sheets:
        if sheet.seal is not None:
            _show_signature(sheet, stored)
    return sheets


def _show_signature(sheet: Sheet, stored: bytes) -> None:
    """Draw on the page what its visible signature shows in the file."""
    root: Any = PdfReader(BytesIO(stored)).root_object
    for field in root["/AcroForm"]["/Fields"]:
        signature = field.get_object()["/V"]
        moment = datetime.strptime(str(signature["/M"]).replace("'", ""), "D:%Y%m%d%H%M%S%z")
        day = local(int(moment.timestamp() * 1000)).date()
        draw_seal(sheet, str(signature["/Name"]), day, str(root.get("/Lang", "")))


def _stored(document_id: int) -> bytes:
    """The stored document."""
    return bytes(Document.get_by_id(document_id).content)


def _joined(parts: Sequence[_Part], file: LetterFile) -> tuple[bytes, int]:
    """Drawn and stored letters in one document, and its pages. Signatures stay behind: they sign the file alone."""
    writer = PdfWriter()
    drawn = PdfReader(BytesIO(file.finish())) if file.pages else None
    start = 0
    for part in parts:
        if drawn is not None and part.drawn:
            pages = (start, start + part.drawn)
            writer.append(drawn, outline_item=part.title, pages=pages, import_outline=False)
            start += part.drawn
            continue
        first = len(writer.pages)
        stored = PdfReader(BytesIO(_stored(part.document_id)))
        writer.append(stored, outline_item=part.title, import_outline=False, excluded_fields=("/Annots",))
        if part.is_copy:
            language = str(stored.root_object.get("/Lang", ""))  # of the letter; the customer's may be another today
            mark = PdfReader(BytesIO(copy_page(language))).pages[0]
            for page in writer.pages[first:]:
                page.merge_page(mark)
    output = BytesIO()
    writer.write(output)
    return output.getvalue(), len(writer.pages)
