"""A desk as an operator has it: a terminal in tmux, from which ssh leads to a private sshd that gives nothing but Opomini.

Keys go in by `tmux send-keys`, and what is seen is what `tmux capture-pane` shows.
"""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mail.real.programs import HOST, Program, free_ports

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
PROGRAMS = ("sshd", "ssh", "ssh-keygen", "tmux")
PATIENCE = 90.0
"""Seconds after which something does not come any more, on a machine that has much else to do."""
AGAIN = 4.0
"""Seconds after which somebody presses a key once more."""
_FRAMES = re.compile(r"[\s│┃▌▐╎▏▕─━▔▁▎▊█]+")
_SSHD = """
Port {port}
ListenAddress {host}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
ForceCommand {folder}/start
"""
_TMUX = """
set -sg escape-time 10
set -g default-terminal screen-256color
set -g remain-on-exit on
set -g status off
"""


def missing() -> str:
    """Why there can be no such desk here; "" when there can."""
    absent = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian: apt-get install openssh-server openssh-client tmux)"
    if os.geteuid() == 0 and not Path("/run/sshd").exists() and not os.access("/run", os.W_OK):
        return "sshd needs the folder /run/sshd"
    if os.geteuid() == 0 and _locked(getpass.getuser()):
        return "sshd lets nobody in whose account is locked"
    return ""


def _locked(login: str) -> bool:
    """Whether the account has a password that begins with the sign of a locked one."""
    shadow = Path("/etc/shadow")
    return shadow.exists() and any(line.startswith(f"{login}:!") for line in shadow.read_text("utf-8").splitlines())


class Office:
    """The machine of the program: sshd on a port of its own, for one key, with one command. Use it with `with`."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """`folder`: a short path, as sockets want it; `environment`: what the program is started with."""
        self.folder = folder
        (self.port,) = free_ports(1)
        self._write_start(environment)
        for name in ("host_key", "user_key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                check=True,
                stdin=subprocess.DEVNULL,
            )
        shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
        (folder / "sshd_config").write_text(_SSHD.format(port=self.port, host=HOST, folder=folder))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it keeps its unprivileged part, always empty

    def _write_start(self, environment: Mapping[str, str]) -> None:
        lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
        program = f"exec {shlex.quote(sys.executable)} -m opomini_tui"
        start = self.folder / "start"
        start.write_text("\n".join(["#!/bin/sh", *lines, f"echo $$ >{self.folder}/pid", program]) + "\n")
        start.chmod(0o755)

    def __enter__(self) -> Self:
        log = self.folder / "sshd.log"
        sshd = shutil.which("sshd", path=PATH)
        assert sshd is not None
        self._sshd = Program([sshd, "-D", "-f", self.folder / "sshd_config", "-E", log], [self.port], log)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._sshd.stop()

    @property
    def command(self) -> list[str]:
        """How one gets there."""
        options = (
            f"UserKnownHostsFile={self.folder}/known_hosts",
            "StrictHostKeyChecking=accept-new",
            "LogLevel=ERROR",
        )
        return ["ssh", "-tt", "-F", "none", "-i", f"{self.folder}/user_key", "-p", str(self.port)] + [
            word for option in options for word in ("-o", option)
        ] + [f"{getpass.getuser()}@{HOST}"]  # fmt: skip

    @property
    def program(self) -> int:
        """The process id of the program that was started last."""
        return int((self.folder / "pid").read_text("ascii"))


class Desk:
    """The operator's terminal, 80×24. Use it with `with`."""

    def __init__(self, office: Office, size: tuple[int, int] = (80, 24)) -> None:
        self._office, self._size = office, size
        self._socket = office.folder / "tmux"
        (office.folder / "tmux.conf").write_text(_TMUX)

    def __enter__(self) -> Self:
        width, height = map(str, self._size)
        words = shlex.join(["exec", *self._office.command])
        self._tmux("-f", str(self._office.folder / "tmux.conf"), "new-session", "-d", "-x", width, "-y", height, words)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        environment = {**os.environ, "TERM": "screen-256color", "LC_ALL": "C.UTF-8"}
        environment.pop("TMUX", None)
        ran = subprocess.run(
            ["tmux", "-u", "-S", str(self._socket), *words],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=True,
        )
        return ran.stdout

    @property
    def picture(self) -> str:
        """What is on the screen, line by line."""
        return self._tmux("capture-pane", "-p")

    @property
    def words(self) -> str:
        """What is on the screen, without frames and line breaks."""
        return " ".join(_FRAMES.split(self.picture))

    def sees(self, *texts: str) -> None:
        """Wait until all of it is on the screen.

        Raises:
            AssertionError: it does not come.
        """
        self.waits(lambda words: all(text in words for text in texts), f"not seen: {texts}")

    def sees_no(self, text: str) -> None:
        """Wait until it has gone from the screen."""
        self.waits(lambda words: text not in words, f"still seen: {text}")

    def waits(self, true: Callable[[str], bool], what: str) -> None:
        """Wait until it is so of the words on the screen."""
        end = time.monotonic() + PATIENCE
        while not true(self.words):
            assert time.monotonic() < end, f"{what}\n{self.picture}"
            time.sleep(0.05)

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: F9, Escape, Space, Enter, Down, C-q; or letters."""
        self._tmux("send-keys", *keys)

    def insists(self, key: str, text: str) -> None:
        """Press a key until the screen says the text, now and again: the program may have reason not to take it at once."""
        end = time.monotonic() + PATIENCE
        while text not in self.words:
            assert time.monotonic() < end, f"not seen: {text}\n{self.picture}"
            self.press(key)
            again = time.monotonic() + AGAIN
            while text not in self.words and time.monotonic() < again:
                time.sleep(0.05)

    def types(self, text: str) -> None:
        """Characters as they are."""
        self._tmux("send-keys", "-l", text)

    def lose_the_line(self) -> None:
        """The connection goes, without a word to the other side."""
        os.kill(int(self._tmux("display-message", "-p", "#{pane_pid}")), signal.SIGKILL)

    def connect_again(self) -> None:
        """Sign in anew in the same window."""
        self._tmux("respawn-pane", "-k", shlex.join(["exec", *self._office.command]))
