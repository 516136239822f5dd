"""What the form Besedila works on: the texts in force and those changed."""

from __future__ import annotations

from typing import cast

from opomini_tui.documents.stored_texts import LAWSUIT
from opomini_tui.documents.texts import default_text
from opomini_tui.documents.wording import Kind, TextName
from opomini_tui.models.settings import Template
from opomini_tui.setup.settings_form import TextKey, text_problem
from opomini_tui.text import _

LANGUAGES = (("sl", "slovenščina"), ("en", "English"), ("de", "Deutsch"), ("it", "italiano"), ("hr", "hrvatski"))
"""The languages that letters speak, each by its own name."""


def parts() -> list[tuple[str, str]]:
    """The texts of a notice."""
    return [
        ("above", _("letter, above the items")),
        ("below", _("letter, below the items")),
        ("subject", _("subject of the e-mail")),
        ("mail", _("text of the e-mail")),
    ]


def packaged(key: TextKey) -> str:
    """The text that comes with the program."""
    level, language, kind, part = key
    return default_text(cast("TextName", part), min(level, 3), level == LAWSUIT, language, cast("Kind", kind))


class TextBook:
    """This company's own texts and what was changed of them."""

    def __init__(self) -> None:
        self.stored: dict[TextKey, str] = Template.contents()
        """As they were read; what a save has to find still so."""
        self._typed: dict[TextKey, str] = {}

    def text(self, key: TextKey) -> str:
        """The text as it is now."""
        if key in self._typed:
            return self._typed[key]
        return self.stored.get(key) or packaged(key)

    def put(self, key: TextKey, text: str) -> None:
        """What was typed."""
        self._typed[key] = text

    def reset(self, key: TextKey) -> None:
        """Back to the packaged text."""
        self._typed[key] = packaged(key)

    def is_own(self, key: TextKey) -> bool:
        """Whether it is another than the packaged text."""
        return self.text(key).strip() not in ("", packaged(key).strip())

    def own(self) -> list[TextKey]:
        """The keys of all texts that are another than the packaged one, by level, language, kind and part."""
        return sorted(key for key in {**self.stored, **self._typed} if self.is_own(key))

    def changed(self) -> dict[TextKey, str]:
        """What is to be saved: an empty text stands for the packaged one."""
        wanted = {key: text.strip() if self.is_own(key) else "" for key, text in self._typed.items()}
        return {key: text for key, text in wanted.items() if text != self.stored.get(key, "")}

    def settle(self, key: TextKey, theirs: str, *, mine: bool) -> None:
        """Somebody else has stored `theirs` ("" for the packaged text) meanwhile: that stays, or (`mine`) what was typed."""
        if not mine:
            self._typed.pop(key, None)
        if theirs:
            self.stored[key] = theirs
        else:
            self.stored.pop(key, None)

    def first_wrong(self) -> tuple[TextKey, str] | None:
        """The first changed text that cannot be filled in, and why."""
        for key, text in self.changed().items():
            if problem := text_problem(text, key[3]):
                return key, problem
        return None
