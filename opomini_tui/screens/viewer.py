"""Opening a letter in the operator's PDF viewer: $OPOMINI_VIEWER, else what the desktop opens files with.

The file stands in a folder that only this user can read and that is removed when the program ends. A viewer is started
beside the program and never waited for; where there is none, the operator is told where the file is.
"""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.text import _

OWN_VIEWER = "OPOMINI_VIEWER"
_SOON_SECONDS = 0.7
"""A viewer that ends with an error so soon did not show the letter."""


def own_viewer(config: Config) -> list[str]:
    """The program of $OPOMINI_VIEWER with its arguments; none when it is not set.

    Raises:
        OpominiError: it cannot be read as a command.
    """
    given = config.get(OWN_VIEWER).strip()
    try:
        return shlex.split(given)
    except ValueError as error:
        raise OpominiError(
            _("The variable {name} is not a command: {value}. Correct it.").format(name=OWN_VIEWER, value=given)
        ) from error


def desktop_viewer(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> list[str]:
    """What the desktop opens a file with; none where there is no display, as over plain SSH."""
    if platform == "darwin":
        return [] if environment.get("SSH_CONNECTION") else ["open"]
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ["xdg-open"] if shutil.which("xdg-open", path=environment.get("PATH")) else []
    return []


@cache
def _folder() -> Path:
    """The folder of this run."""
    made = Path(tempfile.mkdtemp(prefix="opomini-"))  # made with mode 0700
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def keep(content: bytes, name: str) -> Path:
    """Write a file that only this user can read until the program ends; one of the same name is replaced at once.

    Raises:
        OpominiError: there is no room for it.
    """
    path = _folder() / name
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        part.replace(path)
    except OSError as error:
        raise OpominiError(
            _("The file {path} cannot be written: {why}. Choose another place.").format(path=path, why=error.strerror)
        ) from error
    return path


def show_file(path: Path, command: list[str]) -> None:
    """Start the viewer and leave it to itself.

    Raises:
        OpominiError: it does not start, or ends with an error at once; the sentence says where the file is.
    """
    viewer = " ".join(command)
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            [*command, str(path)], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError as error:
        raise OpominiError(
            _("The viewer {viewer} does not start ({reason}). The letter is in {path}.").format(
                viewer=viewer, reason=error.strerror, path=path
            )
        ) from error
    try:
        code = process.wait(_SOON_SECONDS)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True).start()
        return
    if code:
        raise OpominiError(
            _("The viewer {viewer} ended with error {code}. The letter is in {path}.").format(
                viewer=viewer, code=code, path=path
            )
        )
