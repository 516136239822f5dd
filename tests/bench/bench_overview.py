"""How long the overview takes over so many open items, notices and messages: its quick part, and the forecast.

python -m tests.bench.bench_overview --rows 100000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from opomini_tui.dunning.forecast import forecast
from opomini_tui.evidence.overview import overview
from opomini_tui.models.database import bulk_insert, database, open_database, run
from tests.bench.ledger_data import AS_OF, ITEMS_PER_CUSTOMER, open_items
from tests.conftest import set_up_company

MESSAGE = "x" * 1_500
STATES = {499: "refused", 501: "unknown", 777: "held"}


def fill(rows: int) -> None:
    """Items that are all due, a third dunned already; a notice and a message for each, a few of which went wrong."""
    customers = rows // ITEMS_PER_CUSTOMER + 1
    with database.atomic():
        columns = "id code name name_sort name_fold".split()
        names = ((n, f"{n:07d}", f"Kupec {n}", f"kupec {n}", f"kupec {n}") for n in range(1, customers + 1))
        bulk_insert("customer", columns, names)
        columns = "id customer_id document document_date due_date amount open_amount level last_notice_date".split()
        bulk_insert("open_item", columns, (_item(*entry) for entry in enumerate(open_items(rows), start=1)))
        run(
            "INSERT INTO packet (id, year, number, date, kind, notices, operator_code, at) "
            "VALUES (1, 2012, 1, '2012-08-01', 'graded', 0, '006', 0)"
        )
        run(
            "INSERT INTO document (id, sha256, content, media_type, at) VALUES (1, '', ?, 'application/pdf', 0)", (b"",)
        )
        run("INSERT INTO batch (name, operator_id, queued_at, starts_at) VALUES ('b', 1, 0, 0)")
        columns = (
            "id year number date customer_id customer_code customer_name name_sort name_fold level amount days_late "
            "average_per_day total deadline state packet_id packet_number item_count document_id"
        ).split()
        bulk_insert("notice", columns, (_notice(n, customers) for n in range(1, rows + 1)))
        columns = (
            "id notice_id batch channel operator_id sender_address to_address message_id skeleton document_id "
            "content_sha256 state live queued_at"
        ).split()
        bulk_insert("delivery", columns, (_message(n) for n in range(1, rows + 1)))


def _item(number: int, item: tuple[object, ...]) -> tuple[object, ...]:
    code, document, written, due, amount, open_amount, _reference = item
    last = (AS_OF - timedelta(days=number % 20)).isoformat() if number % 3 == 0 else None
    return (number, int(str(code)), document, str(written), str(due), amount, open_amount, int(last is not None), last)


def _notice(number: int, customers: int) -> tuple[object, ...]:
    state = "prepared" if number % 40 == 0 else "issued" if number % 20 == 0 else "sent"
    customer = number % customers + 1
    names = (customer, f"{customer:07d}", "Kupec", "kupec", "kupec")
    return (number, 2012, number, "2012-08-01", *names, 1, 1000, 10, 100, 1000, "2012-09-01", state, 1, 1, 1, 1)


def _message(number: int) -> tuple[object, ...]:
    state = next((state for step, state in STATES.items() if number % step == 0), "sent")
    fixed = (number, number, "b", "smtp", 1, "a@example.com", "b@example.com", f"m{number}", MESSAGE, 1, "")
    return (*fixed, state, state != "refused", 0)


def measured(work: Callable[[], object]) -> float:
    """The best of three, in milliseconds of CPU."""
    best = float("inf")
    for _time in range(3):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best * 1000


def main() -> None:
    """Make the company and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        open_database(f"sqlite:///{Path(folder) / 'overview.db'}")
        set_up_company()
        fill(rows)
        print(f"{rows} rows · overview without the forecast {measured(lambda: overview(AS_OF, due=False)):.0f} ms")
        print(f"forecast of 15 days {measured(lambda: forecast(AS_OF)):.0f} ms")
        print(f"forecast of 1 day {measured(lambda: forecast(AS_OF, 1)):.0f} ms")
        database.obj.close()


if __name__ == "__main__":
    main()
