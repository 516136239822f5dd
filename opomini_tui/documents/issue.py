"""Izstavitve: fixes a notice's figures, makes its PDF, and counts its level on every item of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING, Literal

from opomini_tui.documents.interest_page import has_interest_pages, missing_sentence
from opomini_tui.documents.issue_helper import Drawn, NotSigned
from opomini_tui.documents.issue_pool import LetterPool, helpers_for
from opomini_tui.documents.legibility import note_illegible, sentences_of_many
from opomini_tui.documents.letter import Letter
from opomini_tui.documents.letter_data import NoticeLetter, notice_letters
from opomini_tui.documents.letter_values import SlipObstacle
from opomini_tui.dunning.recheck import OBSTACLES_TO_ISSUE, judged, obstacle_sentence, today_utc
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.models.notices import Notice
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, ngettext, pgettext

if TYPE_CHECKING:
    from opomini_tui.documents.signature import LetterSigner

Lack = SlipObstacle | Literal["interest page"]
"""Why a letter has no payment slip, or that it has no interest specification."""
CHUNK = 50
"""Notices that are issued in one transaction; a stop or a crash loses at most the drawing of so many."""


@dataclass(frozen=True, slots=True)
class Issued:
    """How many notices were issued, a sentence for each that was not, and whether it was stopped before the end.

    `warnings`: what the bookkeeper should know of those that were issued; `signed_by`: whose certificate signed them.
    """

    count: int
    refused: tuple[str, ...]
    stopped: bool = False
    warnings: tuple[str, ...] = ()
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Notices that are issued in one transaction: those with a letter, a sentence for each without, and how many
    notices there are up to its end."""

    entries: Sequence[NoticeLetter]
    refused: Sequence[str]
    end: int


def issue(
    chosen: NoticeFilter,
    actor: Actor,
    *,
    signer: LetterSigner | None = None,
    progress: Progress | None = None,
    stop: Event | None = None,
    processes: int = 0,
) -> Issued:
    """Issue the prepared notices of the filter; `signer` (see `signature.signer_of`) signs each letter.

    What was paid, changed, disputed or blocked since it was prepared is refused by name, the rest is issued. Works in
    chunks, each one transaction: after a crash, the same call issues the rest. `stop` ends it
    after the chunk in hand, and so does a letter that cannot be signed. `processes` draw (see `helpers_for`).

    Raises:
        NothingToDo: the filter holds no prepared notice.
    """
    actor.require("issue")
    ids = notice_ids(replace(chosen, state="prepared", sort="customer_code"))
    if not ids:
        raise NothingToDo(_("There is no prepared notice in this choice; nothing was issued."))
    signed_by = signer.holder if signer else ""
    course, issued, stopped = Course(progress), 0, False
    refused: list[str] = []
    lacking: Counter[Lack] = Counter()
    unshown: dict[str, list[str]] = {}
    if stop and stop.is_set():
        return Issued(0, (), stopped=True, signed_by=signed_by)
    with LetterPool[_Chunk](helpers_for(len(ids), processes), signer) as pool:
        try:
            for chunk, drawn in pool.drawn(_chunks(ids)):
                letters, undrawable = _parted(chunk, drawn)
                done, changed = _store(letters, actor, signed_by)
                issued += len(done)
                lacking.update(_lacks(done))
                for entry in done:
                    note_illegible(entry.notice.label, entry.letter, unshown)
                refused += [*chunk.refused, *undrawable, *changed]
                course.tell(chunk.end, len(ids), _counts(issued, len(refused)))
                if stop and stop.is_set() and chunk.end < len(ids):
                    stopped = True
                    break
        except NotSigned as error:  # what keeps one letter from being signed keeps them all
            refused.append(str(error))
            stopped = True
    warnings = (*_warnings(lacking), *sentences_of_many(unshown))
    return Issued(issued, tuple(refused), stopped, warnings, signed_by)


def _counts(issued: int, refused: int) -> dict[str, int]:
    """As it is told while it goes on."""
    return {pgettext("notices", "issued"): issued, pgettext("notices", "left out"): refused}


def _chunks(ids: Sequence[int]) -> Iterator[tuple[_Chunk, list[Letter]]]:
    """The notices and their letters, a transaction's at a time."""
    for start in range(0, len(ids), CHUNK):
        wanted = ids[start : start + CHUNK]
        entries, letters, refused = [], [], []
        for entry in notice_letters(wanted):
            try:
                letters.append(entry.letter)  # a broken text of one level stops only its own notices
            except OpominiError as error:
                refused.append(f"{entry.notice.label}: {error}")
            else:
                entries.append(entry)
        yield _Chunk(entries, refused, start + len(wanted)), letters


def _parted(chunk: _Chunk, drawn: Sequence[Drawn]) -> tuple[list[tuple[NoticeLetter, bytes]], list[str]]:
    """The chunk's letters as PDF, and a sentence for each that cannot be drawn."""
    letters, refused = [], []
    for entry, pdf in zip(chunk.entries, drawn, strict=True):
        if isinstance(pdf, str):
            refused.append(f"{entry.notice.label}: {pdf}")
        else:
            letters.append((entry, pdf))
    return letters, refused


