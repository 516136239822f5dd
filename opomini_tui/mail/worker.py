"""`opomini worker`: keeps sending what is queued and looks into the mailboxes, until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from peewee import PeeweeException

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.sender import Delivered, database_sentence, deliver, own_connection
from opomini_tui.models.database import now_ms
from opomini_tui.text import _

MAILBOX_SECONDS = 60.0
"""How often is looked whether a mailbox is due."""


def work(
    config: Config,
    stop: threading.Event,
    poll: float = 2.0,
    *,
    report: Callable[[Delivered], None] | None = None,
) -> None:
    """Send whatever is due, looking every `poll` seconds, until `stop` is set; the messages in hand are finished.

    `report` gets the result of every run in which something happened. Trouble with one operator's account does not stop
    the others; trouble with the database or the disk is waited out.
    """
    mailboxes = threading.Thread(target=_watch_mailboxes, args=(config, stop, report), name="mailboxes", daemon=True)
    mailboxes.start()
    told = ""
    while not stop.is_set():
        try:
            # What a server's absence holds is in the database, so a run need not wait for it: the next one does.
            done = deliver(config, stop=stop, patience=0.0)
        except (PeeweeException, OpominiError) as error:
            why = database_sentence(error) if isinstance(error, PeeweeException) else str(error)
            done = Delivered(paused_because=why)
        happened = done.sent or done.refused or done.deferred or done.unknown or done.held
        if report and (happened or done.paused_because not in ("", told)):
            report(done)
        told = done.paused_because
        stop.wait(poll)


def _watch_mailboxes(config: Config, stop: threading.Event, report: Callable[[Delivered], None] | None = None) -> None:
    """Look into the mailboxes that are due, again and again."""
    from opomini_tui.mail.mailbox.poll import poll_due

    wait = 0.0
    while not stop.wait(wait):
        wait = MAILBOX_SECONDS
        try:
            with own_connection():
                poll_due(config, now_ms(), stop)
        except (PeeweeException, OpominiError):
            continue  # what failed stands in the mailbox's own record; the next look tries again
        except Exception as error:  # a flaw of one look is told, and does not end all later ones
            if report:
                said = _("The mailboxes could not be read ({why}); it is tried again.")
                report(Delivered(paused_because=said.format(why=f"{type(error).__name__}: {error}")))
