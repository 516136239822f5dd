"""The base of every modal: a title, a body that scrolls, and one line of buttons that is always visible.

Esc leaves without doing anything, F9 confirms, Enter goes to the next field, Alt with the underlined letter goes to its
field. A modal never grows over 90 % of the window, so its buttons can be reached at 80×24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static, TabbedContent

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.screens.access_keys import fields_of, give_access_keys
from opomini_tui.screens.button_text import form_button as form_button
from opomini_tui.screens.session import InSession, keep_first_styles, set_width_class
from opomini_tui.setup.checks import Check
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.conflicts import Conflict
from opomini_tui.text import _
from opomini_tui.widgets.fields import Field, FieldProblem

ResultT = TypeVar("ResultT")

# Before the focused field, which would type the letter.
ACCESS_KEYS = [
    Binding(f"alt+{key}", f"access('{key}')", show=False, priority=True)
    for key in "abcdefghijklmnopqrstuvwxyz123456789"
]


class FormScreen(InSession, ModalScreen[ResultT]):
    """A modal that ends with a result, or with None when it was left.

    A subclass gives `heading`, `body` and `confirmed`; SIZE is "small", "medium" or "large". KEEPS: it shows a record, so
    leaving it with changes asks what becomes of them. CHECKED: fields whose values are checked when they are left.
    """

    SIZE: ClassVar[str] = "medium"
    KEEPS: ClassVar[bool] = False
    CHECKED: ClassVar[Sequence[Checked]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("form"), *ACCESS_KEYS]

    def heading(self) -> str:
        """The title, in the current language."""
        raise TypeError(f"{type(self).__name__} has no heading")

    def body(self) -> ComposeResult:
        """The widgets that scroll."""
        yield from ()

    def confirm_label(self) -> str:
        """The word on the main button."""
        return _("Confirm")

    def cancel_label(self) -> str:
        """The word on the button that leaves."""
        return _("Cancel")

    def buttons(self) -> list[Button]:
        """The buttons in order: leave, then confirm."""
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(self.confirm_label(), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def help_text(self) -> str:
        """A few sentences for F1, in the current language."""
        return ""

    def offered_actions(self) -> list[Action]:
        """What F1 lists."""
        return actions_of("form", "everywhere")

    def confirmed(self) -> None:
        """The operator confirmed: check, do it, dismiss."""
        raise TypeError(f"{type(self).__name__} does nothing")

    def head(self) -> ComposeResult:
        """The line of the title."""
        yield Static(self.heading(), classes="form--title", markup=False)

    def compose(self) -> ComposeResult:
        """Title, body, buttons."""
        with Vertical(classes=f"form -{self.SIZE}"):
            yield from self.head()
            with VerticalScroll(classes="form--body", can_focus=False):
                yield from self.body()
            with Horizontal(classes="form--buttons"):
                yield from self.buttons()

    def on_compose(self) -> None:
        """Before the widgets are made."""
        set_width_class(self)
        self.set_class(True, f"-{self.SIZE}-form", update=False)
        self.app.stylesheet.apply(self)  # it was styled before it had these classes

    @on(events.ScreenResume)
    def _shown_first(self, event: events.ScreenResume) -> None:
        keep_first_styles(self, event)

    def on_mount(self) -> None:
        """Give every field its access key and its check; keep what the form opened with."""
        give_access_keys(self.fields())
        for field in self.fields():
            field.check = self.check_of(str(field.name))
        self.opened_with: dict[str, object] = {str(field.name): field.entered() for field in self.fields()}

    def check_of(self, name: str) -> Check | None:
        """What is looked at when the field is left; None: nothing but whether it can be read."""
        return next((field.check for field in self.CHECKED if field.name == name), None)

    def fields(self) -> list[Field[Any]]:
        """All fields of the form, in order."""
        return list(self.query(Field))

    def field(self, name: str) -> Field[Any]:
        """The field of that name."""
        return next(field for field in self.fields() if field.name == name)

    def values(self) -> dict[str, Any] | None:
        """Every field's value by its name; None when one could not be read: the problem is shown, the first focused."""
        values, problems = {}, {}
        for field in self.fields():
            try:
                values[str(field.name)] = field.read()
            except FieldProblem as problem:
                problems[str(field.name)] = str(problem)
        if problems:
            self.show_problems(problems)
            return None
        return values

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences by field name below their fields; the first such field gets the focus."""
        first = True
        for field in self.fields():
            field.problem = problems.get(str(field.name), "")
            if field.problem and first:
                field.focus_control()
                first = False

    def show_failure(self, error: BaseException) -> None:
        """An error of a verb: at the fields when it names some of this form, else as a modal; a conflict as a choice."""
        if isinstance(error, Conflict):
            asked = {name: self.asked_field(name) for name in error.clashes}
            if None not in asked.values():
                self._ask_about(error, asked)
                return
        named: Mapping[str, str] = getattr(error, "fields", {})
        known = {str(field.name) for field in self.fields()}
        if known & set(named):
            self.show_problems(named)
        if not named or set(named) - known:
            self.session.show_error(error)

    def asked_field(self, name: str) -> Field[Any] | None:
        """The field that a conflict about `name` is asked with; one that is not on the form may be made for that."""
        return next((field for field in self.fields() if field.name == name), None)

    def take_theirs(self, name: str, value: object) -> None:
        """What somebody else has stored meanwhile stays."""
        field: Any = self.field(name)
        field.write(value)

    def now_seen(self, name: str, value: object) -> None:
        """The operator knows now that this is stored; a save has to find it still so."""
        self.opened_with[name] = value

    def _ask_about(self, conflict: Conflict, asked: Mapping[str, Field[Any] | None]) -> None:
        """Somebody else changed the same fields: what is chosen is saved, unless it was changed once more by then."""
        from opomini_tui.screens.conflict import ConflictScreen, Kept

        def chosen(kept: dict[str, Kept] | None) -> None:
            if kept is None:
                return
            for name, whose in kept.items():
                theirs = conflict.clashes[name].theirs
                self.now_seen(name, theirs)
                if whose == "theirs":
                    self.take_theirs(name, theirs)
            self.confirmed()

        clashes = {field: conflict.clashes[name] for name, field in asked.items() if field is not None}
        self.session.push_screen(ConflictScreen(clashes), chosen)

    def changed_labels(self) -> list[str]:
        """The labels of the fields in which something else stands than what the form opened with."""
        return [field.label for field in self.fields() if field.entered() != self.opened_with.get(str(field.name))]

    def action_cancel(self) -> None:
        """Leave without doing anything; a record's form with changes asks first."""
        self.after_changes()

    def after_changes(self) -> None:
        """Leave; a record's form with changes asks what becomes of them."""
        labels = self.changed_labels() if self.KEEPS else []
        if not labels:
            self.dismiss(None)
            return
        from opomini_tui.screens.unsaved import UnsavedScreen

        self.session.push_screen(UnsavedScreen(labels), self.left_with)

    def left_with(self, answer: str | None) -> None:
        """What the question was answered with; None stays."""
        if answer == "save":
            self.action_confirm()
        elif answer == "drop":
            self.dismiss(None)

    def action_confirm(self) -> None:
        """What F9 and the main button do."""
        self.confirmed()

    @on(Button.Pressed, "#button-cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()

    @on(Button.Pressed, "#button-confirm")
    def _confirm_pressed(self) -> None:
        self.action_confirm()

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field, as accountants expect."""
        event.stop()
        self.focus_next()

    def action_access(self, key: str) -> None:
        """Alt with a letter goes to the field of that letter (the next one, if several share it), with a digit to that tab."""
        if key.isdigit():
            self._show_tab(int(key))
        fields = fields_of(self.fields(), key)
        if fields:
            here = next((place for place, field in enumerate(fields) if field.has_focus_within), -1)
            fields[(here + 1) % len(fields)].focus_control()

    def _show_tab(self, number: int) -> None:
        for tabs in self.query(TabbedContent):
            panes = [pane.id for pane in tabs.query("TabPane")]
            if 1 <= number <= len(panes):
                tabs.active = str(panes[number - 1])
            return