def _lacks(issued: Sequence[NoticeLetter]) -> Iterator[Lack]:
    """What the company wants on its letters and could not be put on them."""
    for entry in issued:
        letter = entry.bare
        if letter.codes and letter.slip_obstacle:
            yield letter.slip_obstacle
        if letter.specification and not has_interest_pages(letter):
            yield "interest page"


def _warnings(lacking: Mapping[Lack, int]) -> tuple[str, ...]:
    """A sentence for each reason why letters lack something that the company wants on them."""
    sentences: dict[Lack, Callable[[int], str]] = {
        "no account": lambda n: ngettext(
            "{n} letter has no payment slip: the company has no account number (IBAN). Write it in the settings.",
            "{n} letters have no payment slip: the company has no account number (IBAN). Write it in the settings.",
            n,
        ),
        "wrong account": lambda n: ngettext(
            "{n} letter has no payment slip: the company's account number (IBAN) is wrong. Correct it in the settings.",
            "{n} letters have no payment slip: the company's account number (IBAN) is wrong. Correct it in the settings.",
            n,
        ),
        "currency": lambda n: ngettext(
            "{n} letter has no payment slip: its currency is not the euro.",
            "{n} letters have no payment slip: their currency is not the euro.",
            n,
        ),
        "amount": lambda n: ngettext(
            "{n} letter has no payment slip: there is nothing to pay, or more than a slip can hold.",
            "{n} letters have no payment slip: there is nothing to pay, or more than a slip can hold.",
            n,
        ),
        "interest page": missing_sentence,
    }
    return tuple(say(lacking[why]).format(n=lacking[why]) for why, say in sentences.items() if lacking.get(why))


def _store(
    drawn: Sequence[tuple[NoticeLetter, bytes]], actor: Actor, signed_by: str
) -> tuple[list[NoticeLetter], list[str]]:
    """Issue the drawn notices in one transaction; those that are, and a sentence for each that is not."""
    refused: list[str] = []
    issued: list[NoticeLetter] = []
    by = {"signed_by": signed_by} if signed_by else {}
    entries: list[tuple[str, dict[str, object]]] = []
    with exclusive("notices"):
        obstacles = _obstacles([entry.notice.id for entry, _pdf in drawn])
        for entry, pdf in drawn:
            notice = entry.notice
            state, obstacle = obstacles.get(notice.id, ("", ""))
            if state != "prepared":
                refused.append(_("{label}: somebody else has just issued or deleted it.").format(label=notice.label))
            elif obstacle in OBSTACLES_TO_ISSUE:
                refused.append(f"{notice.label}: {obstacle_sentence(obstacle)}")
            else:
                digest = _issue_one(notice.id, pdf, actor)
                issued.append(entry)
                entries.append((f"notice {notice.label}", {"sha256": digest, "total": str(notice.total), **by}))
        _raise_series([entry.notice for entry in issued])
        journal.write_many(actor.code, "issue", entries)
    return issued, refused


def _obstacles(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """State of each notice and what stands against it now."""
    sql, values = judged(NoticeFilter(ids=tuple(ids)), today_utc())
    rows = run(f"{sql} SELECT id, state, obstacle FROM judged", values).fetchall()
    return {number: (state, obstacle or "") for number, state, obstacle in rows}


def _issue_one(notice_id: int, pdf: bytes, actor: Actor) -> str:
    """Store the PDF, turn the notice to issued and count its level on its items; the PDF's SHA-256."""
    digest = hashlib.sha256(pdf).hexdigest()
    at = now_ms()
    run(
        "INSERT INTO document (sha256, content, media_type, at) VALUES (?, ?, 'application/pdf', ?) "
        "ON CONFLICT (sha256) DO NOTHING",
        (digest, pdf, at),
    )
    document_id = run("SELECT id FROM document WHERE sha256 = ?", (digest,)).fetchone()[0]
    run(
        "UPDATE notice SET state = 'issued', document_id = ?, issued_at = ? WHERE id = ? AND state = 'prepared'",
        (document_id, at, notice_id),
    )
    run(
        "INSERT INTO notice_document (notice_id, document_id, operator_code, at) VALUES (?, ?, ?, ?)",
        (notice_id, document_id, actor.code, at),
    )
    run(
        "UPDATE open_item SET level = entry.level, last_notice_date = notice.date, lawsuit = notice.before_lawsuit "
        "FROM notice_item AS entry, notice "
        "WHERE entry.open_item_id = open_item.id AND entry.notice_id = ? AND notice.id = entry.notice_id",
        (notice_id,),
    )
    return digest


def _raise_series(issued: Sequence[Notice]) -> None:
    """Remember the highest issued number of each year, so that it is never given again."""
    highest: dict[int, int] = {}
    for notice in issued:
        highest[notice.year] = max(notice.number, highest.get(notice.year, 0))
    for year, number in highest.items():
        run(
            "INSERT INTO number_series (year, first_number, last_issued) VALUES (?, 1, ?) ON CONFLICT (year) DO UPDATE "
            "SET last_issued = CASE WHEN number_series.last_issued > excluded.last_issued "
            "THEN number_series.last_issued ELSE excluded.last_issued END",
            (year, number),
        )
