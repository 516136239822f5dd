"""A company in which nothing goes on by itself: what its screens show depends on no clock, no service and no machine.

stand_still(monkeypatch)                             # before any screen is opened
stop_the_clock()                                     # after what happened in the company has happened
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.account_steps import AccountStep, step_names
from opomini_tui.mail.oauth import Connected, DeviceCode
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.parties import Operator
from opomini_tui.screens.job import Job
from opomini_tui.text import _
from tests.screens.mail_history import AT

HOME = Path(tempfile.gettempdir()) / "opomini-looks"
"""An empty folder, whose name is the same wherever the screens are shown."""
CODE = DeviceCode("https://microsoft.com/devicelogin", "KQ7RB2XN", AT + 900_000, "", 5, inf, {})
"""What a person would type to connect an account; it is good for fifteen minutes."""


class SteadyJob(Job[None]):
    """A job that always goes equally fast."""

    def rate(self) -> float | None:
        """Seven in ten seconds."""
        return 0.7


def stand_still(patch: pytest.MonkeyPatch) -> None:
    """No cursor blinks, sign-in services answer at once and then wait for ever, and the home of the operator is empty."""
    HOME.mkdir(exist_ok=True)
    patch.setenv("HOME", str(HOME))
    patch.setattr("opomini_tui.screens.first_start.current_system_login", lambda: "ana")
    patch.setattr("opomini_tui.screens.account.begin_device", lambda _operator, _config: CODE)
    patch.setattr("opomini_tui.screens.account.finish_device", _wait)
    patch.setattr("opomini_tui.screens.account.now_ms", lambda: AT)
    patch.setattr("opomini_tui.screens.account_trial.examine_account", _examined)
    patch.setattr(Input, "_toggle_cursor", lambda _self: None)
    patch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda _self: None)


def stop_the_clock() -> None:
    """Everything that is in the database happened at the moment AT."""
    for (trigger,) in run(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'"
    ).fetchall():
        run(f"DROP TRIGGER {trigger}")
    for table in database.get_tables():
        for column in database.get_columns(table):
            if column.name == "at" or column.name.endswith("_at"):
                run(f"UPDATE {table} SET {column.name} = {AT} WHERE {column.name} > 0")


def _wait(
    _operator: Operator, _config: Config, _code: DeviceCode, _actor: Actor, stop: threading.Event | None = None
) -> Connected:
    """Nobody types the code; the form is left one day."""
    assert stop is not None
    stop.wait()
    raise OpominiError(_("Stopped; the account is not connected."))


def _examined(_operator: Operator, _config: Config, *, mail: bool = False) -> Iterator[AccountStep]:
    """A test of an account with a step of every kind."""
    assert mail
    names = step_names()
    answers = _("{host} answers on port {port}.").format(host="smtp.podjetje.example", port=587)
    yield AccountStep("ok", names[0], answers)
    yield AccountStep("ok", names[1], answers)
    yield AccountStep("warn", names[2], _("none, as the settings say"))
    account, ways = "skrbnik@podjetje.example", "AUTH PLAIN LOGIN XOAUTH2"
    yield AccountStep(
        "ok", names[3], _("Signed in as {account}; the server offers {ways}.").format(account=account, ways=ways)
    )
    yield AccountStep("ok", names[4], _("The server names no limit."))
    yield AccountStep("fail", names[5], "550 5.7.1 not owned by user skrbnik@podjetje.example")
    yield from (AccountStep("skipped", name, _("a step before failed")) for name in names[6:])
