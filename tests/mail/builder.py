"""Builds issued notices straight in the tables: customers with contacts, open items, a packet, letters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from opomini_tui.models.database import bulk_insert, database, run
from opomini_tui.models.notices import Document, Packet

DAY = date(2012, 8, 17)
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
        packet_number = packet_number or _next_id("packet")
        packet = Packet.create(
            year=day.year,
            number=packet_number,
            date=day,
            kind="graded",
            notices=len(customer_ids),
            operator_code="006",
            at=1,
        )
        document_id = document(pdf) if state != "prepared" else None
        first, item = _next_id("notice"), _next_id("open_item")
        amount, due = 1000, (day - timedelta(days=30)).isoformat()
        bulk_insert(
            "open_item",
            ("customer_id", "document", "document_date", "due_date", "amount", "open_amount", "level"),
            (
                (customer, f"R-{item + items * n + i}", due, due, amount, amount, level)
                for n, customer in enumerate(customer_ids)
                for i in range(items)
            ),
        )
        names = dict(run("SELECT id, code FROM customer").fetchall())
        bulk_insert(
            "notice",
            (
                "year number date customer_id customer_code customer_name name_sort name_fold level amount days_late "
                "average_per_day cost total deadline state packet_id packet_number item_count document_id"
            ).split(),
            (
                (
                    *(day.year, first + n, day.isoformat(), customer, names[customer], f"Stranka {customer}"),
                    *(f"stranka {customer:07}", f"stranka {customer}", level, amount * items, 30, 67, 200),
                    *(amount * items + 200, (day + timedelta(days=8)).isoformat(), state, packet.id),
                    *(packet_number, items, document_id),
                )
                for n, customer in enumerate(customer_ids)
            ),
        )
        bulk_insert(
            "notice_item",
            (
                "notice_id open_item_id position document document_date due_date amount open_amount days_late level "
                "previous_level"
            ).split(),
            (
                (
                    *(first + n, item + items * n + i, i + 1, f"R-{item + items * n + i}", due, due),
                    *(amount, amount, 30, level, level - 1),
                )
                for n in range(len(customer_ids))
                for i in range(items)
            ),
        )
    return list(range(first, first + len(customer_ids)))
