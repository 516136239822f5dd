"""The filter line of the grid: what is typed there, read into conditions, and written again.

Words without a key are looked for in the customer's name, code, or the notice's number (`275`, `2012/275`). With a key:
`customer:0000001..4`, `number:100..191`, `amount:>1000`, `state:issued`, `level:1..3`, `due:<1.10.2012` (an item of the
notice fell due then), `date:`, `late:` (days), `packet:`. English and Slovene keys and values are always understood, with
or without č/š/ž, and a beginning that can be only one of them is enough. Dates may count from today: `due:<-30`. Quotes
take a key's meaning away. What cannot be understood changes nothing and is told in a sentence; reading never fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from opomini_tui.models.notice_filter import LABEL, NoticeFilter, Span
from opomini_tui.text import _, language
from opomini_tui.text.formats import CENT, format_date, parse_date, parse_money
from opomini_tui.text.names import fold

V = TypeVar("V")

WORDS: Mapping[str, tuple[str, str]] = {
    "customer": ("customer", "stranka"),
    "number": ("number", "številka"),
    "amount": ("amount", "znesek"),
    "state": ("state", "stanje"),
    "level": ("level", "stopnja"),
    "due": ("due", "zapadlost"),
    "date": ("date", "datum"),
    "days_late": ("late", "zamuda"),
    "packet": ("packet", "paket"),
}
"""The key of each condition, English and Slovene, in the order in which they are offered."""
STATES: Mapping[str, tuple[str, ...]] = {
    "prepared": ("prepared", "pripravljen", "vpripravi"),
    "issued": ("issued", "izstavljen"),
    "sent": ("sent", "poslan"),
}
"""The values of `state`, English, Slovene and others that people type."""
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "customer": ("0000001", "0000001..4", ">0000300"),
    "number": ("138", "100..191", ">200"),
    "amount": (">1000", "100..500", "<99,90"),
    "level": ("2", "1..2", ">1"),
    "due": ("<1.10.2012", "1.8.2012..31.8.2012", "<-30"),
    "date": ("17.8.2012", ">=1.8.2012", ">-7"),
    "days_late": (">60", "30..90"),
    "packet": ("4", "2..3"),
}
LARGEST = Decimal("99999999999.99")
_PART = re.compile(
    r"""(?P<key>[^\W\d_]+)(?:\s*(?P<sign>[<>]=?|=)\s*|:\s*(?P<sign2>[<>]=?|=)?\s*)
        (?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s"]*(?:\s+\.\.\s*[^\s"]+)?))
      | "(?P<phrase>[^"]*)"?
      | (?P<word>\S+)""",
    re.VERBOSE,
)
_IN_PREPARATION = re.compile(r"(?<=[:=])\s*v\s+priprav\w*", re.IGNORECASE)
_RANGE = re.compile(r"\.\.(?!\.)")


@dataclass(frozen=True, slots=True)
class Words:
    """The conditions of a filter line; `search` are the words without a key, one blank between them."""

    search: str = ""
    customer: Span[str] = field(default_factory=Span)
    number: Span[int] = field(default_factory=Span)
    amount: Span[Decimal] = field(default_factory=Span)
    state: str | None = None
    level: Span[int] = field(default_factory=Span)
    due: Span[date] = field(default_factory=Span)
    date: Span[date] = field(default_factory=Span)
    days_late: Span[int] = field(default_factory=Span)
    packet: Span[int] = field(default_factory=Span)

    @classmethod
    def of(cls, chosen: NoticeFilter) -> Words:
        """The conditions of `chosen` that a filter line can say."""
        return cls(**{part.name: getattr(chosen, part.name) for part in fields(cls)})

    def within(self, chosen: NoticeFilter) -> NoticeFilter:
        """`chosen` with these conditions instead of those of an earlier line."""
        return replace(chosen, **{part.name: getattr(self, part.name) for part in fields(self)})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood, and a sentence about each part that was not."""

    words: Words = field(default_factory=Words)
    problems: tuple[str, ...] = ()


class _Problem(Exception):
    """A part that cannot be understood; the text says why."""


def read_words(text: str, today: Callable[[], date]) -> Reading:
    """Read a filter line; of two conditions with the same key the later one counts. Never raises."""
    found: dict[str, Any] = {}
    plain: list[str] = []
    problems: list[str] = []
    for match in _PART.finditer(_IN_PREPARATION.sub(STATES["prepared"][0], text)):
        if match["key"] is None:
            plain += (match["phrase"] or match["word"] or "").split()
            continue
        try:
            key, value = _key(match["key"]), (match["quoted"] or match["value"] or "").strip()
            if key == "number" and LABEL.fullmatch(value):
                plain.append(value)
            elif value:
                found[key] = _value(key, match["sign"] or match["sign2"] or "", value, today)
        except _Problem as problem:
            problems.append(str(problem))
    return Reading(Words(search=" ".join(plain), **found), tuple(problems))


def write_words(words: Words) -> str:
    """The line that says these conditions, in the current language; reading it gives them again."""
    parts = []
    for name in WORDS:
        value = getattr(words, name)
        if isinstance(value, str):
            parts.append(f"{key_word(name)}:{_state_word(value)}")
        elif isinstance(value, Span) and not value.is_open:
            low, high = (_written(end) for end in (value.low, value.high))
            parts.append(f"{key_word(name)}:{low if value.low == value.high else f'{low}..{high}'}")
    plain = words.search.split()
    return " ".join([*parts, *(f'"{word}"' if _PART.match(word + " ")["key"] else word for word in plain)])  # type: ignore[index]  # a word always matches


def key_word(name: str) -> str:
    """The key of a condition in the current language."""
    return WORDS[name][language() == "sl"]


