"""Direct sending off: messages are written as `.eml` files for a mail client (forms.md §3)."""

from __future__ import annotations

import os
from pathlib import Path

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.text import _


def folder_of(config: Config, operator_code: str) -> Path:
    """Where the messages of an operator are written."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in operator_code)
    return config.home / "outbox" / safe


def open_folder(config: Config, operator_code: str) -> Path:
    """The operator's folder, made when it is missing; only the owner of the data may read it.

    Raises:
        OpominiError: it cannot be made or written.
    """
    folder = folder_of(config, operator_code)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not os.access(folder, os.W_OK):
        raise _unwritable(folder, PermissionError(13, "Permission denied"))
    return folder


def write_eml(folder: Path, name: str, message: bytes) -> Path:
    """Write a message as `<name>.eml`, whole or not at all; the same message twice gives one file.

    Another message of that name stays: the new one gets "-2", "-3", … after its name.

    Raises:
        OpominiError: the folder cannot be written.
    """
    draft = b"X-Unsent: 1\r\n" + message  # mail clients open it as a draft with the button Send
    try:
        for count in range(1, 1000):
            target = folder / (f"{name}.eml" if count == 1 else f"{name}-{count}.eml")
            if not target.exists():
                return _write(target, draft)
            if target.read_bytes() == draft:
                return target
    except OSError as error:
        raise _unwritable(folder, error) from error
    raise OpominiError(
        _("The folder {folder} has a thousand messages named {name}: clear it out.").format(folder=folder, name=name)
    )


def _write(target: Path, content: bytes) -> Path:
    """Write and sync a temporary file, then give it its name."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    return target


def _unwritable(folder: Path, error: OSError) -> OpominiError:
    """The sentence for a folder that cannot be written."""
    return OpominiError(
        _("The folder {folder} cannot be written: {why}. Make room or give the right to write, then go on.").format(
            folder=folder, why=error.strerror or type(error).__name__
        )
    )
