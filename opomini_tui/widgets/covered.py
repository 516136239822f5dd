"""Containers that are never seen themselves, because what they hold covers them: nothing of them is drawn."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical


class CoveredVertical(Vertical):
    """A column whose children are as wide as it is and fill its height."""

    BLANK = True


class CoveredHorizontal(Horizontal):
    """A row whose children are as high as it is and fill its width."""

    BLANK = True
