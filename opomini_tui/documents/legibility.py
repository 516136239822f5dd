"""Characters that a letter cannot show: those of no shipped font are empty boxes, those of a script that is written from
right to left stand in the wrong order. The letter is made all the same; a person is told where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.documents.letter_values import Letter

_PLAIN = re.compile("[\\s -~\u00a0-\u017f–—„“”‚‘’…·•−€]*")
"""Latin letters and the signs of the letter's languages: its face has them all."""
_NAMED = 8
"""So many characters are named in a sentence."""
_LISTED = 20
"""So many sentences are said of many letters."""


def illegible(fields: Iterable[tuple[str, str]]) -> list[str]:
    """A sentence for each field (name, text) with characters that a letter cannot show; each character is told once."""
    told: set[str] = set()
    sentences = []
    for name, text in fields:
        for sentence, odd in (
            (_("{field}: the letter has no sign for {characters}, an empty box stands there."), _without_shape(text)),
            (
                _("{field}: {characters} is of a script from right to left, the letter sets it wrongly."),
                _leftwards(text),
            ),
        ):
            if new := [character for character in odd if character not in told]:
                told.update(new)
                sentences.append(sentence.format(field=name, characters=_named(new)))
    return sentences


def letter_fields(letter: Letter) -> Iterator[tuple[str, str]]:
    """The texts of a letter that somebody typed, each with the name of its field."""
    sender, recipient = letter.sender, letter.recipient
    yield _("Customer name"), recipient.name
    yield _("Street"), recipient.street
    yield _("City"), recipient.city
    yield _("Document"), " ".join(item.document for item in letter.items)
    yield _("Company"), " ".join((sender.name, sender.street, sender.city, sender.bank, sender.contact))
    yield _("letter, above the items"), letter.above
    yield _("letter, below the items"), letter.below


def note_illegible(label: str, letter: Letter, found: dict[str, list[str]]) -> None:
    """Add what the letter of the notice `label` cannot show to `found`: sentence → labels."""
    for sentence in illegible(letter_fields(letter)):
        found.setdefault(sentence, []).append(label)


def sentences_of_many(found: Mapping[str, Sequence[str]]) -> list[str]:
    """Sentences with the labels of the notices that they are about, and how many more there are."""
    said = []
    for sentence, labels in list(found.items())[:_LISTED]:
        more = len(labels) - 1
        where = ngettext("{label} and {n} more", "{label} and {n} more", more).format(label=labels[0], n=more)
        said.append(f"{where if more else labels[0]}: {sentence}")
    if (rest := len(found) - _LISTED) > 0:
        said.append(ngettext("… and {n} such warning more", "… and {n} such warnings more", rest).format(n=rest))
    return said


@cache
def _foreign() -> re.Pattern[str]:
    """A character outside the letter's own face, which has no script that is written from right to left."""
    from opomini_tui.documents.fonts import REGULAR, letter_font, shapes

    return re.compile(f"[^\\s{re.escape(''.join(map(chr, shapes(letter_font(REGULAR)))))}]")


def _odd(text: str) -> list[str]:
    """The characters outside the letter's own face, in their order."""
    if _PLAIN.fullmatch(text):  # nearly all texts: no font is opened for them
        return []
    from opomini_tui.documents.fonts import printable

    return list(dict.fromkeys(_foreign().findall(printable(text)))) if _foreign().search(text) else []


def _without_shape(text: str) -> list[str]:
    return [character for character in _odd(text) if character not in _fallback()]


def _leftwards(text: str) -> list[str]:
    return [each for each in _odd(text) if each in _fallback() and unicodedata.bidirectional(each) in ("R", "AL")]


@cache
def _fallback() -> frozenset[str]:
    """What the face has that stands in for the letter's own."""
    from opomini_tui.documents.fonts import shapes

    return frozenset(map(chr, shapes(None)))


def _named(characters: Sequence[str]) -> str:
    """The characters, the first of them where there are many."""
    return " ".join(characters[:_NAMED]) + (" …" if len(characters) > _NAMED else "")
