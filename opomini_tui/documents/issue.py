"""Izstavitve: fixes a notice's figures, makes its PDF, and counts its level on every item of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event

from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.letter_data import NoticeLetter, notice_letters
from opomini_tui.dunning.recheck import OBSTACLES_TO_ISSUE, judged, obstacle_sentence, today_utc
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.models.notices import Notice
from opomini_tui.text import _

CHUNK = 50
"""Notices that are issued in one transaction; a stop or a crash loses at most the drawing of so many."""


@dataclass(frozen=True, slots=True)
class Issued:
    """How many notices were issued, a sentence for each that was not, and whether it was stopped before the end."""

    count: int
    refused: tuple[str, ...]
    stopped: bool = False


def issue(
    chosen: NoticeFilter,
    actor: Actor,
    *,
    progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> Issued:
    """Issue the prepared notices of the filter.

    What was paid, changed, disputed or blocked since it was prepared is refused by name, the rest is issued. Works in
    chunks, each one transaction: after a crash, the same call issues the rest. `progress(done, all)`; `stop` ends it
    after the chunk in hand.

    Raises:
        NothingToDo: the filter holds no prepared notice.
    """
    actor.require("issue")
    ids = notice_ids(replace(chosen, state="prepared", sort="customer_code"))
    if not ids:
        raise NothingToDo(_("There is no prepared notice in this choice; nothing was issued."))
    count = 0
    refused: list[str] = []
    for start in range(0, len(ids), CHUNK):
        if stop is not None and stop.is_set():
            return Issued(count, tuple(refused), stopped=True)
        drawn, undrawable = _draw(ids[start : start + CHUNK])
        done, changed = _store(drawn, actor)
        count += done
        refused += [*undrawable, *changed]
        if progress:
            progress(min(start + CHUNK, len(ids)), len(ids))
    return Issued(count, tuple(refused))


def _draw(ids: Sequence[int]) -> tuple[list[tuple[NoticeLetter, bytes]], list[str]]:
    """The letters of the notices as PDF, and a sentence for each that cannot be drawn."""
    drawn, refused = [], []
    for entry in notice_letters(ids):
        try:
            drawn.append((entry, draw_letter(entry.letter)))  # a broken text of one level stops only its own notices
        except OpominiError as error:
            refused.append(f"{entry.notice.label}: {error}")
    return drawn, refused


def _store(drawn: Sequence[tuple[NoticeLetter, bytes]], actor: Actor) -> tuple[int, list[str]]:
    """Issue the drawn notices in one transaction; how many, and a sentence for each that was not."""
    refused: list[str] = []
    issued: list[Notice] = []
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
                issued.append(notice)
                entries.append((f"notice {notice.label}", {"sha256": digest, "total": str(notice.total)}))
        _raise_series(issued)
        journal.write_many(actor.code, "issue", entries)
    return len(entries), refused


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
