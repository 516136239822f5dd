"""Izpis: one, the ticked or the filtered notices as one PDF, to a file or to a printer; and the list of notices.

What is printed is what was issued (see `letter_bundle`); a letter that was printed before bears the mark of a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, get_ident

from opomini_tui.documents.letter_bundle import bundle
from opomini_tui.dunning.undelivered import counts_again
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, pgettext

PRINTER_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed: notices, pages, the file (None for a printer), and a sentence for each notice left out."""

    count: int
    pages: int
    path: Path | None
    skipped: tuple[str, ...]


def print_notices(
    chosen: NoticeFilter,
    actor: Actor,
    *,
    output: Path | None = None,
    printer: str | None = None,
    copies: int = 1,
    tray: str = "",
    posted: bool = False,
    copy_mark: bool = True,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Printed:
    """Print the issued notices of the filter, in its order, to the file `output` or to `printer` ("" is the default one).

    `posted`: they leave by post, so they count as sent from now on. `copy_mark`: those that were printed before bear the
    word KOPIJA. Prepared notices have no letter and are left out, each named. `stop` ends it as if it had never begun, as
    long as nothing went to the file or to the printer.

    Raises:
        NothingToDo: none of them is issued.
        OpominiError: the file cannot be written or the printer does not take the job; nothing is marked.
        Stopped: a person stopped it.
    """
    actor.require("print")
    ids, skipped = _issued(chosen)
    if not ids:
        raise NothingToDo(_("None of these notices is issued; there is nothing to print."))
    course, out = Course(progress, stop), {pgettext("notices", "left out"): len(skipped)}

    def told(done: int, total: int = 0, *_more: object) -> None:
        course.tell(done, total, {pgettext("notices", "drawn"): done, **out})

    made = bundle(ids, copy_mark=copy_mark, course=Course(told, stop))
    course.go_on()
    course.tell(len(made.notice_ids), len(ids), out, _("Printing …"))
    if output is not None:
        write_file(output, made.content)
    else:
        send_to_printer(made.content, printer or "", copies, tray)
    _mark(made.notice_ids, actor, posted=posted, where=str(output) if output else printer or "printer")
    return Printed(len(made.notice_ids), made.pages, output, tuple(skipped))


def _issued(chosen: NoticeFilter) -> tuple[list[int], list[str]]:
    """Ids of the issued notices in the filter's order, and a sentence for each other one."""
    text, values = chosen.sql("notice.id, notice.year, notice.number, notice.state")
    ids, skipped = [], []
    for number, year, series, state in run(text, values).fetchall():
        if state == "prepared":
            skipped.append(_("{label}: it is only prepared; issue it first.").format(label=f"{year}/{series}"))
        else:
            ids.append(number)
    return ids, skipped


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OpominiError: the folder is missing, the disk is full, or it is not allowed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OpominiError(
            _("The file {path} cannot be written: {why}. Choose another place.").format(path=path, why=error.strerror)
        ) from error


def send_to_printer(content: bytes, printer: str, copies: int, tray: str) -> None:
    """Give a PDF to CUPS with `lp`, at its own size (the slip must stay 1:1).

    Raises:
        OpominiError: `lp` is missing or refuses the job.
    """
    program = shutil.which("lp")
    if program is None:
        raise OpominiError(_("There is no printing system (lp) on this machine. Print to a file instead."))
    command = [program, "-n", str(copies), "-o", "media=A4", "-o", "print-scaling=none"]
    command += ["-d", printer] if printer else []
    command += ["-o", f"InputSlot={tray}"] if tray else []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "opomini.pdf"
        path.write_bytes(content)
        try:
            done = subprocess.run(
                [*command, "--", str(path)], capture_output=True, text=True, timeout=PRINTER_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise OpominiError(
                _("The printer does not answer. Look at the print queue before you print again.")
            ) from error
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["lp"])[-1]
        raise OpominiError(_("The printer did not take the job: {why}.").format(why=why))


def _mark(ids: Sequence[int], actor: Actor, *, posted: bool, where: str) -> None:
    """Note that the notices were printed and, when they leave by post, that they are sent."""
    listed = ",".join(map(str, ids))
    with exclusive("notices"):
        at = now_ms()
        run(f"UPDATE notice SET printed_at = ? WHERE id IN ({listed}) AND state <> 'prepared'", (at,))
        if posted:
            run(f"UPDATE notice SET state = 'sent', sent_at = ? WHERE id IN ({listed}) AND state = 'issued'", (at,))
            run(f"UPDATE notice SET posted_at = ? WHERE id IN ({listed}) AND state <> 'prepared'", (at,))
            for number in ids:
                counts_again(number, actor.code)  # one that came back undelivered by mail
        labels = run(f"SELECT year, number FROM notice WHERE id IN ({listed}) ORDER BY year, number").fetchall()
        journal.write_many(
            actor.code, "post" if posted else "print", [(f"notice {y}/{n}", {"where": where}) for y, n in labels]
        )
