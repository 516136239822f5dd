"""Colours as people see them: distances in OKLab, and what the three kinds of colour blindness make of a colour.

The matrices are those of Machado, Oliveira and Fernandes (2009) for severity 1, on linear RGB; OKLab is Ottosson's (2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from textual.color import Color

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

NORMAL: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
SIGHTS: dict[str, Matrix] = {
    "normal": NORMAL,
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What becomes of linear red, green and blue."""
_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def distance(one: Color, other: Color, sight: str = "normal") -> float:
    """How different two colours look, in hundredths of OKLab: about 2 is what can just be noticed side by side."""
    pairs = zip(_seen(one, SIGHTS[sight]), _seen(other, SIGHTS[sight]), strict=True)
    return 100 * sqrt(sum((a - b) ** 2 for a, b in pairs))


def _seen(colour: Color, sight: Matrix) -> Triple:
    """Its place in OKLab for somebody with this sight."""
    linear = [_linear(part) for part in colour.normalized]
    light = [min(1.0, max(0.0, part)) for part in _times(sight, linear)]
    cones = [part ** (1 / 3) for part in _times(_CONES, light)]
    return _times(_LAB, cones)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _times(matrix: Matrix, values: Sequence[float]) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix)
    return first, second, third
