"""Builds issued notices straight in the tables: customers with contacts, open items, a packet, letters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from opomini_tui.models.database import bulk_insert, database, run
from opomini_tui.models.notices import Document, Packet

DAY = date(2012, 8, 17)
AMOUNT = 1000
"""Cents of each open item."""
PDF = b"%PDF-1.7\n" + b"0123456789abcdef" * 64 + b"\n%%EOF\n"


def _next_id(table: str) -> int:
    """The id that the next row of `table` gets in a database into which only tests write."""
    return int(run(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}").fetchone()[0])


def document(pdf: bytes = PDF) -> int:
    """The id of the stored letter `pdf`."""
    digest = hashlib.sha256(pdf).hexdigest()
    found = Document.get_or_none(Document.sha256 == digest)
    return (found or Document.create(sha256=digest, content=pdf, media_type="application/pdf", at=1)).id


def customers(count: int, *, email: bool = True, language: str = "sl", kind: str = "company") -> list[int]:
    """Customers "0000001"…, each with the contact OPOM when `email`; their ids."""
    first = _next_id("customer")
    ids = list(range(first, first + count))
    bulk_insert(
        "customer",
        ("code", "name", "name_sort", "name_fold", "street", "post_code", "city", "language", "kind"),
        (
            (f"{n:07}", f"Stranka {n}", f"stranka {n:07}", f"stranka {n}", "Ulica 1", "1000", "Kraj", language, kind)
            for n in ids
        ),
    )
    if email:
        bulk_insert(
            "contact",
            ("customer_id", "type_code", "name", "email"),
            ((n, "OPOM", f"Saldakonti {n}", f"stranka{n}@kupec{n}.example") for n in ids),
        )
    return ids


def notices(
    customer_ids: Sequence[int],
    *,
    level: int = 1,
    day: date = DAY,
    items: int = 2,
    state: str = "issued",
    pdf: bytes = PDF,
    packet_number: int | None = None,
) -> list[int]:
    """One notice for each of the customers, dated `day`, with `items` open items of 10.00 each; their ids."""
    with database.atomic():
        number = packet_number or _next_id("packet")
        packet = Packet.create(
            year=day.year, number=number, date=day, kind="graded", notices=len(customer_ids), operator_code="006", at=1
        )
        document_id = document(pdf) if state != "prepared" else None
        first_item = _open_items(customer_ids, level, day, items)
        head = (level, AMOUNT * items, 30, 67, 200, AMOUNT * items + 200, (day + timedelta(days=8)).isoformat(), state)
        ids = _heads(customer_ids, day, (*head, packet.id, number, items, document_id))
        _lines(ids, first_item, level, day, items)
    return ids


def _open_items(customer_ids: Sequence[int], level: int, day: date, items: int) -> int:
    """So many open items for each customer, due 30 days before; the id of the first."""
    first, due = _next_id("open_item"), (day - timedelta(days=30)).isoformat()
    places = [customer for customer in customer_ids for _item in range(items)]
    bulk_insert(
        "open_item",
        ("customer_id", "document", "document_date", "due_date", "amount", "open_amount", "level"),
        ((customer, f"R-{first + n}", due, due, AMOUNT, AMOUNT, level) for n, customer in enumerate(places)),
    )
    return first


def _heads(customer_ids: Sequence[int], day: date, values: tuple[object, ...]) -> list[int]:
    """A notice for each customer with the same `values`, from `level` on; their ids."""
    first = _next_id("notice")
    codes = dict(run("SELECT id, code FROM customer").fetchall())
    columns = (
        "year number date customer_id customer_code customer_name name_sort name_fold level amount days_late "
        "average_per_day cost total deadline state packet_id packet_number item_count document_id"
    ).split()
    bulk_insert(
        "notice",
        columns,
        (
            (
                *(day.year, first + n, day.isoformat(), customer, codes[customer], f"Stranka {customer}"),
                *(f"stranka {customer:07}", f"stranka {customer}", *values),
            )
            for n, customer in enumerate(customer_ids)
        ),
    )
    return list(range(first, first + len(customer_ids)))


def _lines(notice_ids: Sequence[int], first_item: int, level: int, day: date, items: int) -> None:
    """The open items of each notice on it."""
    due = (day - timedelta(days=30)).isoformat()
    columns = (
        "notice_id open_item_id position document document_date due_date amount open_amount days_late level "
        "previous_level"
    ).split()
    bulk_insert(
        "notice_item",
        columns,
        (
            (notice, item, place + 1, f"R-{item}", due, due, AMOUNT, AMOUNT, 30, level, level - 1)
            for n, notice in enumerate(notice_ids)
            for place, item in enumerate(range(first_item + items * n, first_item + items * (n + 1)))
        ),
    )
