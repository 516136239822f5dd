"""What keeps messages from leaving now, in one sentence: a restored database, an account, a second operator who is waited
for, a pause, the sending hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from opomini_tui.config import Config
from opomini_tui.mail.batches import BatchRow, batch_row, batches
from opomini_tui.mail.high_water import behind
from opomini_tui.mail.hours import sending_hours
from opomini_tui.mail.trouble import Trouble, holding
from opomini_tui.models.database import now_ms, run
from opomini_tui.text import _
from opomini_tui.text.moments import moment

Kind = Literal["restored", "account", "approval", "paused", "hours"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Why messages wait. `operator_code`: whose account has to be looked at; `batch`: which batch is paused or waits; `passing`: it
    is tried again by itself."""

    kind: Kind
    sentence: str
    operator_code: str = ""
    batch: str = ""
    passing: bool = False

    @property
    def short(self) -> str:
        """The same in a few words."""
        if self.kind == "account" and self.passing:
            return _("Mail server away; it is tried again")
        return {
            "restored": _("Older database: nothing is sent"),
            "account": _("Mail account stopped"),
            "approval": _("A batch waits for approval"),
            "paused": _("A batch is paused"),
            "hours": _("Outside of the sending hours"),
        }[self.kind]


def standing(config: Config, batch: str = "") -> Standing | None:
    """The first thing that keeps messages (of `batch`, or any) from leaving; None when nothing does or none waits."""
    return next(_reasons(config, batch), None)


def _reasons(config: Config, batch: str) -> Iterator[Standing]:
    """From what stops everything to what stops something."""
    scope, values = (" AND batch = ?", [batch]) if batch else ("", [])
    operators = {
        int(number)
        for (number,) in run(
            f"SELECT DISTINCT operator_id FROM delivery WHERE live AND state IN ('queued', 'deferred'){scope}", values
        ).fetchall()
    }
    if not operators:
        return
    if restored := behind(config):
        yield Standing("restored", restored.sentence)
    now = now_ms()
    for trouble in holding(now).values():
        if trouble.operator_id in operators:
            passing = trouble.until is not None
            yield Standing("account", account_sentence(trouble), trouble.operator_code, passing=passing)
    row = batch_row(batch) if batch else None
    seen = [row] if row is not None else batches(only_live=True)
    for waiting in seen:
        if waiting.approval == "asked":
            yield Standing("approval", approval_wait(waiting), batch=waiting.name)
    for paused in seen:
        if paused.paused_at is not None:
            yield Standing("paused", pause_sentence(paused), batch=paused.name)
    hours = sending_hours()
    # A batch that a person started outside of the hours goes nevertheless.
    if hours is not None and not hours.is_open(now) and (row is None or not row.any_hour):
        when = moment(hours.opens_at(now))
        sentence = _("Outside of the sending hours: messages leave from {when} on.")
        yield Standing("hours", sentence.format(when=when))


def account_sentence(trouble: Trouble) -> str:
    """Whose account, what is wrong with it, and what happens next."""
    name = f"{trouble.operator_code} {trouble.operator_name}"
    if trouble.until is None:
        said = _("The messages of {operator} wait for a person: {reason}")
        return said.format(operator=name, reason=trouble.reason)
    said = _("The messages of {operator} wait until {when}: {reason}")
    return said.format(operator=name, when=moment(trouble.until), reason=trouble.reason)


def approval_wait(row: BatchRow) -> str:
    """That the batch waits for a second operator."""
    said = _("The batch of {operator} of {queued} waits until a second operator has approved it.")
    return said.format(operator=row.operator_code, queued=moment(row.queued_at))


def pause_sentence(row: BatchRow) -> str:
    """Who paused the batch, when and why."""
    when, queued = moment(row.paused_at or 0), moment(row.queued_at)
    if row.paused_by:
        sentence = _("{operator} paused the batch of {queued} on {when}").format(
            operator=row.paused_by, when=when, queued=queued
        )
    else:
        sentence = _("The program paused the batch of {queued} on {when}").format(when=when, queued=queued)
    reason = row.pause_reason.rstrip(".")
    return f"{sentence}: {reason}." if reason else f"{sentence}."
