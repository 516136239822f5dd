"""Somebody who keeps SQLite's one writer busy, as an import does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opomini_tui.models.database import database


@contextmanager
def somebody_stores() -> Iterator[None]:
    """Another thread, as an import in the background, has the writer."""
    begun, over = threading.Event(), threading.Event()

    def store() -> None:
        with database.connection_context(), database.atomic():
            begun.set()
            over.wait(60)

    thread = threading.Thread(target=store)
    thread.start()
    begun.wait(60)
    try:
        yield
    finally:
        over.set()
        thread.join()
