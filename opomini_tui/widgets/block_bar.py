"""A bar of block characters, an eighth of a cell fine: it needs no colour to be read."""

from __future__ import annotations

EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def block_bar(value: int, largest: int, width: int) -> str:
    """The bar of `value` where `largest` fills `width` cells, padded to `width`; something always shows of a value above
    0, and a value below it has no bar."""
    if value <= 0 or largest <= 0 or width <= 0:
        return " " * max(width, 0)
    eighths = max(1, min(8 * width, 8 * width * value // largest))
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + EIGHTHS[rest]).ljust(width)
