"""Real processes in no time: a helper process that imports the program once and forks a worker for each call.

Crash tests kill the workers with SIGKILL at random moments; tests of two at once start several together.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Forks:
    """The test's side: starts workers of `tests.forks`, waits for them or kills them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def _ask(self, *words: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def start(self, verb: str, url: str, *words: str) -> int:
        """Start a worker that opens the database and does `verb`; its process id."""
        return int(self._ask("start", verb, url, *words))

    def kill(self, pid: int, after: float) -> None:
        """Kill a worker with SIGKILL after so many seconds, wherever it is."""
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)

    def wait(self, pid: int) -> str:
        """Wait for a worker; what it said last ("" when it was killed)."""
        return self._ask("wait", str(pid))


@contextmanager
def forks(folder: Path) -> Iterator[Forks]:
    """A running helper process; workers leave what they say in `folder`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forks", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    try:
        yield Forks(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)


def _verbs() -> dict[str, Callable[..., object]]:
    """What a worker can do; each gets the acting operator and the words of the call."""
    from datetime import date

    from opomini_tui.documents.issue import issue
    from opomini_tui.dunning.prepare import prepare
    from opomini_tui.models.actor import Actor
    from opomini_tui.models.notice_filter import NoticeFilter

    def do_prepare(actor: Actor, day: str) -> object:
        done = prepare(date.fromisoformat(day), actor)
        return f"prepared {done.notices}"

    def do_issue(actor: Actor) -> object:
        done = issue(NoticeFilter(), actor)
        return f"issued {done.count} refused {len(done.refused)}"

    return {"prepare": do_prepare, "issue": do_issue}


def _work(verb: Callable[..., object], url: str, words: list[str], said: Path) -> None:
    """The worker: open, do, say."""
    from opomini_tui.errors import OpominiError
    from opomini_tui.models.actor import Actor
    from opomini_tui.models.database import open_database
    from opomini_tui.models.parties import Operator

    open_database(url)
    try:
        answer = str(verb(Actor.of(Operator.get()), *words))
    except OpominiError as error:
        answer = f"{type(error).__name__}: {error}"
    said.write_text(answer, "utf-8")


def _serve(folder: Path) -> None:
    """The helper process: fork on demand."""
    verbs = _verbs()
    for line in sys.stdin:
        order, *words = json.loads(line)
        if order == "start":
            verb, url, *rest = words
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    _work(verbs[verb], url, rest, folder / f"said-{os.getpid()}")
                    code = 0
                finally:
                    os._exit(code)
            print(pid, flush=True)
        else:
            os.waitpid(int(words[0]), 0)
            said = folder / f"said-{words[0]}"
            print(said.read_text("utf-8") if said.exists() else "", flush=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
