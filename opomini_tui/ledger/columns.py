"""Which columns a ledger file has: our names, and the headers by which Slovene and English ledgers call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opomini_tui.errors import OpominiError, UsageError
from opomini_tui.text import _
from opomini_tui.text.names import fold


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours and the headers it is known by, the best first (the first is the Slovene reference's)."""

    name: str
    headers: str
    required: bool = False

    def names(self) -> list[str]:
        """All headers that mean this column, as `plain` writes them."""
        return [plain(header) for header in (*self.headers.split(), self.name)]

    def label(self) -> str:
        """How to tell of it: the Slovene header and our name."""
        return f"{self.headers.split()[0]} ({self.name})"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file; `lines_per_record`: how many lines a record may take (quoted line breaks)."""

    kind: str
    columns: tuple[Column, ...]
    lines_per_record: int = 1

    def column(self, name: str) -> Column | None:
        """The column that we call `name`."""
        return next((column for column in self.columns if column.name == name), None)


OPEN_ITEMS = Layout(
    "open_items",
    (
        Column(
            "customer_code",
            "sifra_stranke sifra stranka sifrakupca sifrapartnerja kupec partner customer customerno",
            True,
        ),
        Column(
            "document",
            "dokument stevilkadokumenta stdokumenta racun stevilkaracuna stracuna veznidokument listina "
            "documentnumber documentno invoice invoicenumber invoiceno",
            True,
        ),
        Column("document_date", "datum datumdokumenta datumracuna datumizdaje invoicedate date", True),
        Column("due_date", "zapadlost datumzapadlosti rokplacila zapade due maturity", True),
        Column("amount", "znesek znesekdokumenta znesekracuna originalamount invoiceamount", True),
        Column("open_amount", "odprto odprtiznesek znesekodprto odprtopostavka saldo open openbalance balance", True),
        Column("currency", "valuta denarnaenota"),
        Column("reference", "sklic sklicevanje referenca paymentreference"),
    ),
)

CUSTOMERS = Layout(
    "customers",
    (
        Column("code", "sifra sifrastranke sifrakupca sifrapartnerja koda customercode customer customerno", True),
        Column("name", "naziv nazivstranke nazivkupca imeinpriimek ime customername", True),
        Column("street", "ulica naslov ulicainhisnastevilka address streetaddress"),
        Column("post_code", "posta postnastevilka stposte postalcode postcode zip zipcode"),
        Column("city", "kraj mesto nazivposte town"),
        Column("country", "drzava oznakadrzave kodadrzave countrycode"),
        Column("tax_id", "davcna davcnastevilka idzaddv idddv ddv taxnumber vat vatid vatnumber"),
        Column("kind", "vrsta vrstastranke tip tipstranke type customertype"),
        Column("language", "jezik"),
        Column("email", "e_posta epostninaslov elektronskinaslov enaslov mail emailaddress"),
    ),
    lines_per_record=10,
)

CONTACTS = Layout(
    "contacts",
    (
        Column(
            "customer_code",
            "sifra_stranke sifra stranka sifrakupca sifrapartnerja kupec partner customer customerno",
            True,
        ),
        Column("contact_code", "stik sifrastika vrstastika contact contacttype", True),
        Column("name", "ime naziv oseba imeinpriimek contactname person"),
        Column("email", "e_posta epostninaslov elektronskinaslov enaslov mail emailaddress", True),
    ),
)

LAYOUTS = {layout.kind: layout for layout in (CUSTOMERS, CONTACTS, OPEN_ITEMS)}


def plain(header: str) -> str:
    """A header without case, spaces, signs and marks: "Šifra stranke" and "sifra_stranke" are the same."""
    return "".join(character for character in fold(header) if character.isalnum())


def find_columns(
    layout: Layout,
    headers: Sequence[str],
    given: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Where each of our columns stands in the file: our name → position, in the order of the layout.

    `given` and `remembered` map headers of the file to our names ("" leaves a column out); `given`
    goes first, then `remembered`, then what the headers say. Columns that are not found are missing
    from the answer.

    Raises:
        UsageError: `given` names a header that the file does not have or a column that we do not know.
    """
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        places.setdefault(plain(header), place)
    if given:
        _check_given(layout, headers, given, places)
    found: dict[str, int] = {}
    taken: set[int] = set()
    for mapping in (given, remembered):
        for header, name in (mapping or {}).items():
            place = places.get(plain(header), -1)
            if place < 0 or place in taken or name in found or (name and layout.column(name) is None):
                continue
            taken.add(place)
            if name:
                found[name] = place
    for column in layout.columns:
        candidates = (places[name] for name in column.names() if places.get(name, -1) not in {-1, *taken})
        if column.name not in found and (place := next(candidates, -1)) >= 0:
            found[column.name] = place
            taken.add(place)
    return {column.name: found[column.name] for column in layout.columns if column.name in found}


def _check_given(layout: Layout, headers: Sequence[str], given: Mapping[str, str], places: Mapping[str, int]) -> None:
    """Refuse a mapping that cannot be meant."""
    for header, name in given.items():
        if plain(header) not in places:
            raise UsageError(
                _("The file has no column {header}. Its columns are: {found}.").format(
                    header=header, found=", ".join(headers)
                )
            )
        if name and layout.column(name) is None:
            raise UsageError(
                _("There is no column {name} to map to. Possible are: {known}.").format(
                    name=name, known=", ".join(column.name for column in layout.columns)
                )
            )


def missing_columns(layout: Layout, found: Mapping[str, int]) -> tuple[Column, ...]:
    """The required columns that the file does not have."""
    return tuple(column for column in layout.columns if column.required and column.name not in found)


def require_columns(layout: Layout, headers: Sequence[str], found: Mapping[str, int]) -> None:
    """Refuse a file without a required column.

    Raises:
        OpominiError: it names the columns that are missing and the headers found.
    """
    if missing := missing_columns(layout, found):
        names = ", ".join(column.label() for column in missing)
        raise OpominiError(
            _(
                "The file cannot be imported, because a column is missing: {missing}. Its columns are: {found}. "
                "Name the columns so, or map them."
            ).format(missing=names, found=", ".join(header for header in headers if header) or _("none"))
        )
