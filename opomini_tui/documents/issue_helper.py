"""A process that only draws letters: chunks of them come in at its standard input, their PDFs go out at its output.

It is a new interpreter (never a fork: the program has threads) that imports what drawing needs and nothing else, warmed
before the first chunk. It opens no database and keeps nothing, and when its input ends it ends too, between two letters:
so it never outlives the process that started it, however hard that one died.
"""

from __future__ import annotations

import os
import pickle
import select
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
    """The starter's side of one helper. It takes one chunk at a time; a failure of any kind ends it."""

    def __init__(self, signer: LetterSigner | None) -> None:
        """Start it; it is busy until it is warm. `signer` goes to it through the pipe alone.

        Raises:
            OSError: there is no room for a process.
            TypeError, PicklingError: the signer cannot travel.
        """
        self.busy = True
        setup = BytesIO()
        _SetupPickler(setup, pickle.HIGHEST_PROTOCOL).dump((language(), signer))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a terminal belongs to the interface
            start_new_session=True,  # Ctrl+C and a lost line are the starter's business
        )
        self._orders, self.answers = _pipe(self.process.stdin), _pipe(self.process.stdout)
        with suppress(OSError):  # it ended at once, which its first answer shows
            self._send(setup.getvalue())

    def give(self, letters: Sequence[Letter]) -> None:
        """Give it a chunk; it must not be busy.

        Raises:
            OSError: it is gone.
        """
        self.busy = True
        self._send(pickle.dumps(letters, pickle.HIGHEST_PROTOCOL))

    def take(self) -> list[Drawn]:
        """Its answer, when `answers` can be read: the letters of its chunk, nothing when it has just become warm.

        Raises:
            OSError, EOFError, UnpicklingError: it is gone.
        """
        drawn: list[Drawn] = pickle.load(self.answers)
        self.busy = False
        return drawn

    def end(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with suppress(OSError):  # what it did not read any more
            self._orders.close()

    def _send(self, message: bytes) -> None:
        self._orders.write(message)
        self._orders.flush()


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


def serve() -> None:
    """The helper's side: warm up, say so, then draw until the input ends."""
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with suppress(EOFError, BrokenPipeError):
        spoken, signer = pickle.load(orders)
        use_language(spoken)
        for name in (REGULAR, BOLD, SLIP):
            letter_font(name)
        slip_form()
        letters: Iterable[Letter] = ()
        while True:
            pickle.dump(draw_all(_while_wanted(letters, orders), signer), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            letters = pickle.load(orders)


def _while_wanted(letters: Iterable[Letter], orders: IO[bytes]) -> Iterator[Letter]:
    """The letters, as long as somebody waits for them: while a chunk is drawn nothing comes in but the end.

    Raises:
        EOFError: the starter is gone.
    """
    for letter in letters:
        if select.select([orders], [], [], 0)[0]:
            raise EOFError
        yield letter
