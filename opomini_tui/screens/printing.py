"""Izpis: letters, or the list of notices, to a PDF file or to a printer (forms.md §1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from opomini_tui.actions import BY_ID
from opomini_tui.documents.export import print_list
from opomini_tui.documents.print_job import Printed, print_notices
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.screens import known_values
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.printer_fields import PRINTING, printer_fields
from opomini_tui.screens.scope import scope_field, scope_filter
from opomini_tui.screens.session import read
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import CheckField, Field, FieldProblem, NumberField, SelectField, TextField
from opomini_tui.widgets.span_field import code_span, date_span, number_span

TYPING_SECONDS = 0.15
BOUNDS = ("year", "customer", "date", "packet")


@dataclass(frozen=True, slots=True)
class Printable:
    """How many notices are chosen, and how many of them have a letter."""

    chosen: int
    issued: int


class PrintScreen(FormScreen[None]):
    """What is printed, within which bounds, and where to."""

    SIZE = "large"

    def __init__(self, choice: Choice) -> None:
        """The printer of the operator's quick print is proposed, if he has one; else a file."""
        super().__init__()
        self._choice = choice
        self._typing: Timer | None = None

    def heading(self) -> str:
        """The button's name."""
        return BY_ID["notices.print"].label

    def help_text(self) -> str:
        """What can be printed."""
        return " ".join(
            (
                _(
                    "Issued notices are printed as they were issued, in one PDF. The bounds count for the filter and for the "
                    "list. Letters that leave by post are marked as sent, so that nobody sends them by e-mail too."
                ),
                _("What was printed before bears the word KOPIJA in the language of the letter, unless you untick it."),
            )
        )

    def body(self) -> ComposeResult:
        """Kaj, Za leto, Stranka, Datum, Paket; kam."""
        operator = self.session.actor.record()
        to_printer = bool(operator.printer)
        yield scope_field(self._choice, [("list", _("list of notices (PDF)"))])
        yield NumberField("year", _("For year"), self._choice.shown.year, low=1990, high=2999, required=False).offers(
            listed(known_values.years)
        )
        yield code_span("customer", _("Customer")).offers(known_values.customers)
        yield date_span("date", _("Notice date"), self.session.today).offers(listed(known_values.notice_days))
        yield number_span("packet", _("Packet")).offers(listed(known_values.packets))
        yield Static("", id="print-counts", markup=False, classes="work--counts")
        targets = [("file", _("to a PDF file")), ("printer", _("to a printer"))]
        yield SelectField("target", _("Where to"), targets, "printer" if to_printer else "file")
        yield TextField("path", _("File"), str(Path.home() / default_name(self._choice)))
        printing = {name: getattr(operator, name) for name in PRINTING}
        yield from printer_fields(printing, _("the default printer"), lambda: str(self.field("printer").read()))
        yield CheckField("posted", _("Mark as sent by post"), to_printer)
        yield CheckField("copy_mark", _("KOPIJA on re-prints"), value=True)

    def confirm_label(self) -> str:
        """The deed by its name."""
        return _("Print now")

    def on_mount(self) -> None:
        """Only fields that count can be reached."""
        self.field("scope").focus_control()
        self._arrange()
        self._count()

    def _arrange(self) -> None:
        scope, target = str(self.field("scope").read()), str(self.field("target").read())
        for name in BOUNDS:
            self.field(name).disabled = scope not in ("filter", "list")
        listing = scope == "list"
        self.field("target").display = not listing
        printer = target == "printer" and not listing
        self.field("path").display = not printer
        for name in PRINTING:
            self.field(name).display = printer
        for name in ("posted", "copy_mark"):
            self.field(name).display = not listing

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        """Letters to a printer leave by post as a rule; a file may be only looked at."""
        if event.field.name == "target":
            self.query_one("#field-posted", CheckField).write(self.field("target").read() == "printer")
        if event.field.name in ("scope", "target"):
            self._arrange()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._count)

    def _count(self) -> None:
        try:
            chosen = self._chosen({str(field.name): field.read() for field in self.fields() if field.display})
        except FieldProblem:
            self.query_one("#print-counts", Static).update("")
            return
        read(self, "count", partial(count_printable, chosen), self._counted)

    def _counted(self, printable: Printable) -> None:
        self.query_one("#print-counts", Static).update(printable_words(printable))

    def _chosen(self, values: dict[str, Any]) -> NoticeFilter:
        """The notices of the scope, within the bounds where they count."""
        scope = values["scope"]
        chosen = scope_filter(self._choice, scope)
        if scope not in ("filter", "list"):
            return chosen
        return replace(
            chosen, year=values["year"], customer=values["customer"], date=values["date"], packet=values["packet"]
        )

    def confirmed(self) -> None:
        """Print."""
        values = self.values()
        if values is None:
            return
        chosen, actor = self._chosen(values), self.session.actor
        to_file = values["scope"] == "list" or values["target"] == "file"
        path = Path(values["path"]).expanduser()
        if to_file and not values["path"]:
            self.show_problems({"path": _("Something must be written here.")})
        elif values["scope"] == "list":
            self._print(
                lambda job: Printed(print_list(chosen, actor, path, progress=job.progress, stop=job.stop), 0, path, ())
            )
        else:
            where: dict[str, Any] = {"output": path} if to_file else {"printer": values["printer"]}
            self._print(
                lambda job: print_notices(
                    chosen,
                    actor,
                    **where,
                    copies=values["copies"],
                    tray=values["tray"],
                    posted=values["posted"],
                    copy_mark=values["copy_mark"],
                    progress=job.progress,
                    stop=job.stop,
                )
            )

    def _print(self, work: Callable[[Job[Printed]], Printed]) -> None:
        run_verb(
            self.session,
            self.heading(),
            work,
            self._printed,
            self.show_failure,
            can_stop=True,
            said=printed_in_short,
            opener=self,
        )

    def _printed(self, printed: Printed) -> None:
        if self.is_active:
            self.dismiss(None)
        self.session.push_screen(OutcomeScreen(self.heading(), printed_words(printed), printed.skipped))


def default_name(choice: Choice) -> str:
    """A name for the file: of the one notice that is ticked or under the cursor, or of the year."""
    return f"opomini-{choice.shown.year}.pdf" if choice.shown.year else "opomini.pdf"


def count_printable(chosen: NoticeFilter) -> Printable:
    """How many notices there are, and how many are issued; called in a thread."""
    prepared = notice_ids(replace(chosen, state="prepared", limit=None))
    every = notice_ids(chosen)
    return Printable(len(every), len(every) - len(prepared))


def printable_words(printable: Printable) -> str:
    """`206 notices, 204 of them issued.`"""
    said = ngettext("{count} notice is chosen", "{count} notices are chosen", printable.chosen)
    return _("{chosen}; with a letter (issued): {issued}.").format(
        chosen=said.format(count=printable.chosen), issued=printable.issued
    )


def printed_in_short(printed: Printed) -> str:
    """How many were printed and where to, for who was not looking."""
    return " ".join([printed_words(printed)[0], printed_words(printed)[-1]])


def printed_words(printed: Printed) -> list[str]:
    """What was printed, for the outcome."""
    said = ngettext("{count} notice was printed.", "{count} notices were printed.", printed.count)
    sentences = [said.format(count=printed.count)]
    if printed.pages:
        sentences.append(_("Pages: {pages}").format(pages=printed.pages))
    sentences.append(_("File: {path}").format(path=printed.path) if printed.path else _("The printer took the job."))
    return sentences
