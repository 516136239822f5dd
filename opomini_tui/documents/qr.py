"""QR codes of error level M, versions 1 to 15, one byte segment: the two symbols that payments in euros need.

A symbol is one long integer, a bit a module, row after row; placing, masking and judging a mask are shifts and counts of
that integer. Source: ISO/IEC 18004:2015 (tables 1, 7, 9 and C.1, annexes C and D; masks in 7.8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

MOST_VERSION = 15
# By version from 1: all codewords, error codewords of a block, blocks (level M).
_CODEWORDS = (26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404, 466, 532, 581, 655)
_ERROR_CODEWORDS = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24)
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10)
_LEVEL_M = 0
_BYTE_MODE, _ECI_MODE = 0b0100, 0b0111


@dataclass(frozen=True, slots=True)
class QrCode:
    """A symbol: `size` modules a side, `rows` from the top with `stride` bits each (a dark module is 1).

    A row has at least four light modules at its right end, so that its bits fill whole bytes.
    """

    version: int
    mask: int
    size: int
    stride: int
    rows: bytes

    def module(self, row: int, column: int) -> bool:
        """True when the module is dark."""
        place = row * self.stride + column
        return bool(self.rows[place // 8] >> (7 - place % 8) & 1)


def encode(content: bytes, *, version: int | None = None, most_version: int = MOST_VERSION, eci: int = 0) -> QrCode:
    """The symbol of `content`: of `version`, or else of the smallest up to `most_version`; `eci` names its coding (0: none).

    The mask is the one with the lowest penalty (7.8.3).

    Raises:
        OpominiError: the content is too long.
    """
    head = 4 + (12 if eci else 0)
    for number in [version] if version else range(1, most_version + 1):
        bits = head + (8 if number < 10 else 16) + 8 * len(content)
        if bits <= 8 * _layout(number).capacity:
            return _encoded(content, _layout(number), eci)
    raise OpominiError(_("The payment data are too long for a QR code; shorten the purpose of the payment."))


def _encoded(content: bytes, layout: _Layout, eci: int) -> QrCode:
    """The symbol of content that fits."""
    count_bits = 8 if layout.version < 10 else 16
    value, length = (_ECI_MODE << 8 | eci, 12) if eci else (0, 0)
    value = (value << 4 | _BYTE_MODE) << count_bits | len(content)
    value = value << 8 * len(content) | int.from_bytes(content, "big")
    length += 4 + count_bits + 8 * len(content)
    room = 8 * layout.capacity
    ending = min(4, room - length)
    filled = -(-(length + ending) // 8)
    data = (value << (8 * filled - length)).to_bytes(filled, "big")
    data += (b"\xec\x11" * (layout.capacity // 2 + 1))[: layout.capacity - filled]
    modules = layout.place(_with_errors(data, layout))
    mask = min(range(8), key=lambda number: layout.penalty(modules ^ layout.masks[number]))
    chosen = modules ^ layout.masks[mask]
    rows = chosen.to_bytes(layout.stride // 8 * layout.size, "big")
    return QrCode(layout.version, mask, layout.size, layout.stride, rows)


def _with_errors(data: bytes, layout: _Layout) -> bytes:
    """The data in blocks with their error codewords, all interleaved."""
    short, longer = divmod(layout.capacity, layout.blocks)
    blocks, start = [], 0
    for number in range(layout.blocks):
        length = short + (number >= layout.blocks - longer)
        blocks.append(data[start : start + length])
        start += length
    codewords = bytearray(layout.codewords)
    # The longer blocks come last: their extra codeword follows those that all blocks have.
    for number, block in enumerate(blocks):
        codewords[number : short * layout.blocks : layout.blocks] = block[:short]
    for number in range(longer):
        codewords[short * layout.blocks + number] = blocks[layout.blocks - longer + number][-1]
    for number, block in enumerate(blocks):
        codewords[layout.capacity + number :: layout.blocks] = _errors(block, layout.error_codewords)
    return bytes(codewords)


def _errors(block: bytes, count: int) -> bytes:
    """The Reed-Solomon codewords of a block: the remainder of its division, a byte a step."""
    table, shift = _division(count), 8 * (count - 1)
    keep = (1 << shift) - 1
    rest = 0
    for byte in block:
        rest = (rest & keep) << 8 ^ table[rest >> shift ^ byte]
    return rest.to_bytes(count, "big")


@cache
def _division(count: int) -> tuple[int, ...]:
    """For each byte, its product with the generator polynomial of `count` codewords, as one integer."""
    generator = [1]
    root = 1
    for _step in range(count):
        generator = [left ^ _product(right, root) for left, right in zip([*generator, 0], [0, *generator], strict=True)]
        root = _product(root, 2)
    return tuple(int.from_bytes(bytes(_product(byte, part) for part in generator[1:]), "big") for byte in range(256))


def _product(left: int, right: int) -> int:
    """The product in the field of 256 elements with the polynomial 285."""
    result = 0
    while right:
        if right & 1:
            result ^= left
        left = left << 1 ^ (285 if left & 128 else 0)
        right >>= 1
    return result


class _Layout:
    """What is the same in every symbol of a version; made once."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.size = 17 + 4 * version
        self.stride = -(-(self.size + 4) // 8) * 8
        self.codewords = _CODEWORDS[version - 1]
        self.error_codewords = _ERROR_CODEWORDS[version - 1]
        self.blocks = _BLOCKS[version - 1]
        self.capacity = self.codewords - self.error_codewords * self.blocks
        fixed = _fixed_modules(version)
        order = list(_zigzag(self.size, fixed))
        self._remainder = len(order) - 8 * self.codewords
        light, dark = len(order), len(order) + 1
        sources = [light] * (self.stride * self.size)
        for (row, column), is_dark in fixed.items():
            sources[row * self.stride + column] = dark if is_dark else light
        for source, (row, column) in enumerate(order):
            sources[row * self.stride + column] = source
        self._pick = itemgetter(*sources)
        self.masks = [self._mask(number, order) for number in range(8)]

    def place(self, codewords: bytes) -> int:
        """The symbol before masking, without its format."""
        bits = f"{int.from_bytes(codewords, 'big'):0{8 * self.codewords}b}" + "0" * self._remainder + "01"
        return int("".join(self._pick(bits)), 2)

    def penalty(self, modules: int) -> int:
        """The penalty of a masked symbol (7.8.3.1); what lies outside it is light."""
        beside = ~(modules ^ modules >> 1) & self._pairs_beside
        below = ~(modules ^ modules >> self.stride) & self._pairs_below
        squares = beside & below & (beside >> self.stride)
        share = abs(modules.bit_count() * 20 - self.size * self.size * 10) // (self.size * self.size)
        return (
            _runs(beside, 1)
            + _runs(below, self.stride)
            + 3 * squares.bit_count()
            + 40 * (self._finders(modules, 1) + self._finders(modules, self.stride))
            + 10 * share
        )

    def _finders(self, modules: int, step: int) -> int:
        """How often 1:1:3:1:1 stands in one direction with four light modules before or after it."""
        light = ~modules
        found = modules & light >> step & modules >> 2 * step & modules >> 3 * step
        found &= modules >> 4 * step & light >> 5 * step & modules >> 6 * step
        pair = modules | modules >> step
        four = pair | pair >> 2 * step  # dark somewhere in the four from here on
        after = four >> 7 * step
        before = four << 4 * step
        return (found & ~(after & before)).bit_count()

    @cached_property
    def _pairs_beside(self) -> int:
        """Every module that has a right neighbour, at the place of that neighbour."""
        row = ((1 << self.size - 1) - 1) << self.stride - self.size
        return sum(row << self.stride * number for number in range(self.size))

    @cached_property
    def _pairs_below(self) -> int:
        """Every module that has an upper neighbour."""
        row = ((1 << self.size) - 1) << self.stride - self.size
        return sum(row << self.stride * number for number in range(self.size - 1))

    def _mask(self, number: int, order: list[tuple[int, int]]) -> int:
        """What mask `number` turns over, with its format and the version."""
        turned = [place for place in order if _is_masked(number, *place)]
        turned += _format_modules(self.size, number)
        top = self.stride * self.size - 1
        return sum(1 << top - row * self.stride - column for row, column in turned)


@cache
def _layout(version: int) -> _Layout:
    return _Layout(version)


def _runs(pairs: int, step: int) -> int:
    """Three points for five modules of a colour in line and one for each more, from the pairs of equal neighbours."""
    two = pairs & pairs >> step
    fives = two & two >> 2 * step
    return fives.bit_count() + 2 * (fives & ~(fives >> step)).bit_count()


def _is_masked(mask: int, row: int, column: int) -> bool:
    """Whether the mask turns the module over (table 10)."""
    product = row * column
    value = (
        (row + column) % 2,
        row % 2,
        column % 3,
        (row + column) % 3,
        (row // 2 + column // 3) % 2,
        product % 2 + product % 3,
        (product % 2 + product % 3) % 2,
        ((row + column) % 2 + product % 3) % 2,
    )[mask]
    return value == 0


def _fixed_modules(version: int) -> dict[tuple[int, int], bool]:
    """The modules that hold no data, with those of the format light."""
    size = 17 + 4 * version
    fixed: dict[tuple[int, int], bool] = {}
    for number in range(size):
        fixed[6, number] = fixed[number, 6] = number % 2 == 0
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for row in range(max(top - 1, 0), min(top + 8, size)):
            for column in range(max(left - 1, 0), min(left + 8, size)):
                distance = max(abs(row - top - 3), abs(column - left - 3))
                fixed[row, column] = distance not in (2, 4)
    centres = _alignment(version)
    for row, column in ((row, column) for row in centres for column in centres):
        if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
            for down, right in ((down, right) for down in range(-2, 3) for right in range(-2, 3)):
                fixed[row + down, column + right] = max(abs(down), abs(right)) != 1
    for number in range(9):
        fixed.setdefault((8, number), False)
        fixed.setdefault((number, 8), False)
    for number in range(1, 9):
        fixed[8, size - number] = fixed[size - number, 8] = False
    fixed[size - 8, 8] = True
    if version >= 7:
        bits = version << 12 | _remainder(version, 0x1F25, 12)
        for number in range(18):
            row, column = number // 3, size - 11 + number % 3
            fixed[row, column] = fixed[column, row] = bool(bits >> number & 1)
    return fixed


def _alignment(version: int) -> list[int]:
    """Rows and columns of the alignment patterns (annex E)."""
    if version == 1:
        return []
    count, last = version // 7 + 2, 10 + 4 * version
    step = -(-(last - 6) // (count - 1) // 2) * 2
    return [6, *(last - step * number for number in range(count - 2, -1, -1))]


def _format_modules(size: int, mask: int) -> Iterator[tuple[int, int]]:
    """The dark modules of the format: level and mask, twice."""
    value = _LEVEL_M << 3 | mask
    bits = (value << 10 | _remainder(value, 0x537, 10)) ^ 0x5412
    first = [(8, n) for n in (0, 1, 2, 3, 4, 5, 7, 8)] + [(n, 8) for n in (7, 5, 4, 3, 2, 1, 0)]
    second = [(size - 1 - n, 8) for n in range(7)] + [(8, size - 8 + n) for n in range(8)]
    for places in (first, second):
        yield from (place for number, place in enumerate(places) if bits >> 14 - number & 1)


def _remainder(value: int, divisor: int, bits: int) -> int:
    """The check bits of a BCH code."""
    value <<= bits
    while value.bit_length() > bits:
        value ^= divisor << value.bit_length() - divisor.bit_length()
    return value


def _zigzag(size: int, fixed: dict[tuple[int, int], bool]) -> Iterator[tuple[int, int]]:
    """The places of the data, in columns of two from the right, up and down."""
    upwards = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for row in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((row, column) for column in (right, right - 1) if (row, column) not in fixed)
        upwards = not upwards
