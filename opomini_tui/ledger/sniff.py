"""What kind of file it is: XLSX or text, in which encoding, with which separator; and its fingerprint."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

CHUNK = 1 << 20
# Letters that Slovene names and addresses have beyond ASCII; each encoding writes them with other bytes.
_LETTERS = "čšžćđČŠŽĆĐäöüÄÖÜß"
_SINGLE_BYTE = ("cp1250", "iso8859_2", "cp852")  # of equal scores the first wins
_HIGH = re.compile(rb"[\x80-\xff]")
_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*")


def fingerprint(path: Path) -> str:
    """SHA-256 (hex) of the file, read in pieces.

    Raises:
        OpominiError: the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(path):
            digest.update(chunk)
    except FileNotFoundError as error:
        raise OpominiError(_("There is no file {file}. Check its name and folder.").format(file=path)) from error
    except OSError as error:
        raise OpominiError(
            _("{file} cannot be read. Check that it is a file and that you may open it.").format(file=path)
        ) from error
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    """The content in pieces of one megabyte."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def is_workbook(path: Path) -> bool:
    """Whether the file is an XLSX workbook, by its content.

    Raises:
        OpominiError: it is empty, or a workbook of the old kind (.xls).
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise OpominiError(_("The file {file} is empty.").format(file=path.name))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise OpominiError(
            _("{file} is an old Excel workbook (.xls). Save it as .xlsx or CSV and import that.").format(file=path.name)
        )
    return start.startswith(b"PK\x03\x04")


def encoding_of(path: Path) -> str:
    """The Python name of the encoding: by the byte order mark, UTF-8 when it is valid, else by the bytes of č, š, ž.

    Raises:
        OpominiError: the file is UTF-8 with damaged places.
    """
    with path.open("rb") as file:
        start = file.read(3)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _single_byte_encoding(path)
    return "utf-8-sig"  # reads UTF-8 with and without the mark


def _single_byte_encoding(path: Path) -> str:
    """The single-byte encoding in which the file has the most letters of ours."""
    letters = {name: _LETTERS.encode(name, "ignore") for name in _SINGLE_BYTE}
    scores = dict.fromkeys(_SINGLE_BYTE, 0)
    high = pairs = 0
    for chunk in _chunks(path):
        high += len(_HIGH.findall(chunk))
        pairs += len(_PAIR.findall(chunk))
        for name, codes in letters.items():
            scores[name] += len(chunk) - len(chunk.translate(None, codes))
    if pairs * 2 > high // 2:  # most of what is beyond ASCII is good UTF-8
        raise OpominiError(
            _("{file} is written in UTF-8, but some of its characters are damaged. Export it again.").format(
                file=path.name
            )
        )
    return max(_SINGLE_BYTE, key=lambda name: scores[name])


def separator_of(path: Path, encoding: str) -> tuple[str, int]:
    """The separator of the columns, by the header; and how many lines stand before it is worth reading.

    The second number is 1 when the file begins with Excel's line `sep=;`, otherwise 0.
    """
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = next((line for line in file if line.strip()), "")
    except UnicodeError as error:
        raise unreadable(path, encoding) from error
    if match := _SEPARATOR_LINE.fullmatch(first):
        return match[1], 1
    counts = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in ";\t,"}
    return max(counts, key=lambda sign: counts[sign]), 0


def unreadable(path: Path, encoding: str) -> OpominiError:
    """The sentence about a file with bytes that its encoding does not have."""
    return OpominiError(
        _("{file} has characters that cannot be read as {encoding}. Save it as UTF-8 and import it again.").format(
            file=path.name, encoding={"cp1250": "windows-1250"}.get(encoding, encoding)
        )
    )
