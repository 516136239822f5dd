"""Writing a text in the operator's own editor: $VISUAL, else $EDITOR, else what is on the machine."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from textual.app import SuspendNotSupported

from opomini_tui.errors import OpominiError
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _

FALLBACKS = ("nano", "vim", "vi")


def edited_by_operator(session: SessionApp, text: str) -> str | None:
    """The text as the operator leaves it in his editor, to which the terminal is handed meanwhile; None when he changed
    nothing, or it could not be edited, which is said."""
    try:
        command = editor_command()
        with session.suspend():
            after = edited(text, command)
    except SuspendNotSupported:
        session.tell(_("This terminal cannot be handed to an editor."), problem=True)
        return None
    except OpominiError as error:
        session.show_error(error)
        return None
    return after if after != text.rstrip("\n") else None


def editor_command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The editor with its arguments.

    Raises:
        OpominiError: none is set and none is found, or what is set cannot be read as a command.
    """
    for name in ("VISUAL", "EDITOR"):
        if given := environment.get(name, "").strip():
            try:
                return shlex.split(given)
            except ValueError as error:
                raise OpominiError(
                    _("The variable {name} is not a command: {value}. Correct it.").format(name=name, value=given)
                ) from error
    for name in FALLBACKS:
        if shutil.which(name, path=environment.get("PATH")):
            return [name]
    raise OpominiError(_("No editor is found. Set the variable EDITOR, for example to nano."))


def edited(text: str, command: list[str]) -> str:
    """`text` as it is after the editor was closed; a file that only this user can read holds it meanwhile.

    Raises:
        OpominiError: the editor did not start or ended with an error, or the text is not UTF-8. Nothing is taken then.
    """
    with tempfile.TemporaryDirectory(prefix="opomini-") as folder:  # made with mode 0700
        path = Path(folder) / "text.txt"
        path.touch(mode=0o600)
        path.write_text(text + "\n", encoding="utf-8")
        shown = " ".join(command)
        try:
            code = subprocess.run([*command, str(path)], check=False).returncode
        except OSError as error:
            raise OpominiError(
                _("The editor {editor} does not start ({reason}). Set the variable EDITOR to another.").format(
                    editor=shown, reason=error.strerror
                )
            ) from error
        if code:
            raise OpominiError(
                _("The editor {editor} ended with error {code}; the text stays as it was.").format(
                    editor=shown, code=code
                )
            )
        try:
            return path.read_text(encoding="utf-8").replace("\r\n", "\n").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise OpominiError(_("The text that the editor saved cannot be read; the text stays as it was.")) from error
