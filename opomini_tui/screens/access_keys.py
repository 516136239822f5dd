"""Which letter of its label leads to a field together with Alt.

Every field has a letter of its own among those that can be seen with it: of the whole form where the letters suffice, else
of its tab. Where even that is not enough a letter is shared, and Alt with it goes from one of its fields to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from textual.widgets import TabPane

from opomini_tui.text.names import fold
from opomini_tui.widgets.fields import Field


def give_access_keys(fields: Sequence[Field[Any]]) -> None:
    """Give every field with a label its letter; those that cannot be reached now come last."""
    wanting = sorted(fields, key=lambda field: not reachable(field))
    keys = letters([field.label for field in wanting])
    if len(set(keys)) < len(keys):
        keys = _by_tab(wanting)
    for field, key in zip(wanting, keys, strict=True):
        field.access_key = key


def fields_of(fields: Iterable[Field[Any]], key: str) -> list[Field[Any]]:
    """The fields to which Alt with this letter can lead now, in their order."""
    return [field for field in fields if field.access_key == key and reachable(field) and _is_shown(field)]


def reachable(field: Field[Any]) -> bool:
    """Whether something can be typed into it, whichever tab is shown."""
    within = [field, *(node for node in field.ancestors if not isinstance(node, TabPane) and node.parent is not None)]
    hidden = [node for node in within if not getattr(node, "display", True)]
    return not field.disabled and not hidden


def letters(labels: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """For each label a letter of it that no other one has, as far as there are any, but none of `taken`: the first that is
    free, unless a later label would get none. The rest share the letter that is shared least.

    >>> letters(["Naziv", "Nivo", "Do", "Od", "D"])
    ['n', 'i', 'd', 'o', 'd']
    """
    wanted = [_of(label) for label in labels]
    owner = dict[str, int]()
    for place in range(len(labels)):
        _claim(place, wanted, owner, set(taken))
    keys = {place: letter for letter, place in owner.items()}
    shares = Counter(keys.values())
    for place, own in enumerate(wanted):
        if place not in keys and own:
            keys[place] = min(own, key=lambda letter: shares[letter])
            shares[keys[place]] += 1
    return [keys.get(place, "") for place in range(len(labels))]


def _claim(place: int, wanted: Sequence[Sequence[str]], owner: dict[str, int], tried: set[str]) -> bool:
    """Give a label the first letter that is free; else one whose owner can do with another."""
    mine = [letter for letter in wanted[place] if letter not in tried]
    for letter in sorted(mine, key=lambda letter: letter in owner):
        if letter in tried:
            continue
        tried.add(letter)
        if letter not in owner or _claim(owner[letter], wanted, owner, tried):
            owner[letter] = place
            return True
    return False


def _of(label: str) -> list[str]:
    return list(dict.fromkeys(letter for letter in fold(label) if letter.isascii() and letter.isalpha()))


def _by_tab(fields: Sequence[Field[Any]]) -> list[str]:
    """Letters that are each unique on its tab; those of fields outside the tabs on every one."""
    tabs = [next((node for node in field.ancestors if isinstance(node, TabPane)), None) for field in fields]
    everywhere = letters([field.label for field, tab in zip(fields, tabs, strict=True) if tab is None])
    keys = dict(zip([place for place, tab in enumerate(tabs) if tab is None], everywhere, strict=True))
    for shown in dict.fromkeys(tab for tab in tabs if tab is not None):
        places = [place for place, tab in enumerate(tabs) if tab is shown]
        keys |= zip(places, letters([fields[place].label for place in places], everywhere), strict=True)
    return [keys[place] for place in range(len(fields))]


def _is_shown(field: Field[Any]) -> bool:
    return all(node.display for node in field.ancestors_with_self if hasattr(node, "display"))
