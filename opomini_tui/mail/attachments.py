"""What leaves with a message: the letter as it was issued or, to a natural person, the same locked with a password.

Locking takes new random numbers every time, so the locked letter is made once, when the message is queued, and stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opomini_tui.config import Config
from opomini_tui.documents.encryption import (
    SIGNATURE_MARK,
    PasswordRule,
    customer_values,
    encrypt,
    is_signed,
    lacking_sentence,
    without_signature,
)
from opomini_tui.documents.letter_data import NoticeLetter
from opomini_tui.errors import OpominiError, Refused
from opomini_tui.models.database import is_postgres, run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _

if TYPE_CHECKING:
    from opomini_tui.documents.signature import LetterSigner

_CHUNK = 20_000
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


def signed_among(notice_ids: Sequence[int], *, persons: bool = False) -> set[int]:
    """The notices whose stored letter bears a signature; `persons`: only those of natural persons."""
    position = "position(? in document.content)" if is_postgres() else "instr(document.content, ?)"
    kind = "AND customer.kind = 'person'" if persons else ""
    found: set[int] = set()
    for start in range(0, len(notice_ids), _CHUNK):
        listed = ",".join(map(str, notice_ids[start : start + _CHUNK]))
        rows = run(
            "SELECT notice.id FROM notice JOIN customer ON customer.id = notice.customer_id "
            f"JOIN document ON document.id = notice.document_id WHERE notice.id IN ({listed}) {kind} AND {position} > 0",
            (SIGNATURE_MARK,),
        )
        found.update(number for (number,) in rows.fetchall())
    return found


def unsignable(notice_ids: Sequence[int], operator: Operator, config: Config) -> dict[int, str]:
    """The notices whose letter is signed, must be locked and signed anew, and cannot be by `operator`: id → sentence."""
    if password_rule() is None or not (why := _why_unsigned(operator, config)):
        return {}
    return dict.fromkeys(signed_among(notice_ids, persons=True), _unsigned_sentence(why))


def _why_unsigned(operator: Operator, config: Config) -> str:
    """Why the operator cannot sign; "" when he can, unless a time stamp server keeps silent."""
    from opomini_tui.documents.signature import signer_of

    try:
        return "" if signer_of(operator, config) else _no_certificate()
    except OpominiError as error:
        return str(error)


def _no_certificate() -> str:
    return _("You have no certificate: add one (Digital signatures...), or let an operator send it who has one.")


def _unsigned_sentence(why: str) -> str:
    return _("The letter is signed, and locked for a natural person it must be signed anew: {why}").format(why=why)


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
                self._why_unsigned = _no_certificate()
            except OpominiError as error:
                self._why_unsigned = str(error)
        raise Refused(_unsigned_sentence(self._why_unsigned))
