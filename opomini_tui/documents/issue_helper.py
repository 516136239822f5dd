"""A process that only draws letters: a few at a time come in at its standard input, their PDFs go out at its output.

It is a new interpreter (never a fork: the program has threads) that imports what drawing needs and nothing else, warmed
before the first letters. It opens no database and keeps nothing, and when its input ends it ends too, between two letters:
so it never outlives the process that started it, however hard that one died.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from opomini_tui.documents.fonts import BOLD, REGULAR, SLIP, letter_font
from opomini_tui.documents.letter import Letter, draw_letter
from opomini_tui.documents.slip_form import slip_form
from opomini_tui.errors import OpominiError
from opomini_tui.text import language, use_language

if TYPE_CHECKING:
    from opomini_tui.documents.signature import LetterSigner

Drawn = bytes | str
"""The PDF of a letter, or the sentence that says why it cannot be drawn."""

_WIDE = 1 << 20
_LENGTH = 8  # bytes that say how long an answer is
_START = "import sys; sys.path[:] = sys.argv[1:]; from opomini_tui.documents.issue_helper import serve; serve()"


class NotSigned(OpominiError):
    """The letters cannot be signed."""


def draw_all(letters: Iterable[Letter], signer: LetterSigner | None = None) -> list[Drawn]:
    """Each letter as a PDF with the signature of `signer`, or why it cannot be drawn.

    Raises:
        NotSigned: the signer cannot sign.
    """
    drawn: list[Drawn] = []
    for letter in letters:
        try:
            pdf = draw_letter(letter)
        except OpominiError as error:
            drawn.append(str(error))
            continue
        try:
            drawn.append(signer.sign(pdf, place=letter.sender.city) if signer else pdf)
        except OpominiError as error:
            raise NotSigned(str(error)) from error
    return drawn


class Helper:
    """The starter's side of one helper. It answers in the order in which it is given letters; any failure ends it."""

    def __init__(self, signer: LetterSigner | None) -> None:
        """Start it. `signer` goes to it through the pipe alone.

        Raises:
            OSError: there is no room for a process.
            TypeError, PicklingError: the signer cannot travel.
        """
        self.warm = False
        setup = BytesIO()
        _SetupPickler(setup, pickle.HIGHEST_PROTOCOL).dump((os.getpid(), language(), signer))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a terminal belongs to the interface
            start_new_session=True,  # Ctrl+C and a lost line are the starter's business
        )
        self._orders, self.answers = _pipe(self.process.stdin), _pipe(self.process.stdout)
        self.room = min(_widened(self._orders), _widened(self.answers))
        """Bytes of an order that can lie ready for it while it draws; what is larger must wait until it is idle."""
        with suppress(OSError):  # it ended at once, which its first answer shows
            self.give(setup.getvalue())

    def give(self, order: bytes) -> None:
        """Give it letters (see `order_of`).

        Raises:
            OSError: it is gone.
        """
        self._orders.write(order)
        self._orders.flush()

    def take(self) -> list[Drawn]:
        """Its next answer, when `answers` can be read: what became of letters; of none, when it has become warm.

        Raises:
            OSError, EOFError, UnpicklingError: it is gone.
        """
        size = int.from_bytes(_read(self.answers, _LENGTH))
        drawn: list[Drawn] = pickle.loads(_read(self.answers, size))
        self.warm = True
        return drawn

    def end(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with suppress(OSError):  # what it did not read any more
            self._orders.close()


def order_of(letters: Sequence[Letter]) -> bytes:
    """Letters as a helper is given them."""
    return pickle.dumps(letters, pickle.HIGHEST_PROTOCOL)


class _SetupPickler(pickle.Pickler):
    """Takes a signer's private key along, which no other pickler does: it goes through the pipe and nowhere else."""

    def reducer_override(self, value: object) -> Any:
        """How keys and what certificates are made of travel: as their bytes (DER)."""
        from asn1crypto.core import Asn1Value
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        if isinstance(value, (RSAPrivateKey, EllipticCurvePrivateKey)):
            form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
            return _private_key, (value.private_bytes(*form, serialization.NoEncryption()),)
        if isinstance(value, Asn1Value):
            return type(value).load, (value.dump(),)
        return NotImplemented


def _private_key(plain: bytes) -> object:
    """The key as it was before it travelled."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return load_der_private_key(plain, None)


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None  # it was asked for
    return end


def _widened(pipe: IO[bytes]) -> int:
    """Make a pipe as wide as it can be; how many bytes it holds, 0 where the system does not say."""
    if not hasattr(fcntl, "F_SETPIPE_SZ"):
        return 0
    try:
        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _WIDE)
    except OSError:  # this user's pipes have their share of the memory already
        return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)


def _read(pipe: IO[bytes], size: int) -> bytes:
    """Exactly so many bytes: what a buffer read beyond an answer, nobody would see in the pipe any more.

    Raises:
        EOFError: the pipe ends before.
    """
    pieces: list[bytes] = []
    while size:
        piece = os.read(pipe.fileno(), size)
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def serve() -> None:
    """The helper's side: warm up, say so, then draw until the input ends."""
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with suppress(EOFError, BrokenPipeError):
        starter, spoken, signer = pickle.load(orders)
        use_language(spoken)
        for name in (REGULAR, BOLD, SLIP):
            letter_font(name)
        slip_form()
        letters: Sequence[Letter] = ()
        while True:
            answer = pickle.dumps(draw_all(_while_wanted(letters, starter), signer), pickle.HIGHEST_PROTOCOL)
            answers.write(len(answer).to_bytes(_LENGTH))
            answers.write(answer)
            answers.flush()
            letters = pickle.load(orders)


def _while_wanted(letters: Sequence[Letter], starter: int) -> Iterator[Letter]:
    """The letters, as long as the process that wants them lives.

    Raises:
        EOFError: it is gone.
    """
    for letter in letters:
        if os.getppid() != starter:
            raise EOFError
        yield letter
