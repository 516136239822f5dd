"""Made-up ledgers of any size: customers, and three open items for each, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from opomini_tui.text.formats import format_cents

ITEMS_PER_CUSTOMER = 3
AS_OF = date(2012, 8, 17)

Customer = tuple[str, str]
Item = tuple[str, str, date, date, int, int, str]


def customers(count: int) -> Iterator[Customer]:
    """Code and name of `count` customers, in the order of their codes."""
    for number in range(1, count + 1):
        yield f"{number:07d}", f"Kupec {number} d.o.o."


def open_items(count: int, per_customer: int = ITEMS_PER_CUSTOMER) -> Iterator[Item]:
    """`count` open items, by customer: code, document, day, due day, amount and open amount in cents, reference.

    All are due between 10 and 409 days before `AS_OF`; the amounts are spread over 10 to 5.000 euros.
    """
    for number in range(count):
        customer = number // per_customer + 1
        written = AS_OF - timedelta(days=40 + number * 7919 % 400)
        amount = 1000 + number * 104_729 % 499_000
        document = f"{written.year}-{number + 1:07d}"
        yield (
            f"{customer:07d}",
            document,
            written,
            written + timedelta(days=30),
            amount,
            amount,
            f"SI00 {customer}-{number + 1:07d}",
        )


def write_customers(path: Path, count: int) -> Path:
    """The customers as a file of the reference's form; the path."""
    with path.open("w", encoding="utf-8") as file:
        file.write("sifra;naziv;ulica;posta;kraj;drzava;davcna;jezik\n")
        for code, name in customers(count):
            file.write(f"{code};{name};Prešernova cesta 1;1000;Ljubljana;SI;SI{code}0;sl\n")
    return path


def write_open_items(path: Path, count: int, per_customer: int = ITEMS_PER_CUSTOMER) -> Path:
    """The open items as a snapshot of the reference's form; the path."""
    with path.open("w", encoding="utf-8") as file:
        file.write("sifra_stranke;dokument;datum;zapadlost;znesek;odprto;valuta;sklic\n")
        for code, document, written, due, amount, open_amount, reference in open_items(count, per_customer):
            file.write(
                f"{code};{document};{written:%d.%m.%Y};{due:%d.%m.%Y};{format_cents(amount)};"
                f"{format_cents(open_amount)};EUR;{reference}\n"
            )
    return path
