"""`opomini doctor`: looks at everything the program needs, one finding per part; nothing is changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from peewee import SqliteDatabase

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.evidence import doctor_mail
from opomini_tui.evidence.finding import Finding
from opomini_tui.keys import KeyProblem, decrypt, key_file, load_key
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import MIGRATIONS, database, now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

__all__ = ["Finding", "examine"]

CLOCK_SECONDS = 5


def examine(config: Config, sign_in: Callable[[], Actor], *, mail: bool = False) -> Iterator[Finding]:
    """All findings, each as soon as it is known. `sign_in` opens the database and tells who acts; `mail`: a test mail is
    sent to him and read back.
    """
    yield _folder(config)
    yield _key(config)
    yield _fonts()
    try:
        actor = sign_in()
    except OpominiError as error:
        yield Finding("fail", _("Operator") if isinstance(error, NotAllowed) else _("Database"), str(error))
        return
    yield _database()
    yield _clock()
    operator = actor.record()
    yield _stored_passwords(config)
    yield from doctor_mail.examine(config, operator, mail=mail)


def _folder(config: Config) -> Finding:
    """The data folder: there, writable, and closed to others."""
    name = _("Data folder")
    if not config.home.is_dir():
        return Finding(
            "warn", name, _("{path} is not there yet; it is made at the first start.").format(path=config.home)
        )
    if not os.access(config.home, os.W_OK | os.X_OK):
        return Finding("fail", name, _("{path} cannot be written.").format(path=config.home))
    open_to_others = [path for path in (config.database_path, key_file(config)) if _others_read(path)]
    if open_to_others:
        sentence = _("Other users of this machine can read {path}; run chmod 600 on it.")
        return Finding("warn", name, sentence.format(path=open_to_others[0]))
    return Finding("ok", name, str(config.home))


def _others_read(path: Path | None) -> bool:
    """Whether a file can be read by everybody."""
    return path is not None and path.exists() and bool(path.stat().st_mode & 0o004) and _reachable(path.parent)


def _reachable(folder: Path) -> bool:
    """Whether everybody may enter the folder that holds a file."""
    return bool(folder.stat().st_mode & 0o001)


def _key(config: Config) -> Finding:
    """The secret key."""
    name = _("Key")
    if not config.get("OPOMINI_SECRET_KEY") and not key_file(config).exists():
        return Finding("warn", name, _("There is no key yet; it is made with the first password."))
    try:
        load_key(config, create=False)
    except KeyProblem as error:
        return Finding("fail", name, str(error))
    where = "OPOMINI_SECRET_KEY" if config.get("OPOMINI_SECRET_KEY") else str(key_file(config))
    return Finding("ok", name, where)


def _fonts() -> Finding:
    """The letter's fonts can be read and embedded."""
    from opomini_tui.documents import fonts

    try:
        for name in (fonts.REGULAR, fonts.BOLD):
            fonts.letter_font(name)
    except (OSError, fonts.ttfonts.TTFError) as error:
        sentence = _("The letter's font cannot be read ({why}); install Opomini again.")
        return Finding("fail", _("Fonts"), sentence.format(why=error))
    return Finding("ok", _("Fonts"), f"{fonts.REGULAR}, {fonts.BOLD}")


def _database() -> Finding:
    """Kind, version and migrations of the database."""
    opened = database.obj
    if isinstance(opened, SqliteDatabase):
        kind = f"SQLite {run('SELECT sqlite_version()').fetchone()[0]}, {opened.database}"
        broken = str(run("PRAGMA quick_check(1)").fetchone()[0])
        if broken != "ok":
            return Finding("fail", _("Database"), _("The database file is damaged: {why}.").format(why=broken))
    else:
        kind = f"PostgreSQL {run('SHOW server_version').fetchone()[0]}"
    applied = int(run("SELECT COUNT(*) FROM schema_migration").fetchone()[0])
    known = len(list(MIGRATIONS.glob("[0-9]*.py")))
    return Finding(
        "ok",
        _("Database"),
        _("{kind}, migrations {applied} of {known}").format(kind=kind, applied=applied, known=known),
    )


def _clock() -> Finding:
    """This machine's clock is that of the database server; the time zone does not matter."""
    apart = abs(now_ms() / 1000 - time.time())
    if apart > CLOCK_SECONDS:
        sentence = _("The clock differs from the database server's by {seconds} s; set it by NTP.")
        return Finding("warn", _("Clock"), sentence.format(seconds=round(apart)))
    return Finding("ok", _("Clock"), time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()))


def _stored_passwords(config: Config) -> Finding:
    """Every stored password and token can be read with this key."""
    name = _("Passwords")
    lost = []
    for operator in Operator.select():
        try:
            for secret in (operator.secret, operator.oauth_secret, operator.oauth_tokens):
                decrypt(config, secret)
        except KeyProblem:
            lost.append(operator.code)
    if lost:
        sentence = _(
            "This key does not read the mail passwords of operators {codes}. Set the right key, or type them again."
        )
        return Finding("fail", name, sentence.format(codes=", ".join(lost)))
    return Finding("ok", name, _("All stored passwords can be read."))
