"""A range in one line, `from – to`; an empty end is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from opomini_tui.models.notice_filter import Span
from opomini_tui.text import _
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.field_values import ValuesSign
from opomini_tui.widgets.fields import Field, FieldProblem, read_date, read_number
from opomini_tui.widgets.line_input import LineInput

V = TypeVar("V", str, int, date)


class SpanField(Field[Span[Any]], Generic[V]):
    """Two inputs; `parse` reads one end and raises FieldProblem, `show` writes it."""

    def __init__(
        self,
        name: str,
        label: str,
        parse: Callable[[str], V],
        value: Span[V] | None = None,
        *,
        show: Callable[[V], str] = str,
        width: int = 14,
    ) -> None:
        super().__init__(name, label)
        self._parse: Callable[[str], V] = parse
        self._show: Callable[[V], str] = show
        ends = (value.low, value.high) if value else (None, None)
        self._inputs = [
            LineInput(
                "" if end is None else show(end), compact=True, classes=f"field--end {kind}", select_on_focus=True
            )
            for end, kind in zip(ends, ("field--control", ""), strict=True)
        ]
        for box in self._inputs:
            box.styles.width = width

    def compose(self) -> ComposeResult:
        """Label, from, to in one line; the problem below."""
        with Horizontal(classes="field--line"):
            yield Static(self._label(), classes="field--label", markup=False)
            yield self._inputs[0]
            yield Static("–", classes="field--dash", markup=False)
            yield self._inputs[1]
            if self.values is not None:
                yield ValuesSign(self.action_values)
        yield Static(classes="field--problem", markup=False)

    def read(self) -> Span[Any]:
        """The range; FieldProblem when an end cannot be read or they stand the wrong way round."""
        low, high = (self._end(box) for box in self._inputs)
        if low is not None and high is not None and low > high:
            raise FieldProblem(_("The end of the range lies before its beginning."))
        return Span(low, high)

    def write(self, value: Span[V]) -> None:
        """Put a range into the field."""
        with self.prevent(Input.Changed):
            for box, end in zip(self._inputs, (value.low, value.high), strict=True):
                box.value = "" if end is None else self._show(end)

    def _end(self, box: Input) -> V | None:
        text = box.value.strip()
        return self._parse(text) if text else None

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._told(event)

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        """Leaving an end shows the value as it was understood, or the problem."""
        event.stop()
        try:
            value = self._end(event.input)
        except FieldProblem as problem:
            self.problem = str(problem)
        else:
            event.input.value = "" if value is None else self._show(value)


def date_span(name: str, label: str, today: Callable[[], date], value: Span[date] | None = None) -> SpanField[date]:
    """A range of days."""
    return SpanField(name, label, lambda text: read_date(text, today), value, show=format_date)


def number_span(name: str, label: str, value: Span[int] | None = None) -> SpanField[int]:
    """A range of whole numbers."""
    return SpanField(name, label, read_number, value)


def code_span(name: str, label: str, value: Span[str] | None = None) -> SpanField[str]:
    """A range of codes, compared as text."""
    return SpanField(name, label, str, value)
