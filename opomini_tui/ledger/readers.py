"""How the cells of each column of each kind of file are read, and what is told when they cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from opomini_tui.ledger.columns import CONTACTS, LAYOUTS, OPEN_ITEMS
from opomini_tui.ledger.customer_kinds import KINDS, kind_of
from opomini_tui.ledger.records import Reader
from opomini_tui.ledger.table import Table
from opomini_tui.ledger.values import (
    AmountReader,
    Cell,
    clean,
    clean_all,
    decimal_sign,
    needed,
    needed_all,
    read_currency,
    read_day,
)
from opomini_tui.text import _
from opomini_tui.text.names import fold

# Countries by which Slovene ledgers call their neighbours: names, and the numbers of ISO 3166.
_COUNTRIES = {
    "SI": "slovenija slovenia slo svn 705",
    "AT": "avstrija austria osterreich aut 040 40",
    "IT": "italija italy italia ita 380",
    "HR": "hrvaska croatia hrvatska hrv 191",
    "HU": "madzarska hungary hun 348",
    "DE": "nemcija germany deutschland deu 276",
    "RS": "srbija serbia srb 688",
    "BA": "bosnainhercegovina bosniaandherzegovina bih 070 70",
    "CH": "svica switzerland che 756",
    "FR": "francija france fra 250",
    "GB": "velikabritanija unitedkingdom gbr uk 826",
    "CZ": "ceska czechia cze 203",
    "SK": "slovaska slovakia svk 703",
    "PL": "poljska poland pol 616",
    "NL": "nizozemska netherlands nld 528",
    "US": "zda usa 840",
}
_COUNTRY_OF = {name: code for code, names in _COUNTRIES.items() for name in names.split()}
_LANGUAGES = {
    "sl": "sl slo slv si slovenski slovenscina slovene slovenian",
    "en": "en eng gb angleski anglescina english",
    "de": "de deu ger nem at nemski nemscina german deutsch",
    "it": "it ita italijanski italijanscina italian italiano",
    "hr": "hr hrv hrvaski hrvascina croatian hrvatski",
}
_LANGUAGE_OF = {name: code for code, names in _LANGUAGES.items() for name in names.split()}


def _word(cell: Cell) -> str:
    """The cell as a word to look up: no case, marks, spaces and signs."""
    return "".join(character for character in fold(clean(cell)) if character.isalnum())


@lru_cache(maxsize=1024)
def read_country(cell: Cell) -> str:
    """The two-letter code of a country given by code, name or number; an empty cell means SI."""
    word = _word(cell)
    if code := _COUNTRY_OF.get(word):
        return code
    if len(word) == 2 and word.isascii() and word.isalpha():
        return word.upper()
    if word:
        raise ValueError(cell)
    return "SI"


@lru_cache(maxsize=1024)
def read_language(cell: Cell) -> str:
    """One of the five languages of letters; an empty cell means Slovene."""
    word = _word(cell)
    if not word:
        return "sl"
    if code := _LANGUAGE_OF.get(word):
        return code
    raise ValueError(cell)


@lru_cache(maxsize=1024)
def read_kind(cell: Cell) -> str:
    """The kind of a customer; "" when the cell is empty, so that the name decides."""
    word = _word(cell)
    if not word:
        return ""
    if kind := kind_of(word):
        return kind
    raise ValueError(cell)


def _needed(expected: Callable[[], str]) -> Reader:
    """The reader of a text that must not be empty."""
    return Reader(needed, expected, read_all=needed_all)


def _customer_readers() -> dict[str, Reader]:
    """Readers of a file of customers; what is not named is text."""
    return {
        "code": _needed(lambda: _("a customer code")),
        "name": _needed(lambda: _("a name")),
        "country": Reader(read_country, lambda: _("a country code of two letters, such as SI"), "SI"),
        "language": Reader(read_language, lambda: _("one of the languages sl, en, de, it, hr"), "sl"),
        "kind": Reader(read_kind, lambda: _("one of the kinds {kinds}").format(kinds=", ".join(KINDS))),
    }


def _contact_readers() -> dict[str, Reader]:
    """Readers of a file of contacts."""
    return {
        "customer_code": _needed(lambda: _("a customer code")),
        "contact_code": _needed(lambda: _("a contact code")),
    }


def _open_item_readers(table: Table, places: Mapping[str, int]) -> dict[str, Reader]:
    """Readers of a snapshot of open items; its amounts tell which sign is the decimal one."""

    def find_sign() -> str:
        return decimal_sign(_cells(table, [places[name] for name in ("amount", "open_amount") if name in places]))

    amounts = AmountReader(find_sign)
    amount = Reader(
        amounts.read,
        lambda: _("an amount such as 1.234,56 or 1,234.56, written in one way in the whole file"),
        0,
        amounts.read_all,
    )
    day = Reader(read_day, lambda: _("a date such as 17.08.2012 or 2012-08-17"), "1900-01-01")
    return {
        "customer_code": _needed(lambda: _("a customer code")),
        "document": _needed(lambda: _("a document number")),
        "document_date": day,
        "due_date": day,
        "amount": amount,
        "open_amount": amount,
        "currency": Reader(read_currency, lambda: _("a currency code of three letters, such as EUR"), "EUR"),
    }


def _cells(table: Table, places: Sequence[int]) -> Iterator[Cell]:
    """The cells of some columns, row by row."""
    for _line, cells in table.records():
        for place in places:
            if place < len(cells):
                yield cells[place]


def readers_of(kind: str, table: Table, places: Mapping[str, int]) -> dict[str, Reader]:
    """The reader of every column that a file of this kind can have."""
    if kind == OPEN_ITEMS.kind:
        special = _open_item_readers(table, places)
    else:
        special = _contact_readers() if kind == CONTACTS.kind else _customer_readers()
    text = Reader(clean, lambda: _("a text"), read_all=clean_all)
    return {column.name: special.get(column.name, text) for column in LAYOUTS[kind].columns}
