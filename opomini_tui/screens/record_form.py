"""The form of a record that was opened from a list: its number there, and the next and previous one without going back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static, TabbedContent

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.models.database import NoSuchRecord
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _
from opomini_tui.widgets.fields import Field

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Among:
    """A record by its key among those of the list, in its order."""

    keys: Sequence[Any] = ()
    place: int = 0

    @classmethod
    def of(cls, keys: Sequence[Any], key: object) -> Among:
        """Nothing for a record that is not in the list."""
        return cls(keys, keys.index(key)) if key in keys else cls()

    def beside(self, step: int) -> Any:
        """The key of the record `step` further, or None at the end of the list."""
        place = self.place + step
        return self.keys[place] if 0 <= place < len(self.keys) else None


@dataclass(frozen=True, slots=True)
class View:
    """What the operator looked at in a form: the tab and the field with the cursor, by their names."""

    tab: str = ""
    field: str = ""


class RecordForm(FormScreen[ResultT]):
    """A subclass is opened by `open_record`, which goes on with another record when the operator wants that."""

    KEEPS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("record")]

    among: Among = Among()
    """Where the record stands in the list it was opened from."""
    view: View = View()
    """Where to begin: at what was looked at in the record before."""
    goes_to: Any = None
    """The key of the record to go on with when this form is closed."""

    def head(self) -> ComposeResult:
        """The title, and at the right `3 / 206` with the keys."""
        if len(self.among.keys) < 2:
            yield from super().head()
            return
        keys = " ".join(BY_ID[f"record.{verb}"].key for verb in ("previous", "next"))
        number = f"{self.among.place + 1} / {len(self.among.keys)}"
        with Horizontal(classes="form--head"):
            yield from super().head()
            yield Static(Content.assemble(number, "  ", (keys, "$hint-key")), classes="form--number", markup=False)

    def offered_actions(self) -> list[Action]:
        """With the way to the other records."""
        others = actions_of("record") if len(self.among.keys) > 1 else []
        return [*super().offered_actions(), *others]

    def on_mount(self) -> None:
        """The cursor stands where it stood in the record before."""
        if self.view.field:
            self.call_after_refresh(self._begin_at_field)

    def _begin_at_field(self) -> None:
        for field in self.fields():
            if field.name == self.view.field and not field.disabled:
                field.focus_control()

    def action_next(self) -> None:
        """Ctrl+↓: the next record."""
        self._go(1, _("This is the last record of the list."))

    def action_previous(self) -> None:
        """Ctrl+↑: the record before."""
        self._go(-1, _("This is the first record of the list."))

    def _go(self, step: int, at_end: str) -> None:
        key = self.among.beside(step)
        if len(self.among.keys) < 2:
            return
        if key is None:
            self.session.tell(at_end)
            return
        self.goes_to, self.view = key, self._looked_at()
        self.after_changes()

    def _looked_at(self) -> View:
        tabs = next(iter(self.query(TabbedContent)), None)
        focused = self.focused
        field = next((node for node in focused.ancestors if isinstance(node, Field)), None) if focused else None
        return View(tabs.active if tabs is not None else "", str(field.name) if field is not None else "")

    def left_with(self, answer: str | None) -> None:
        """Going on with another record stays the aim while the changes are saved."""
        if answer is None:
            self.goes_to = None
        if answer == "save":
            self.confirmed()
        else:
            super().left_with(answer)

    def action_cancel(self) -> None:
        """Leave, back to the list."""
        self.goes_to = None
        super().action_cancel()

    def action_confirm(self) -> None:
        """Save, then back to the list."""
        self.goes_to = None
        super().action_confirm()


def open_record(
    session: SessionApp,
    make: Callable[[Any], RecordForm[ResultT]],
    keys: Sequence[Any],
    key: object,
    closed: Callable[[ResultT | None], object],
    view: View | None = None,
) -> None:
    """Open the form that `make` gives for a record's key, and after it those of the records the operator goes on to.

    keys: the records of the list in its order; closed: called with each form's result.
    """
    try:
        form = make(key)
    except NoSuchRecord:
        session.tell(_("The record was deleted meanwhile."), problem=True)
        return
    form.among = Among.of(keys, key)
    form.view = view or View()

    def ended(result: ResultT | None) -> None:
        closed(result)
        if form.goes_to is not None:
            open_record(session, make, keys, form.goes_to, closed, form.view)

    session.push_screen(form, ended)
