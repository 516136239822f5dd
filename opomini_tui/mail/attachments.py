"""What leaves with a message: the letter as it was issued or, to a natural person, the same locked with a password.

Locking takes new random numbers every time, so the locked letter is made once, when the message is queued, and stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opomini_tui.config import Config
from opomini_tui.documents.encryption import (
    PasswordRule,
    customer_values,
    encrypt,
    is_signed,
    lacking_sentence,
    without_signature,
)
from opomini_tui.documents.letter_data import NoticeLetter
from opomini_tui.errors import OpominiError, Refused
from opomini_tui.models.database import run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _

if TYPE_CHECKING:
    from opomini_tui.documents.signature import LetterSigner

_SHORT = 3
"""Values up to this long may be as good as none (`SI`, `-`), so they are looked at."""


def password_rule() -> PasswordRule | None:
    """The company's rule; None when attachments go open."""
    typed = Company.current().attachment_password
    return PasswordRule.read(typed) if typed else None


def is_locked(entry: NoticeLetter, rule: PasswordRule | None) -> bool:
    """Whether the letter of this notice leaves locked."""
    return rule is not None and entry.customer.kind == "person"


def without_password() -> dict[int, str]:
    """The natural persons who lack what their password is made of: customer id → sentence. Empty without a rule."""
    rule = password_rule()
    if rule is None:
        return {}
    short = [f"LENGTH({name}) <= {_SHORT}" for name in ("post_code", "tax_id") if name in rule.parts]
    if not short:
        return {}  # every customer has a code
    rows = run(
        f"SELECT id, code, post_code, tax_id FROM customer WHERE kind = 'person' AND ({' OR '.join(short)})"
    ).fetchall()
    lacking = {row[0]: rule.lacking(customer_values(*row[1:])) for row in rows}
    return {number: lacking_sentence(fields) for number, fields in lacking.items() if fields}


@dataclass(slots=True)
class Attachments:
    """Locks the letters of one batch, which `operator` queues.

    A signature does not outlive the lock, so a signed letter is locked without it and signed anew, with the operator's
    default certificate: it never leaves with less than it was issued with.
    """

    rule: PasswordRule | None
    operator: Operator
    config: Config
    _signer: LetterSigner | None = None
    _why_unsigned: str = ""

    def locked(self, entry: NoticeLetter, pdf: bytes) -> bytes | None:
        """What leaves in place of the issued letter `pdf`; None when that leaves as it is.

        Raises:
            Refused: it can be neither locked nor signed; the sentence says why and what to do.
        """
        if self.rule is None or not is_locked(entry, self.rule):
            return None
        password = self.rule.password(entry.bare)
        if not is_signed(pdf):
            return encrypt(pdf, password)
        locked = encrypt(without_signature(pdf), password)
        return self._signed(locked, entry.bare.sender.city, password)

    def _signed(self, locked: bytes, place: str, password: str) -> bytes:
        """The locked letter, signed; what kept one from being signed keeps all others of the batch."""
        from opomini_tui.documents.signature import signer_of

        if not self._why_unsigned:
            try:
                self._signer = self._signer or signer_of(self.operator, self.config)
                if self._signer is not None:
                    return self._signer.sign(locked, place, password)
                self._why_unsigned = _(
                    "You have no certificate: add one (Digital signatures...), or let an operator send it who has one."
                )
            except OpominiError as error:
                self._why_unsigned = str(error)
        said = _("The letter is signed, and locked for a natural person it must be signed anew: {why}")
        raise Refused(said.format(why=self._why_unsigned))
