"""`opomini settings apply`: everything that a form can set, from a TOML file.

Only what the file names changes. All unknown keys and bad values are named at once, and then nothing is changed.
Passwords never stand in the file: `password_env` (mail account), `sign_in_password_env` and `oauth.secret_env` (client of
XOAUTH2) name a variable of the environment or of `.env`; `-` reads a line from standard input.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive
from opomini_tui.models.parties import Operator
from opomini_tui.setup.changes import Change, write_changes
from opomini_tui.setup.first_start import ensure_company, first_start_needed
from opomini_tui.setup.settings_sections import PASSWORD_KEYS, BadSettings, SettingProblem, SettingsRun
from opomini_tui.setup.settings_text import show_settings
from opomini_tui.setup.sign_in import current_system_login
from opomini_tui.text import _

__all__ = ["AppliedSettings", "BadSettings", "SettingProblem", "apply_settings", "show_settings"]


@dataclass(frozen=True, slots=True)
class AppliedSettings:
    """What the file changed, in its order, and notes on what it could not say (such as a password that is not set)."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def apply_settings(source: Path | str, config: Config, actor: Actor | None = None) -> AppliedSettings:
    """Apply a settings file (a Path) or the text of one (a str) in one transaction.

    On an empty database no actor is needed: the file's administrator is created, and if no operator names a system
    login he gets the present one.

    Raises:
        BadSettings: with all that is wrong in it. NotAllowed: the actor's level does not allow it.
    """
    content = _parse(source)
    if actor is not None:
        _allow(content, actor)
    passwords = _passwords(content, config)
    with exclusive("settings"):
        first = first_start_needed()
        if actor is None and not first:
            raise NotAllowed(_("This database has operators already; sign in."))
        if first:
            ensure_company()
            _give_system_login(content)
        run = SettingsRun(config, source.parent if isinstance(source, Path) else Path.cwd(), passwords)
        run.apply(content)
        if run.problems:
            raise BadSettings(run.problems)
        write_changes(actor.code if actor else _first_administrator(), run.changes)
    return AppliedSettings(tuple(run.changes), tuple(run.notes))


def _parse(source: Path | str) -> dict[str, Any]:
    """The content of the file."""
    try:
        text = source.read_text("utf-8-sig") if isinstance(source, Path) else source
        return tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        raise OpominiError(
            _("The file {path} cannot be read: {why}.").format(path=source, why=error.strerror or type(error).__name__)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings([SettingProblem("TOML", "", str(error))]) from error


def _allow(content: Mapping[str, Any], actor: Actor) -> None:
    """Settings need a manager, operators an administrator."""
    if set(content) - {"operators"}:
        actor.require("settings")
    if "operators" in content:
        actor.require("operators")


def _operators(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The operators' tables; what is none of that form is named later."""
    listed = content.get("operators")
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _passwords(content: Mapping[str, Any], config: Config) -> dict[str, str]:
    """The passwords behind the named variables; "-" is read from standard input, one line for each, in order."""
    found: dict[str, str] = {}
    for entry in _operators(content):
        for key in PASSWORD_KEYS:
            table, _dot, last = key.rpartition(".")
            holder: Any = entry.get(table) if table else entry
            name = holder.get(last) if isinstance(holder, dict) else None
            if name == "-":
                name = holder[last] = f"-{len(found)}"
                found[name] = sys.stdin.readline().rstrip("\r\n")
            elif isinstance(name, str):
                found[name] = config.get(name)
    return found


def _give_system_login(content: Mapping[str, Any]) -> None:
    """On an empty database the first administrator gets the present system login, unless somebody names one."""
    entries = _operators(content)
    if not any(entry.get("system_login") for entry in entries):
        for entry in entries:
            if entry.get("role") == "administrator":
                entry["system_login"] = current_system_login()
                return


def _first_administrator() -> str:
    """The code of the administrator whom the file created."""
    found = Operator.select().where(Operator.active & (Operator.role == "administrator")).order_by(Operator.id)
    return str(found.first().code)
