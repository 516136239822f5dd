"""What a group of verbs sees of the parser."""

from __future__ import annotations

import argparse
from typing import Protocol


class Verbs(Protocol):
    """Adds verbs to the command line."""

    def add(self, name: str, sentence: str) -> argparse.ArgumentParser:
        """The parser of a new verb; `sentence` says what it does."""

    def within(self, parser: argparse.ArgumentParser, *, required: bool) -> Verbs:
        """The verbs of a verb, such as `settings show`."""
