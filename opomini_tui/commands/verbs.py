"""What a group of verbs sees of the parser."""

from __future__ import annotations

import argparse
from typing import Protocol


class Verbs(Protocol):
    """Adds verbs to the command line."""

    def add(self, name: str, sentence: str) -> argparse.ArgumentParser:
        """The parser of a new verb; `sentence` says what it does."""
