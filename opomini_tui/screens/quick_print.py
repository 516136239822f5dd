"""Hitro tiskanje: the printer, copies and tray that an operator's letters go to without a question; one key uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.actions import BY_ID
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.printer_fields import printer_fields
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.operators import OPERATOR
from opomini_tui.setup.own_account import save_own_account
from opomini_tui.text import _


class QuickPrintScreen(FormScreen[dict[str, Any]]):
    """Its values go back to the form Operater, which saves them."""

    SIZE = "small"
    CHECKED: ClassVar[Sequence[Checked]] = OPERATOR
    KEEPS = True

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._values = values

    def heading(self) -> str:
        """The button's name."""
        return _("Quick printing...")

    def help_text(self) -> str:
        """What the fields are for."""
        return _(
            "The printer is named as the printing system (CUPS) knows it; empty means its default printer. "
            "The tray is an option of the printer, such as Tray2 or Manual."
        )

    def body(self) -> ComposeResult:
        """Tiskalnik, Izvodi, Pladenj; they are saved with the form below."""
        yield from self.printer_fields()
        yield Static(_("Saved when the operator is confirmed."), markup=False, classes="note")

    def without_printer(self) -> str:
        """What an empty printer means."""
        return _("the default printer")

    def printer_fields(self) -> ComposeResult:
        """The fields themselves."""
        yield from printer_fields(self._values, self.without_printer(), lambda: str(self.field("printer").read()))

    def confirmed(self) -> None:
        """Give the values back."""
        values = self.values()
        if values is not None:
            self.dismiss(values)


class PrinterScreen(QuickPrintScreen):
    """The operator's quick print, asked for because it is not set yet; it is kept for him and prints nothing."""

    def __init__(self) -> None:
        operator = self.session.actor.record()
        super().__init__({"printer": "", "copies": operator.copies, "tray": operator.tray})

    def help_text(self) -> str:
        """What the fields are for."""
        return _(
            "The printer is named as the printing system (CUPS) knows it; lpstat -a lists them. The tray is an option of the "
            "printer, such as Tray2 or Manual. Nothing is printed now."
        )

    def without_printer(self) -> str:
        """It must be named."""
        return ""

    def body(self) -> ComposeResult:
        """Why it is asked, then the fields."""
        yield Static(
            _("No printer is set for quick printing. Name it here once."), markup=False, classes="ask--sentence"
        )
        yield from self.printer_fields()

    def confirmed(self) -> None:
        """Keep it."""
        values = self.values()
        if values is None:
            return
        if not values["printer"]:
            self.show_problems({"printer": _("Something must be written here.")})
            return
        session = self.session

        def kept(_changes: object) -> None:
            self.dismiss(None)
            key = BY_ID["notices.print_now"].key
            said = _("{key} prints on {printer} from now on, without a question.")
            session.tell(said.format(key=key, printer=values["printer"]))

        run_verb(
            session,
            self.heading(),
            lambda _job: save_own_account(values, session.actor, session.config, seen=self.opened_with),
            kept,
            self.show_failure,
        )
