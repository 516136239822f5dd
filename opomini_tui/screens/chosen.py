"""What an operator chooses for himself as he goes – colours, the first screen, a slow line: so at once, stored beside it.

Somebody may store something long just now, an import perhaps: the choice waits for that, the screen does not.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database
from opomini_tui.models.preferences import recall, remember

if TYPE_CHECKING:
    from opomini_tui.screens.session import SessionApp


class Chosen:
    """Preferences as they are now in this session; one thread at a time stores what is new, in order."""

    def __init__(self, session: SessionApp) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._to_store: dict[tuple[Actor, str], str] = {}
        self._storing = False

    def recall(self, actor: Actor, key: str) -> str:
        """As `models.preferences.recall`, also when it is not stored yet."""
        with self._lock:
            chosen = self._to_store.get((actor, key))
        return recall(actor, key) if chosen is None else chosen

    def keep(self, actor: Actor, key: str, value: str) -> None:
        """As `models.preferences.remember`, but nothing waits for it; that it could not be stored is shown."""
        with self._lock:
            self._to_store[actor, key] = value
            begin, self._storing = not self._storing, True
        if begin:
            self._session.run_worker(self._store_all, group="chosen", thread=True, exit_on_error=False)

    def _store_all(self) -> None:
        while (entry := self._next()) is not None:
            (actor, key), value = entry
            try:
                with database.connection_context():
                    remember(actor, key, value)
            except Exception as error:  # shown to the operator by the interface's thread
                with suppress(RuntimeError):  # the program has ended meanwhile
                    self._session.call_later(self._session.show_error, error)
            with self._lock:
                if self._to_store[actor, key] == value:  # else another was chosen meanwhile
                    del self._to_store[actor, key]

    def _next(self) -> tuple[tuple[Actor, str], str] | None:
        """What is to be stored; None, and the thread ends, when nothing is."""
        with self._lock:
            entry = next(iter(self._to_store.items()), None)
            self._storing = entry is not None
            return entry
