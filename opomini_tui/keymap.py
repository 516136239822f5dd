"""The operator's own keys: `keymap.toml` in the data folder changes the keys of actions, by their ids.

    [keys]
    "notices.prepare" = "f2"
    "notices.unlock" = ["k", "ctrl+k"]

What cannot be is left out with a sentence, and its action keeps its usual keys: an id that is none, keys that terminals
swallow, Alt with a letter (fields have those), a bare letter for what cannot be taken back, one key for two actions of a
place, and a key of a form's confirmation that also opens a form (a held key would then open and confirm).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from opomini_tui.action import SHOWN_KEYS
from opomini_tui.actions import ACTIONS, BY_ID, Action
from opomini_tui.text import _

NAMED = frozenset(SHOWN_KEYS) | {str(key.value) for key in Keys if "+" not in key.value and "<" not in key.value}
SWALLOWED = re.compile(
    r"ctrl\+(m|i|h|j|\d|space|at|enter|tab|backspace|slash|question_mark|left_square_bracket)|ctrl\+shift\+[a-z]"
    r"|(alt|shift)\+enter|f10|f11"
)
"""What terminals take for something else or keep for themselves."""
MODIFIERS = ("ctrl", "alt", "shift")
WHOLE_SCREENS = frozenset({"notices", "detail", "prepare", "dashboard"})
"""Places in which the keys of forms and lists do not count."""
SHARED = frozenset({"form", "list", "listed", "rows"})
IRREVERSIBLE = frozenset({"confirm", "delete", "remove", "drop"})


@dataclass(frozen=True, slots=True)
class Keymap:
    """Textual key names, comma-separated, by action id, and one sentence for each line that was left out."""

    keys: Mapping[str, str]
    problems: tuple[str, ...] = ()


def load_keymap(path: Path) -> Keymap:
    """Read the file; nothing in it when it is not there."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Keymap({})
    except (OSError, ValueError) as error:
        sentence = _("The keys in {file} cannot be used: {why}").format(file=path.name, why=error)
        return Keymap({}, (sentence,))
    table = content.get("keys", {})
    if not isinstance(table, dict):
        return Keymap({}, (_("{file}: a table [keys] is expected.").format(file=path.name),))
    wanted: dict[str, str] = {}
    problems: list[str] = []
    for name, value in table.items():
        try:
            wanted[name] = _keys_of(name, value)
        except ValueError as error:
            problems.append(f"{path.name}: {name}: {error}")
    kept = dict(wanted)
    for name, sentence in _clashes(wanted):
        if kept.pop(name, None) is not None:
            problems.append(f"{path.name}: {name}: {sentence}")
    return Keymap(kept, tuple(problems))


def _keys_of(name: str, value: object) -> str:
    """The keys of one line; ValueError with a sentence when they cannot be used."""
    action = BY_ID.get(name)
    if action is None:
        raise ValueError(_("there is no such action."))
    listed = [key for key in (value if isinstance(value, list) else [value]) if isinstance(key, str)]
    if not listed or (isinstance(value, list) and len(listed) < len(value)):
        raise ValueError(_("a key or a list of keys is expected."))
    return ",".join(_checked(key, action) for one in listed for key in ([one] if one == "," else one.split(",")))


def _checked(typed: str, action: Action) -> str:
    """One key as Textual names it; ValueError when it is none or may not be used for the action."""
    *modifiers, last = [part.strip() for part in typed.rsplit("+", 1)] if len(typed.strip()) > 1 else [typed.strip()]
    held = [part.strip().casefold() for part in "+".join(modifiers).split("+") if part.strip()]
    name = _named(last, bool(held))
    if name is None or any(part not in MODIFIERS for part in held):
        raise ValueError(_("{key} is not a key.").format(key=typed))
    key = "+".join([*sorted(held), name])
    if SWALLOWED.fullmatch(key):
        raise ValueError(_("terminals keep {key} for themselves or take it for another key.").format(key=typed))
    if held == ["alt"] and len(name) == 1 and name.isalpha():
        raise ValueError(_("{key}: Alt with a letter goes to the fields of forms.").format(key=typed))
    if action.verb in IRREVERSIBLE and not held and len(last) == 1:
        raise ValueError(_("{key} could be typed by accident, and this cannot be taken back.").format(key=typed))
    return key


def _named(last: str, held: bool) -> str | None:
    """The name of the key without its modifiers."""
    if len(last) == 1:
        if last.isalnum():
            return last.casefold() if held else last
        name = unicodedata.name(last, "").casefold().replace("-", "_").replace(" ", "_")
        return KEY_NAME_REPLACEMENTS.get(name, name) or None
    name = last.casefold()
    return name if name in NAMED or re.fullmatch(r"f([1-9]|1[0-2])", name) else None


def _clashes(wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Changed actions whose key another action of the same place has, with the sentence that names it."""
    now = {action.id: (wanted.get(action.id) or action.keys).split(",") for action in ACTIONS}
    for name in wanted:
        for other in ACTIONS:
            shared = [key for key in now[name] if key in now[other.id]]
            if other.id != name and shared and _together(BY_ID[name], other):
                sentence = _("{key} is already the key of {action} ({id}).")
                yield name, sentence.format(key=shared[0], action=other.label, id=other.id)


def _together(one: Action, other: Action) -> bool:
    """Whether the keys of both count at the same time, or one opens what the other confirms."""
    places = {one.where, other.where}
    if "rows" in places and one.run == other.run:  # copying of its own stands for that of lists
        return False
    if len(places) == 1 or "everywhere" in places:
        return True
    if any(action.verb == "confirm" for action in (one, other)) and any(action.opens for action in (one, other)):
        return True
    return bool(places & SHARED) and not places & WHOLE_SCREENS
