"""Reference data and small ledgers for tests, read or made without the import (which has its own tests)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from opomini_tui.models.database import database, run
from opomini_tui.models.parties import Contact, Customer
from opomini_tui.models.receivables import OpenItem
from opomini_tui.text.formats import parse_date, parse_money

REFERENCE = Path(__file__).parent.parent / "opomini_tui" / "demo" / "data"


def reference_rows(name: str) -> list[dict[str, str]]:
    """The rows of a reference file."""
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def add_customer(code: str, name: str = "", **values: object) -> Customer:
    """A customer with an OPOM contact (`email=""` for none)."""
    email = str(values.pop("contact_email", f"r{code}@example.com"))
    customer = Customer(code=code, **values)
    customer.rename(name or f"Kupec {code}")
    customer.save()
    if email:
        Contact.create(customer=customer, type_code="OPOM", name="Računovodstvo", email=email)
    return customer


def add_item(customer: Customer, document: str, due: date, open_amount: str, **values: object) -> OpenItem:
    """An open item, written 30 days before it is due."""
    amount = Decimal(str(values.pop("amount", open_amount)))
    item = OpenItem(
        customer=customer,
        document=document,
        document_date=date.fromordinal(due.toordinal() - 30),
        due_date=due,
        amount=amount,
        open_amount=Decimal(open_amount),
    )
    for name, value in values.items():
        setattr(item, name, value)
    item.save()
    return item


def load_reference_customers() -> None:
    """The customers and contacts of the reference."""
    contacts = {row["sifra_stranke"]: row["e_posta"] for row in reference_rows("contacts.csv") if row["stik"] == "OPOM"}
    with database.atomic():
        for row in reference_rows("customers.csv"):
            add_customer(
                row["sifra"],
                row["naziv"],
                contact_email=contacts.get(row["sifra"], ""),
                street=row["ulica"],
                post_code=row["posta"],
                city=row["kraj"],
                country=row["drzava"],
                tax_id=row["davcna"],
                language=row["jezik"],
            )


def load_reference_snapshot(day: date) -> None:
    """The open items of the reference as of `day`; what is missing is paid."""
    customers: Mapping[str, int] = {row.code: row.id for row in Customer.select()}
    with database.atomic():
        run("UPDATE open_item SET open_amount = 0")
        for row in reference_rows(f"open_items_{day}.csv"):
            found = OpenItem.get_or_none(
                OpenItem.customer == customers[row["sifra_stranke"]], OpenItem.document == row["dokument"]
            )
            item = found or OpenItem(customer=customers[row["sifra_stranke"]], document=row["dokument"])
            item.document_date, item.due_date = parse_date(row["datum"]), parse_date(row["zapadlost"])
            item.amount, item.open_amount = parse_money(row["znesek"]), parse_money(row["odprto"])
            item.save()
