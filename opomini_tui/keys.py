"""The secret key with which passwords are stored: from the environment, a key file, or made at the first start."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.text import _


class KeyProblem(OpominiError):
    """The key is missing, unreadable or not the one a password was stored with; nothing is lost."""


def key_file(config: Config) -> Path:
    """Where the key file is: OPOMINI_SECRET_KEY_FILE, else `secret.key` in the data folder."""
    named = config.get("OPOMINI_SECRET_KEY_FILE")
    return Path(named).expanduser() if named else config.home / "secret.key"


def load_key(config: Config, *, create: bool = True) -> Fernet:
    """The cipher of this installation.

    OPOMINI_SECRET_KEY wins, then the key file; with `create` a new key file (mode 0600) is made when there is none.

    Raises:
        KeyProblem: the key cannot be read or is not a key.
    """
    text = config.get("OPOMINI_SECRET_KEY")
    path = key_file(config)
    if not text:
        if not path.exists():
            if not create:
                raise KeyProblem(
                    _("The key file {path} is missing: put it back, or type the passwords again.").format(path=path)
                )
            _write_key(path)
        try:
            text = path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyProblem(
                _("The key file {path} cannot be read: {why}.").format(path=path, why=type(error).__name__)
            ) from error
    try:
        return Fernet(text.encode())
    except ValueError as error:
        raise KeyProblem(
            _(
                "The secret key is not valid: it must be 44 characters as Opomini made it. Nothing was lost; set the right one."
            )
        ) from error


def _write_key(path: Path) -> None:
    """Make a key file that only its owner can read; another process may have been faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        return  # the other process's key is the key
    finally:
        temporary.unlink()


def encrypt(config: Config, secret: str) -> str:
    """A secret as it is stored; "" stays ""."""
    return load_key(config).encrypt(secret.encode()).decode() if secret else ""


def decrypt(config: Config, stored: str) -> str:
    """The secret behind a stored text; "" stays "".

    Raises:
        KeyProblem: it was stored with another key.
    """
    if not stored:
        return ""
    try:
        return load_key(config, create=False).decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise KeyProblem(
            _(
                "The stored password cannot be read with this secret key. "
                "Set the right key, or type the password again in the operator's form."
            )
        ) from error
