"""A field for the path of a file: Tab completes it as a shell does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.widgets import Input

from opomini_tui.text.names import fold
from opomini_tui.widgets.field_values import MOST, Value
from opomini_tui.widgets.fields import TextField

SHOWN = 8
"""So many continuations are named when there are several."""


def listing(folder: Path, endings: Sequence[str]) -> list[Path]:
    """Folders first, then the files with one of the endings, in alphabetical order; hidden ones are left out.

    What cannot be read is empty.
    """
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except OSError:
        return []
    folders = [folder / entry.name for entry in entries if _is_folder(entry)]
    files = [
        folder / entry.name
        for entry in entries
        if not _is_folder(entry) and (not endings or entry.name.lower().endswith(tuple(endings)))
    ]
    return [*sorted(folders, key=_by_name), *sorted(files, key=_by_name)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _by_name(path: Path) -> str:
    return fold(path.name)


def continued(typed: str, endings: Sequence[str]) -> tuple[str, list[str]]:
    """The path as far as it is certain, and the names that can follow when there are several."""
    folder, _slash, begun = typed.rpartition("/")
    place = Path(f"{folder}/" if _slash else ".").expanduser()
    found = [path for path in listing(place, endings) if path.name.startswith(begun)]
    if not found:
        return typed, []
    names = [path.name + ("/" if path.is_dir() else "") for path in found]
    common = os.path.commonprefix(names)  # noqa: RUF071 - letter by letter is meant, as in a shell
    return f"{folder}/{common}" if _slash else common, names if len(names) > 1 else []


class PathField(TextField):
    """`endings`: the files that are offered beside folders."""

    def __init__(
        self, name: str, label: str, value: str = "", *, endings: Sequence[str] = (), placeholder: str = ""
    ) -> None:
        super().__init__(name, label, value, placeholder=placeholder)
        self.endings = tuple(endings)
        self.offers(self._entries)

    def _entries(self, wanted: Sequence[str]) -> Sequence[Value]:
        """What lies in the folder that is typed: folders, which can be opened in turn, and files."""
        typed = self.query_one(Input).value
        folder = typed.rpartition("/")[0] + "/" if "/" in typed else ""
        place = Path(folder or ".").expanduser()
        names = [f"{path.name}/" if path.is_dir() else path.name for path in listing(place, self.endings)]
        return [value for name in names if (value := Value(folder + name)).holds(wanted)][:MOST]

    def on_key(self, event: events.Key) -> None:
        """Tab completes; where nothing can be completed it goes to the next field."""
        box = self.query_one(Input)
        if event.key != "tab" or not box.value or not box.cursor_at_end:
            return
        longer, names = continued(box.value, self.endings)
        if longer == box.value and not names:
            return
        if longer == box.value and self.problem:
            return  # the choices are on the screen already: go on
        event.stop()
        event.prevent_default()
        box.value = longer
        box.cursor_position = len(longer)
        self.call_after_refresh(self._tell, names)

    def _tell(self, names: Sequence[str]) -> None:
        more = " …" if len(names) > SHOWN else ""
        self.problem = "  ".join(names[:SHOWN]) + more