def completed(text: str) -> str | None:
    """The line with its last part completed, a key or a state; None when nothing can be guessed."""
    last = text[len(text.rstrip()) :] or re.split(r"[\s\"]", text)[-1]
    if not last.strip():
        return None
    key, sign, value = re.match(r"([^:<>=]*)([:<>=]*)(.*)", last, re.DOTALL).groups()  # type: ignore[union-attr]  # always matches
    if not sign:
        choices: Iterable[str] = [f"{word}:" for word in _own_first(WORDS.values())]
        typed = key
    else:
        try:
            choices = _own_first(STATES.values()) if value and _key(key) == "state" else []
        except _Problem:
            return None
        typed = value
    found = next((word for word in choices if fold(word).startswith(fold(typed)) and len(word) > len(typed)), None)
    return None if found is None or len(fold(typed)) != len(typed) else text + found[len(typed) :]


def advice(text: str) -> str:
    """What can be typed here: examples for the key that was typed last, else every key."""
    parts = [match for match in _PART.finditer(text)]
    last = parts[-1] if parts and not text[-1:].isspace() else None
    if last is not None and last["key"] is not None:
        try:
            name = _key(last["key"])
        except _Problem:
            return known_keys()
        examples = [_state_word(state) for state in STATES] if name == "state" else EXAMPLES[name]
        return "   ".join(f"{key_word(name)}:{example}" for example in examples)
    return known_keys()


def known_keys() -> str:
    """Every key in the current language."""
    return " ".join(f"{key_word(name)}:" for name in WORDS)


def _own_first(words: Iterable[tuple[str, ...]]) -> list[str]:
    """All words, those of the current language first."""
    own = int(language() == "sl")
    several = list(words)
    return [each[own] for each in several] + [word for each in several for n, word in enumerate(each) if n != own]


def _matching(typed: str, words: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names whose word is `typed`, else those one of whose words begins so."""
    wanted = fold(typed)
    exact = [name for name, several in words.items() if wanted in map(fold, several)]
    return exact or [name for name, several in words.items() if any(fold(word).startswith(wanted) for word in several)]


def _key(typed: str) -> str:
    names = _matching(typed, WORDS)
    if len(names) == 1:
        return names[0]
    if names:
        several = " ".join(f"{key_word(name)}:" for name in names)
        raise _Problem(_("{typed}: may be {keys}").format(typed=typed, keys=several))
    raise _Problem(_("{typed}: is not known. Known: {keys}").format(typed=typed, keys=known_keys()))


def _value(key: str, sign: str, text: str, today: Callable[[], date]) -> Any:
    if key == "state":
        names = _matching(text, STATES)
        if len(names) == 1:
            return names[0]
        known = ", ".join(_state_word(name) for name in names or STATES)
        raise _Problem(_("State: one of {states}").format(states=known))
    if key == "customer":
        return _codes(sign, text)
    if key == "amount":
        return _span(sign, text, _amount, lambda amount, way: amount + way * CENT)
    if key in ("due", "date"):
        return _span(sign, text, partial(_day, today=today), _days_on)
    return _span(sign, text, _whole, lambda number, way: number + way)


def _span(sign: str, text: str, read: Callable[[str], V], step: Callable[[V, int], V]) -> Span[Any]:
    """`>1`, `1..3` (also the wrong way round), `1..`, `..3`, `1`."""
    try:
        if sign:
            end = read(text)
            if sign[0] == "=":
                return Span(end, end)
            past = 0 if sign.endswith("=") else 1
            return Span(step(end, past), None) if sign[0] == ">" else Span(None, step(end, -past))
        low, *more = _RANGE.split(text, maxsplit=1)
        ends = [read(end) if end.strip() else None for end in (low, *(more or [low]))]
    except OverflowError as error:
        raise _Problem(_("{typed} is not a date.").format(typed=text)) from error
    if None not in ends:
        ends.sort()
    return Span(*ends)


def _codes(sign: str, text: str) -> Span[Any]:
    """Codes are compared as text; a shorter end takes its beginning from the other: `0000001..4`."""
    if sign:
        return Span(None if sign[0] == "<" else text, None if sign[0] == ">" else text)
    low, *more = (end.strip() for end in _RANGE.split(text, maxsplit=1))
    high = more[0] if more else low
    if high and len(high) < len(low):
        high = low[: len(low) - len(high)] + high
    if low and high and low > high:
        raise _Problem(_("The end of the range lies before its beginning."))
    return Span(low or None, high or None)


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        raise _Problem(_("{typed} is not a whole number.").format(typed=text))
    return int(text)


def _amount(text: str) -> Decimal:
    try:
        amount = parse_money(text)
    except ValueError as error:
        raise _Problem(_("{typed} is not an amount; write it as 1000 or 1000,50.").format(typed=text)) from error
    if abs(amount) > LARGEST:
        raise _Problem(_("{typed} is not an amount; write it as 1000 or 1000,50.").format(typed=text))
    return amount


def _day(text: str, today: Callable[[], date]) -> date:
    try:
        return parse_date(text, today)
    except (ValueError, OverflowError) as error:
        sentence = _("{typed} is not a date; write it as 1.10.2012, 1.10. or -30 (days from today).")
        raise _Problem(sentence.format(typed=text)) from error


def _days_on(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _state_word(state: str) -> str:
    return STATES[state][language() == "sl"]


def _written(end: object) -> str:
    """One end of a range as it is typed."""
    if end is None:
        return ""
    if isinstance(end, date):
        return format_date(end)
    if isinstance(end, Decimal):
        text = f"{end:f}".removesuffix(".00")
        return text.replace(".", ",") if language() == "sl" else text
    return str(end)
