"""The attachment to a natural person, locked with AES-256: the rule of its password, and the letter under it.

The rule is a setting of the company, such as `{tax_id}`: what the customer knows and a stranger does not. It holds no
word of its own, because the message that brings the letter tells in words how it is opened.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from opomini_tui.documents.wording import wording
from opomini_tui.errors import OpominiError
from opomini_tui.text import _

if TYPE_CHECKING:
    from opomini_tui.documents.letter_values import Letter

PLACEHOLDERS = ("tax_id", "customer_code", "post_code", "number", "year")
"""What a password may be made of."""
SIGNS = "-._/"
"""What may stand between the placeholders."""
ALGORITHM = "AES-256"
LONGEST = 127
"""Bytes of a password at the most: readers differ in what they do with more (ISO 32000-2 §7.6.4.3.3)."""
SIGNATURE_MARK = b"/ByteRange"
"""What a signed PDF has, and a letter without a signature has not."""
_PART = re.compile(r"\{(\w+)\}|(.)", re.DOTALL)
_HEADER = "%PDF-2.0"  # the edition that defines this encryption
_FIRST_END = re.compile(rb"startxref\s+\d+\s+%%EOF\r?\n?")


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """How a password is made; `parts` are names of PLACEHOLDERS and single SIGNS, in order."""

    parts: tuple[str, ...]

    @classmethod
    def read(cls, typed: str) -> PasswordRule:
        """The rule as it was typed: `{tax_id}`, `{customer_code}-{post_code}`.

        Raises:
            OpominiError: an unknown placeholder, another text, or a password that is quickly guessed.
        """
        parts: list[str] = []
        for name, sign in _PART.findall(typed.strip()):
            if name and name not in PLACEHOLDERS:
                raise OpominiError(
                    _("{{{name}}} is not known here. Choose from {known}.").format(name=name, known=placeholder_list())
                )
            if sign and sign not in SIGNS:
                raise OpominiError(
                    _(
                        "The password is made of {known}, with {signs} between them: another text would stand in the "
                        "message for all to read."
                    ).format(known=placeholder_list(), signs=" ".join(SIGNS))
                )
            parts.append(name or sign)
        if not {"tax_id", "customer_code"} & set(parts):
            raise OpominiError(_("Such a password is quickly guessed: add {tax_id} or {customer_code}."))
        return cls(tuple(parts))

    def lacking(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The placeholders that `values` of a customer (tax_id, customer_code, post_code) leave empty."""
        return tuple(dict.fromkeys(part for part in self.parts if part in values and not _plain(part, values[part])))

    def password(self, letter: Letter) -> str:
        """The password of the letter: without spaces, tax number and post code without the sign of the country.

        Raises:
            OpominiError: the customer has no value for a placeholder, or a very long one.
        """
        known = customer_values(letter.recipient.code, letter.recipient.post_code, letter.recipient.tax_id)
        if lacking := self.lacking(known):
            raise OpominiError(lacking_sentence(lacking))
        values = {**known, "number": str(letter.number), "year": str(letter.year)}
        made = "".join(_plain(part, values[part]) if part in values else part for part in self.parts)
        if len(made.encode()) > LONGEST:
            raise OpominiError(_("The password of the attachment would be too long to be typed. Shorten its rule."))
        return made

    def sentence(self, language: str) -> str:
        """How the attachment is opened, in words for the customer."""
        words = wording(language)
        named = [words.lock(part) if part in PLACEHOLDERS else words.lock("sign", sign=part) for part in self.parts]
        return words.lock("one" if len(named) == 1 else "several", rule=", ".join(named))


def customer_values(code: str, post_code: str, tax_id: str) -> dict[str, str]:
    """What the rule looks at of a customer, by placeholder."""
    return {"customer_code": code, "post_code": post_code, "tax_id": tax_id}


def placeholder_list() -> str:
    """The placeholders as they are typed: `{tax_id}, {customer_code}, …`."""
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def lacking_sentence(lacking: tuple[str, ...]) -> str:
    """Why an attachment cannot be locked, and what to do; `lacking`: as `PasswordRule.lacking` gives it."""
    names = {"tax_id": _("Tax number"), "customer_code": _("Customer code"), "post_code": _("Post code")}
    return _(
        "The customer lacks what the password of the attachment is made of: {fields}. Enter it, then send."
    ).format(fields=", ".join(names[name] for name in lacking))


def encrypt(pdf: bytes, password: str) -> bytes:
    """The letter, opened by `password` only; it may be printed and copied from, not changed. Other bytes every time.

    Raises:
        OpominiError: it is no PDF that can be read.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.constants import UserAccessPermissions as Allowed
    from pypdf.errors import PyPdfError

    output = BytesIO()
    try:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
        writer.pdf_header = _HEADER
        change = Allowed.MODIFY | Allowed.ADD_OR_MODIFY | Allowed.FILL_FORM_FIELDS | Allowed.ASSEMBLE_DOC
        # What the owner's password allows, nobody needs: it is thrown away.
        owner = secrets.token_urlsafe(24)
        writer.encrypt(password, owner, permissions_flag=Allowed.all() & ~change, algorithm=ALGORITHM)
        writer.write(output)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OpominiError(_("The stored letter cannot be read, so it cannot be locked. Issue it anew.")) from error
    return output.getvalue()


def is_signed(pdf: bytes) -> bool:
    """Whether a stored letter bears a signature."""
    return SIGNATURE_MARK in pdf


def without_signature(pdf: bytes) -> bytes:
    """The letter before it was signed: a signature only adds to its end (ISO 32000-1 §7.5.6)."""
    end = _FIRST_END.search(pdf)
    return pdf[: end.end()] if end and is_signed(pdf) else pdf


def _plain(name: str, value: str) -> str:
    """A value as it is typed at the question for the password."""
    letters = unicodedata.normalize("NFKC", value)  # what is not seen is not typed, and locks nothing
    value = "".join(each for each in letters if not each.isspace() and unicodedata.category(each) not in ("Cf", "Cc"))
    return _SPELLINGS[name](value) if name in _SPELLINGS else value


def _tax_id(value: str) -> str:
    """SI 1234-5678 → 12345678; a number that has letters of its own keeps them."""
    value = re.sub(r"[.\-/]", "", value).upper()
    return re.sub(r"^[A-Z]{2}(?=\d*$)", "", value)


def _post_code(value: str) -> str:
    """SI-1000 → 1000."""
    return re.sub(r"^[A-Z]{1,3}-+", "", value.upper()).strip("-")


_SPELLINGS: dict[str, Callable[[str], str]] = {"tax_id": _tax_id, "post_code": _post_code}
