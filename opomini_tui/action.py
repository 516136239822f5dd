"""What one action of the screens is, and how its keys are shown. All of them are in `opomini_tui.actions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opomini_tui.text import _

SHOWN_KEYS = {
    "enter": "↵",
    "escape": "Esc",
    "space": "␣",
    "delete": "Del",
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "comma": ",",
    "full_stop": ".",
    "up": "↑",
    "down": "↓",
}


_OWN_KEYS: dict[str, str] = {}


def use_keys(keys: Mapping[str, str]) -> None:
    """Show these keys (Textual names, comma-separated, by action id) instead of the usual ones."""
    _OWN_KEYS.clear()
    _OWN_KEYS.update(keys)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    id: "place.verb"; keys: Textual key names, comma-separated, the first one is shown; title, help: msgids; needs: the
    act of `Actor.require`; opens: dotted name "module:Class" of the screen it opens (imported when it is first used);
    command: the Textual action of the screen, by default the verb; hint: order in the hint line (0: not there).
    """

    id: str
    keys: str
    title: str
    help: str
    needs: str = ""
    opens: str = ""
    command: str = ""
    hint: int = 0

    @property
    def where(self) -> str:
        """The place in which it is offered: "everywhere", "notices", "detail", "form", "list", …"""
        return self.id.partition(".")[0]

    @property
    def verb(self) -> str:
        """The part of the id after the place."""
        return self.id.partition(".")[2]

    @property
    def run(self) -> str:
        """The Textual action that does it."""
        return f"open('{self.id}')" if self.opens else self.command or self.verb

    @property
    def key(self) -> str:
        """The key in force as people read it: "F6", "^Q", "↵"; "" when there is none."""
        return shown_key(self.keys_in_force.partition(",")[0])

    @property
    def keys_in_force(self) -> str:
        """`keys`, or the operator's own."""
        return _OWN_KEYS.get(self.id, self.keys)

    @property
    def label(self) -> str:
        """The title in the current language."""
        return _(self.title)


def shown_key(key: str) -> str:
    """How a Textual key name is shown: "ctrl+q" → "^Q", "f6" → "F6", "shift+f3" → "⇧F3"."""
    prefix = ""
    for name, sign in (("ctrl+", "^"), ("alt+", "Alt+"), ("shift+", "⇧")):
        if key.startswith(name):
            key, prefix = key.removeprefix(name), prefix + sign
    if key in SHOWN_KEYS:
        return prefix + SHOWN_KEYS[key]
    return prefix + (key.upper() if prefix or len(key) > 1 else key)
