"""Copying out of the terminal: through tmux where it runs, since a default tmux passes no OSC 52 on."""

from __future__ import annotations

import os
import subprocess

TMUX_SECONDS = 2
LARGEST_OSC52 = 70_000
"""Bytes that terminals still take in one OSC 52 sequence."""


def copy_through_tmux(text: str) -> bool:
    """Hand the text to tmux, which gives it to the terminal's clipboard; False when this is not tmux."""
    if not os.environ.get("TMUX"):
        return False
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode(),
            timeout=TMUX_SECONDS,
            check=False,
            capture_output=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
