"""`opomini worker`: keeps sending what is queued, until it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.sender import Delivered, Sender, own_connection
from opomini_tui.mail.session import SessionError
from opomini_tui.models.parties import Operator

TROUBLE_SECONDS = 60.0
"""How long an operator's messages wait after his server could not be reached."""
PERSON_SECONDS = 900.0
"""How long they wait when a person must act (a wrong password locks an account), unless the settings change."""


@dataclass(frozen=True, slots=True)
class _Pause:
    """An operator that is left alone until a moment, or until his settings are other ones."""

    error: OpominiError
    until: float
    settings: tuple[object, ...]


def work(
    config: Config,
    stop: threading.Event,
    poll: float = 2.0,
    *,
    report: Callable[[Delivered], None] | None = None,
) -> None:
    """Send whatever is due, looking every `poll` seconds, until `stop` is set; the message in hand is finished.

    `report` gets the result of every run in which something happened. Trouble with one operator's account does not stop
    the others.
    """
    pauses: dict[int, _Pause] = {}
    with own_connection():
        while not stop.is_set():
            pauses = {number: pause for number, pause in pauses.items() if _holds(number, pause)}
            sender = Sender(config)
            sender.paused.update({number: pause.error for number, pause in pauses.items()})
            done = sender.run(stop, threading.Event())
            fresh = {number: error for number, error in sender.paused.items() if number not in pauses}
            pauses |= {number: _pause(number, error) for number, error in fresh.items()}
            if report and (fresh or done.sent or done.refused or done.deferred or done.unknown or done.held):
                report(done)
            stop.wait(poll)


def _pause(number: int, error: OpominiError) -> _Pause:
    """How long to leave the operator alone after `error`."""
    passing = isinstance(error, SessionError) and not error.stops_queue
    wait = TROUBLE_SECONDS if passing else PERSON_SECONDS
    return _Pause(error, time.monotonic() + wait, _settings(number))


def _holds(number: int, pause: _Pause) -> bool:
    """Whether the operator is still to be left alone."""
    return time.monotonic() < pause.until and _settings(number) == pause.settings


def _settings(number: int) -> tuple[object, ...]:
    """What a person changes to get an operator's mail going."""
    row = Operator.get_by_id(number)
    return (
        *(row.smtp_host, row.smtp_port, row.smtp_security),
        *(row.account, row.secret, row.authentication, row.direct),
    )
