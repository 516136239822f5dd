"""Fields for templates: Tab completes a placeholder, and what is wrong is said as it is typed (domain facts §4.2)."""

from __future__ import annotations

import re
from itertools import takewhile

from textual import events, on
from textual.widgets import Input, TextArea

from opomini_tui.documents.texts import PLACEHOLDERS, TemplateError, unknown_placeholders
from opomini_tui.text import _
from opomini_tui.widgets.fields import Field, FieldProblem, LongTextField, TextField

_BEGUN = re.compile(r"\{[?!]?(\w*)$")


def completion(before: str) -> str:
    """What Tab adds to the text before the cursor: the rest of the placeholder begun there, as far as it is certain.

    >>> completion("Opomin {stev")
    'ilka}'
    """
    begun = _BEGUN.search(before)
    if begun is None:
        return ""
    return _rest(begun[1])


def _rest(begun: str) -> str:
    """What follows `begun` in all placeholders that start with it; with the brace when there is only one."""
    found = [name for name in PLACEHOLDERS if name.startswith(begun)]
    if len(found) == 1:
        return found[0].removeprefix(begun) + "}"
    return _common_start(found).removeprefix(begun)


def _common_start(names: list[str]) -> str:
    """What all the names begin with."""
    if not names:
        return ""
    first, last = min(names), max(names)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _other in same)


def choices(before: str) -> list[str]:
    """The placeholders that the one begun before the cursor can become; none when none is begun."""
    begun = _BEGUN.search(before)
    return [name for name in PLACEHOLDERS if name.startswith(begun[1])] if begun else []


def template_problem(template: str, cursor: int | None = None) -> str:
    """What is wrong with a template, as a sentence; "" when nothing is.

    `cursor`: where the operator is typing; a placeholder that is only begun there is no problem yet.
    """
    if cursor is not None and _BEGUN.search(template[:cursor]):
        begun = _BEGUN.search(template[:cursor])
        template = template[: begun.start()] + template[cursor:] if begun else template
    try:
        unknown = unknown_placeholders(template)
    except TemplateError as error:
        return str(error)
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in unknown)
        return _("Unknown placeholder: {names}. Type {{ and press Tab to see which there are.").format(names=names)
    return ""


def choices_words(names: list[str]) -> str:
    """The placeholders that can follow, in one line."""
    return " ".join(f"{{{name}}}" for name in names)


class _TemplateField(Field[str]):
    """What both fields share: a subclass says what is typed, and where the cursor stands."""

    def _before(self) -> str:
        """What stands before the cursor in its line."""
        raise TypeError(f"{type(self).__name__} has no cursor")

    def _typed_text(self) -> tuple[str, int]:
        """The whole text, and the place of the cursor in it."""
        raise TypeError(f"{type(self).__name__} has no text")

    def _insert(self, text: str) -> None:
        """Put text in at the cursor."""
        raise TypeError(f"{type(self).__name__} takes no text")

    def on_key(self, event: events.Key) -> None:
        """Tab completes where a placeholder is begun; elsewhere it goes to the next field."""
        before = self._before()
        if event.key == "tab" and choices(before):
            event.stop()
            self._insert(completion(before))
            self._show_hint()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _check(self) -> None:
        self.call_after_refresh(self._show_hint)

    def _show_hint(self) -> None:
        """The placeholders that can follow, else what is wrong."""
        names = choices(self._before())
        self.problem = choices_words(names) if names else template_problem(*self._typed_text())

    def watch_problem(self, problem: str) -> None:
        """What can follow is not shown in the colour of what is wrong."""
        super().watch_problem(problem)
        self.set_class(problem.startswith("{"), "-choices")

    def read(self) -> str:
        """The template; FieldProblem when it cannot be filled in."""
        template = self._typed_text()[0]
        if problem := template_problem(template):
            raise FieldProblem(problem)
        return template


class TemplateTextField(_TemplateField, TextField):
    """One line with placeholders."""

    def _before(self) -> str:
        text, cursor = self._typed_text()
        return text[:cursor]

    def _typed_text(self) -> tuple[str, int]:
        box = self.query_one(Input)
        return box.value, box.cursor_position

    def _insert(self, text: str) -> None:
        self.query_one(Input).insert_text_at_cursor(text)

    def read(self) -> str:
        """The template without spaces around it; FieldProblem when it cannot be filled in."""
        return super().read().strip()


class TemplateAreaField(_TemplateField, LongTextField):
    """Several lines with placeholders."""

    def _before(self) -> str:
        row, column = self.area.cursor_location
        return str(self.area.document.get_line(row))[:column]

    def _typed_text(self) -> tuple[str, int]:
        row, column = self.area.cursor_location
        return self.area.text, sum(len(line) + 1 for line in self.area.text.split("\n")[:row]) + column

    def _insert(self, text: str) -> None:
        self.area.insert(text)
