"""Errors that a bookkeeper reads: one sentence each, with what to do next."""

from __future__ import annotations

from collections.abc import Sequence


class OpominiError(Exception):
    """Something cannot be done; the message is a translated sentence and nothing was changed."""


class UsageError(OpominiError):
    """The request itself is wrong (an unknown field, an unreadable date); the command line answers with exit code 2."""


class NotAllowed(OpominiError):
    """The operator's level (Nivo) does not allow the action."""


class Refused(OpominiError):
    """The action is refused for named records; nothing was changed.

    `reasons` holds one sentence per record.
    """

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class NothingToDo(OpominiError):
    """There is nothing to do; the command line answers with exit code 5."""


class Stopped(OpominiError):
    """A person stopped it before its end; nothing of it was done."""


class DatabaseUnusable(OpominiError):
    """The database cannot be opened, is newer than the program, or its key is missing."""
