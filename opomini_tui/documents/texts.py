"""Texts of the letter and of its message: the defaults by level, language and kind of customer, and filling them in.

A template is plain text with `{placeholders}`. `{?name}…{/}` keeps its content only when the value is there (not empty
and not an amount of zero), `{!name}…{/}` only when it is not: so no sentence speaks of interest when there is none, and
no hole is left where there was no previous notice. Sections may stand in each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from opomini_tui.documents.wording import Kind, TextName, wording
from opomini_tui.errors import OpominiError
from opomini_tui.text import _

PLACEHOLDERS = (
    "stevilka",
    "leto",
    "datum",
    "stopnja",
    "rok",
    "skupaj",
    "glavnica",
    "obresti",
    "obresti_do",
    "strosek",
    "nadomestilo",
    "valuta",
    "n",
    "n_racunov",
    "racuni",
    "najvec_dni",
    "iban",
    "sklic",
    "podjetje",
    "kontakt",
    "telefon",
    "eposta",
    "stranka",
    "prejsnji_opomin",
    "prejsnji_datum",
    "dodatki",
    "sestava",
)

_TOKEN = re.compile(r"\{([?!]?)(\w+)\}|(\{/\})|([{}])")


class TemplateError(OpominiError):
    """A template cannot be filled; `position` is the place of the wrong sign, counted from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def default_text(name: TextName, level: int, before_lawsuit: bool, language: str, kind: Kind) -> str:
    """The default template: letter "above" or "below" the table, message "subject" or "mail".

    `level` is 1 to 3; `before_lawsuit` goes before the level. A language that no letter speaks is answered in English.
    """
    return wording(language).text(name, level, before_lawsuit, kind)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with `values` put in and its sections decided; empty paragraphs and double spaces are closed.

    Raises:
        TemplateError: a stray brace, a section without its end, or a placeholder that has no value.
    """
    pieces: list[str] = []
    open_sections: list[tuple[bool, int]] = []  # (is its content kept, position of its start)
    last = 0
    for match in _TOKEN.finditer(template):
        kept = all(keep for keep, _start in open_sections)
        if kept:
            pieces.append(template[last : match.start()])
        last = match.end()
        mark, name, end, stray = match.groups()
        if stray or (end and not open_sections):
            raise _stray(template, match.start())
        if end:
            open_sections.pop()
        elif name not in values:
            message = _(
                "The text uses {{{name}}} (line {line}, character {column}), which is not a placeholder. "
                "Choose one from the list."
            )
            raise TemplateError(message.format(name=name, **_place(template, match.start())), match.start() + 1)
        elif mark:
            open_sections.append((_is_there(values[name]) == (mark == "?"), match.start()))
        elif kept:
            pieces.append(values[name])
    if open_sections:
        raise _stray(template, open_sections[-1][1])
    return _tidied("".join(pieces) + template[last:])


def unknown_placeholders(template: str) -> list[str]:
    """The names in the template that are no placeholders, in order of appearance, each once.

    Raises:
        TemplateError: a stray brace.
    """
    unknown: dict[str, None] = {}
    for match in _TOKEN.finditer(template):
        if match[4]:
            raise _stray(template, match.start())
        if match[2] and match[2] not in PLACEHOLDERS:
            unknown[match[2]] = None
    return list(unknown)


def _stray(template: str, start: int) -> TemplateError:
    """The error for the brace at index `start`."""
    message = _(
        "The text has a stray brace in line {line} at character {column}: write {{name}}, {{?name}}…{{/}} or "
        "{{!name}}…{{/}}."
    )
    return TemplateError(message.format(**_place(template, start)), start + 1)


def _place(template: str, start: int) -> dict[str, int]:
    """Line and character of the index `start`, counted from 1."""
    before = template[:start]
    return {"line": before.count("\n") + 1, "column": start - before.rfind("\n")}


def _is_there(value: str) -> bool:
    """False for nothing and for an amount of zero, however it is written."""
    return bool(value.strip("0.,"))


def _tidied(text: str) -> str:
    """`text` without what dropped sections leave: double spaces, spaces at the ends of lines, empty paragraphs."""
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r"(\d{4})\.(\**)\.(?!\.)", r"\1.\2", text)  # a Croatian date ends in a full stop of its own
    text = re.sub(r" *\n *", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
