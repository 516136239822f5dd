"""Who acts: the login of the operating system, a user name with password, or the only administrator."""

from __future__ import annotations

import getpass
import os
import pwd
from collections.abc import Callable
from pathlib import Path

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, exclusive
from opomini_tui.models.parties import Operator
from opomini_tui.setup.changes import write_changes
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.first_start import ensure_company, first_start_needed
from opomini_tui.setup.operators import change_operator
from opomini_tui.setup.passwords import hash_password, needs_rehash, password_matches
from opomini_tui.text import _

__all__ = [
    "actor_by_login",
    "command_line_actor",
    "create_administrator",
    "current_system_login",
    "first_start_needed",
    "note_sign_in",
    "sign_in",
]

FIRST_CODE = "001"


def current_system_login() -> str:
    """The login under which this process runs (over SSH: the one that signed in)."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return getpass.getuser()


def create_administrator(
    name: str, user_name: str, password: str, system_login: str, config: Config, language: str = "sl"
) -> Actor:
    """The first operator of an empty database, together with the company's first settings.

    `password` may be "" when `system_login` signs him in.

    Raises:
        FieldErrors: a field is wrong. OpominiError: there are operators already.
    """
    if not system_login and not (user_name and password):
        raise FieldErrors({"user_name": _("A user name with a password is needed, or a system login.")})
    with exclusive("settings"):
        if not first_start_needed():
            raise OpominiError(_("This database has operators already; sign in."))
        ensure_company()
        values: dict[str, object] = {"code": FIRST_CODE, "name": name, "role": "administrator", "language": language}
        values |= {"user_name": user_name, "system_login": system_login}
        changes = change_operator(None, values, config, new_password=password)
        write_changes(FIRST_CODE, changes)
        return Actor.of(Operator.get(Operator.code == FIRST_CODE))


def actor_by_login(system_login: str) -> Actor | None:
    """The active operator whose system login this is; None when there is none."""
    operator = Operator.get_or_none(Operator.active & (Operator.system_login == system_login)) if system_login else None
    return Actor.of(operator) if operator else None


def sign_in(user_name: str, password: str) -> Actor:
    """The active operator with this user name (or ID) and password.

    Raises:
        NotAllowed: always with the same sentence, and after the same time, whatever was wrong.
    """
    operator = _named(user_name)
    right = password_matches(operator.password_hash if operator else "", password)
    if operator is None or not right:
        raise NotAllowed(_("The user name or the password is not right."))
    if needs_rehash(operator.password_hash):
        Operator.update(password_hash=hash_password(password)).where(Operator.id == operator.id).execute()
    return Actor.of(operator)


def _named(name: str) -> Operator | None:
    """The active operator with this user name or ID, upper and lower case being the same."""
    wanted = name.strip().casefold()
    for operator in Operator.select().where(Operator.active):
        if wanted and wanted in ((operator.user_name or "").casefold(), operator.code.casefold()):
            return operator
    return None


def command_line_actor(config: Config, ask_password: Callable[[str], str] | None = None) -> Actor:
    """Who acts on the command line.

    OPOMINI_OPERATOR (ID or user name; his password from OPOMINI_OPERATOR_PASSWORD, else from `ask_password`, unless his
    system login runs the command), else the operator of the system login, else, on an SQLite file that belongs to this
    system user, the only administrator.

    Raises:
        NotAllowed: nobody can be told, or the password is wrong.
    """
    login = current_system_login()
    if config.operator:
        return _named_actor(config, login, ask_password)
    if actor := actor_by_login(login):
        return actor
    administrators = list(Operator.select().where(Operator.active & (Operator.role == "administrator")))
    if len(administrators) == 1 and _owns(config.database_path):
        return Actor.of(administrators[0])
    if first_start_needed():
        raise NotAllowed(
            _("This database has no operator yet. Start opomini once, or run: opomini settings apply FILE.toml")
        )
    raise NotAllowed(
        _(
            "No operator has the system login {login}. Set OPOMINI_OPERATOR, or enter the login in the operator's form."
        ).format(login=login)
    )


def _named_actor(config: Config, login: str, ask_password: Callable[[str], str] | None) -> Actor:
    """The operator of OPOMINI_OPERATOR, once it is certain that it is he."""
    operator = _named(config.operator)
    if operator and operator.system_login == login:
        return Actor.of(operator)
    password = config.get("OPOMINI_OPERATOR_PASSWORD")
    if not password:
        if ask_password is None:
            raise NotAllowed(
                _("Set OPOMINI_OPERATOR_PASSWORD to the password of operator {name}.").format(name=config.operator)
            )
        password = ask_password(_("Password of operator {name}: ").format(name=config.operator))
    return sign_in(config.operator, password)


def _owns(path: Path | None) -> bool:
    """Whether this system user owns the database file."""
    return path is not None and path.exists() and path.stat().st_uid == os.geteuid()


def note_sign_in(actor: Actor, how: str) -> None:
    """Tell the journal that an operator began a session in the interface; `how`: "login" or "password"."""
    with database.atomic():
        journal.write(actor.code, "sign in", f"operator {actor.code}", {"how": how})
