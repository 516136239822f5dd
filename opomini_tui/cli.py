"""The `opomini` command."""

from __future__ import annotations


def main() -> int:
    """Start."""
    return 0
