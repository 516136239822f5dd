"""Labelled fields of forms: label, control, and the problem in red below it; each gives a typed value.

A form asks every field to `read()`; what cannot be read raises `FieldProblem` with a sentence, which the form shows at
the field. The name of a field is the key under which verbs know it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, Static, TextArea

from opomini_tui.errors import OpominiError
from opomini_tui.text import _, language
from opomini_tui.text.formats import format_date, format_money, parse_date, parse_money
from opomini_tui.text.names import fold
from opomini_tui.widgets.field_values import OffersValues, ValuesSign
from opomini_tui.widgets.line_input import LineInput
from opomini_tui.widgets.tick_box import TickBox

T = TypeVar("T")


class FieldProblem(OpominiError):
    """What was typed cannot be read; the message says what is expected."""


class Field(OffersValues, Generic[T]):
    """The base of all fields; a subclass makes the control and turns its content into a value."""

    check: Callable[[Any], object] | None = None
    """What a value has to stand when the field is left; raises ValueError with a sentence."""
    problem: reactive[str] = reactive("")
    access_key: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """What stands in the field was changed by the operator."""

        field: Field[object]

    def __init__(self, name: str, label: str, *, hint: str = "", disabled: bool = False) -> None:
        super().__init__(name=name, id=f"field-{name.replace('_', '-')}", classes="field", disabled=disabled)
        self.label = label
        self.hint = hint

    def make_control(self) -> Widget:
        """The widget in which the value is typed or chosen."""
        raise TypeError(f"{type(self).__name__} has no control")

    def read(self) -> T:
        """The value; FieldProblem when what stands there is none."""
        raise TypeError(f"{type(self).__name__} cannot be read")

    def entered(self) -> object:
        """What stands there: the value, or the text as it was typed where it cannot be read."""
        try:
            return self.read()
        except FieldProblem:
            return getattr(self.control, "value", None)

    def compose(self) -> ComposeResult:
        """Label and control in one line, the problem below."""
        with Horizontal(classes="field--line"):
            yield Static(self._label(), classes="field--label", markup=False)
            yield self.make_control()
            if self.values is not None:
                yield ValuesSign(self.action_values)
            if self.hint:
                yield Static(self.hint, classes="field--hint", markup=False)
        yield Static(classes="field--problem", markup=False)

    @property
    def control(self) -> Widget:
        """The widget that takes the focus."""
        return self.query_one(".field--control")

    def focus_control(self) -> None:
        """Put the cursor into the field."""
        self.control.focus()

    def _label(self) -> Content:
        place = fold(self.label).find(self.access_key) if self.access_key else -1
        content = Content(self.label)
        return content if place < 0 else content.stylize("underline", place, place + 1)

    def watch_access_key(self) -> None:
        """Underline the letter that jumps to the field together with Alt."""
        if self.is_mounted:
            self.query_one(".field--label", Static).update(self._label())

    def watch_problem(self, problem: str) -> None:
        """Show the problem, or give its line back."""
        if self.is_mounted:
            self.query_one(".field--problem", Static).update(problem)
            self.set_class(bool(problem), "-problem")

    def _told(self, event: Message) -> None:
        """The control changed: the old problem is no more."""
        event.stop()
        self.problem = ""
        self.post_message(self.Changed(self))  # type: ignore[arg-type]  # Field is covariant for readers of the message


class InputField(Field[T]):
    """A field with a one-line input. `parse` and `show` of a subclass turn text into the value and back."""

    def __init__(
        self,
        name: str,
        label: str,
        value: T | None = None,
        *,
        hint: str = "",
        placeholder: str = "",
        password: bool = False,
        max_length: int = 0,
        width: int = 0,
        disabled: bool = False,
    ) -> None:
        super().__init__(name, label, hint=hint, disabled=disabled)
        self._input = LineInput(
            "" if value is None else self.show(value),
            placeholder=placeholder,
            password=password,
            max_length=max_length,
            compact=True,
            classes="field--control",
            select_on_focus=True,
        )
        if width:
            self._input.styles.width = width + 3

    def make_control(self) -> Widget:
        """The input."""
        return self._input

    @property
    def text(self) -> str:
        """What is typed, without spaces around it."""
        return self._input.value.strip()

    def show(self, value: T) -> str:
        """The text of a value."""
        return str(value)

    def parse(self, text: str) -> T:
        """The value of a text; FieldProblem when it is none."""
        raise TypeError(text)

    def read(self) -> T:
        """The value typed."""
        return self.parse(self.text)

    def write(self, value: T | None) -> None:
        """Put a value into the field; what the program writes is no change by the operator."""
        with self.prevent(Input.Changed):
            self._input.value = "" if value is None else self.show(value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._told(event)

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        """Leaving the field shows the value as it was understood, or the problem."""
        event.stop()
        try:
            value = self.read()
        except FieldProblem as problem:
            self.problem = str(problem)
        else:
            self._look_at(value)
            shown = "" if value is None else self.show(value)
            if shown != self._input.value and not self._input.password:
                self.write(value)

    def _look_at(self, value: T) -> None:
        if self.check is not None:
            try:
                self.check(value)
            except ValueError as error:
                self.problem = str(error)


class TextField(InputField[str]):
    """One line of text; passwords with `password=True`."""

    def parse(self, text: str) -> str:
        """The text itself."""
        return text

    def read(self) -> str:
        """The text; of a password every character counts, spaces too."""
        return self._input.value if self._input.password else self.text


class DateField(InputField["date | None"]):
    """A day: `24.11.2026`, `24.11.`, `2411`, `+7`, `danes`; empty is None unless `required`."""

    def __init__(
        self, name: str, label: str, value: date | None, today: Callable[[], date], *, required: bool = False
    ) -> None:
        super().__init__(name, label, value, width=12)
        self._today = today
        self._required = required

    def show(self, value: date | None) -> str:
        """dd.mm.yyyy in both languages: what can be typed again."""
        return format_date(value) if value else ""

    def parse(self, text: str) -> date | None:
        """The day meant."""
        if not text and not self._required:
            return None
        return read_date(text, self._today)


class MoneyField(InputField["Decimal | None"]):
    """An amount in euros; empty is None unless `required`."""

    def __init__(
        self, name: str, label: str, value: Decimal | None, *, required: bool = True, disabled: bool = False
    ) -> None:
        super().__init__(name, label, value, width=14, hint="€", disabled=disabled)
        self._required = required

    def show(self, value: Decimal | None) -> str:
        """As written in the language of the interface."""
        return "" if value is None else format_money(value, language())

    def parse(self, text: str) -> Decimal | None:
        """The amount."""
        if not text and not self._required:
            return None
        try:
            return parse_money(text)
        except ValueError as error:
            raise FieldProblem(_("An amount is expected here, such as 1204,50.")) from error


class NumberField(InputField["int | None"]):
    """A whole number from `low` to `high`; empty is None unless `required`."""

    def __init__(
        self,
        name: str,
        label: str,
        value: int | None,
        *,
        low: int = 0,
        high: int = 999_999_999,
        required: bool = True,
        hint: str = "",
        width: int = 10,
    ) -> None:
        super().__init__(name, label, value, width=width, hint=hint)
        self._low, self._high, self._required = low, high, required

    def parse(self, text: str) -> int | None:
        """The number."""
        if not text and not self._required:
            return None
        return read_number(text, self._low, self._high)


class SelectField(Field[str]):
    """One of a few values: `options` are (value, label)."""

    def __init__(
        self, name: str, label: str, options: Sequence[tuple[str, str]], value: str, *, hint: str = ""
    ) -> None:
        super().__init__(name, label, hint=hint)
        self.labels = dict(options)
        """What each value is called."""
        self._select: Select[str] = Select(
            [(Content(shown), key) for key, shown in options],
            value=value,
            allow_blank=False,
            compact=True,
            classes="field--control",
        )

    @property
    def has_values(self) -> bool:
        """Always."""
        return True

    def action_values(self) -> None:
        """Open the select."""
        if not self.disabled:
            self._select.action_show_overlay()

    def make_control(self) -> Widget:
        """The select."""
        return self._select

    def read(self) -> str:
        """The value chosen."""
        return str(self._select.value)

    def write(self, value: str) -> None:
        """Choose a value."""
        with self.prevent(Select.Changed):
            self._select.value = value

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        self._told(event)


class CheckField(Field[bool]):
    """Yes or no; the label stands beside the box."""

    def __init__(self, name: str, label: str, value: bool = False, *, disabled: bool = False) -> None:
        super().__init__(name, label, disabled=disabled)
        self._box = TickBox("", value, classes="field--control")

    def make_control(self) -> Widget:
        """The check box."""
        return self._box

    def read(self) -> bool:
        """Whether it is ticked."""
        return self._box.value

    def write(self, value: bool) -> None:
        """Tick or untick it."""
        with self.prevent(Checkbox.Changed):
            self._box.value = value

    @on(Checkbox.Changed)
    def _ticked(self, event: Checkbox.Changed) -> None:
        self._told(event)


class LongTextField(Field[str]):
    """Several lines of text, `lines` of them visible."""

    def __init__(self, name: str, label: str, value: str = "", *, lines: int = 6) -> None:
        super().__init__(name, label)
        self._area = TextArea(value, compact=True, classes="field--control", tab_behavior="focus")
        self._area.styles.height = lines

    def make_control(self) -> Widget:
        """The text area."""
        return self._area

    @property
    def area(self) -> TextArea:
        """The text area itself, for completion and placeholders."""
        return self._area

    def read(self) -> str:
        """The whole text."""
        return self._area.text

    def write(self, value: str) -> None:
        """Put a text into it."""
        with self.prevent(TextArea.Changed):
            self._area.text = value

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        self._told(event)


def read_date(text: str, today: Callable[[], date]) -> date:
    """The day that a person means; FieldProblem when it is none."""
    try:
        return parse_date(text, today)
    except ValueError as error:
        raise FieldProblem(_("A date is expected here, such as 24.11.2026, 24.11. or +7.")) from error


def read_number(text: str, low: int = 0, high: int = 999_999_999) -> int:
    """A whole number in the range; FieldProblem when it is none."""
    if not text.removeprefix("-").isdecimal() or not low <= int(text) <= high:
        raise FieldProblem(_("A whole number from {low} to {high} is expected here.").format(low=low, high=high))
    return int(text)
