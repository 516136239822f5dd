"""E-mail addresses: checked where they are typed, and once more on their way into a header or an SMTP command."""

from __future__ import annotations

import re

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

# Unfinished lists copied from elsewhere end in these; U+200B and U+FEFF come along from web pages.
_AROUND = " \t\r\n\u00a0\u200b\ufeff.,;"
# Only what needs no quotes in a header and ends no SMTP parameter: RFC 5321 §4.1.2 Dot-string and Domain, and UTF-8.
_ASCII_PATH = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_LONGEST_PATH = 254  # RFC 5321 §4.5.3.1.3 without the angle brackets


class BadAddress(OpominiError):
    """The text is not an e-mail address; the message is one sentence that says why."""


def check_address(text: str) -> str:
    """The e-mail address in `text`, without spaces, dots and separators around it and with its domain in lower case.

    The form is checked, not whether the domain exists (no network). A domain with č, š or ž stays readable;
    `ascii_address` is what goes on the wire.

    Raises:
        BadAddress: it is not exactly one address.
    """
    from email_validator import EmailNotValidError, validate_email  # slow to import, needed by few commands

    address = text.strip(_AROUND)
    if not address:
        raise BadAddress(_("The e-mail address is missing."))
    reason = _plain_fault(address)
    if reason:
        raise BadAddress(reason)
    try:
        # Names under .example are allowed: the demo company's customers live there.
        return validate_email(address, check_deliverability=False, strict=True).normalized
    except EmailNotValidError as error:
        message = _("“{address}” is not an e-mail address that mail can be sent to.").format(address=_shown(address))
        raise BadAddress(message) from error


def split_addresses(text: str) -> list[str]:
    """The addresses in a field that holds several, separated by `;` or `,`; each once, in the order typed.

    Raises:
        BadAddress: one of them is not an address (the sentence names it).
    """
    found: dict[str, str] = {}
    for piece in re.split("[;,]", text):
        if piece.strip(_AROUND):
            address = check_address(piece)
            found.setdefault(address.casefold(), address)
    return list(found.values())


def ascii_address(address: str) -> str:
    """`address` as it stands in headers and SMTP commands: a domain with č, š or ž in its ASCII form (IDNA 2008).

    A local part outside ASCII stays as it is (the server must offer SMTPUTF8).

    Raises:
        BadAddress: it has a character that could end the address and begin something else.
    """
    if _ASCII_PATH.fullmatch(address) and len(address) <= _LONGEST_PATH:
        return address
    local, _at, domain = address.rpartition("@")
    if not domain.isascii():
        import idna  # comes with email-validator

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise BadAddress(_unfit(address)) from error
    # The letters outside ASCII are harmless where an ASCII letter is; every sign is judged as it is.
    judged = "".join("x" if letter.isalnum() and not letter.isascii() else letter for letter in local)
    if not _ASCII_PATH.fullmatch(f"{judged}@{domain}") or len(f"{local}@{domain}".encode()) > _LONGEST_PATH:
        raise BadAddress(_unfit(address))
    return f"{local}@{domain}"


def _plain_fault(address: str) -> str:
    """The sentence for the mistakes that people make most; "" when there is none of them."""
    shown = _shown(address)
    if "@" not in address:
        return _("“{address}” is not an e-mail address: the sign @ is missing.").format(address=shown)
    if address.count("@") > 1:
        return _("“{address}” is more than one e-mail address: separate them with a semicolon.").format(address=shown)
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        return _("“{address}” is not an e-mail address: it has a space or an invisible character in it.").format(
            address=shown
        )
    if "." not in address.rpartition("@")[2]:
        return _("“{address}” is not an e-mail address: the domain after @ is not complete.").format(address=shown)
    return ""


def _unfit(address: str) -> str:
    return _("“{address}” is not an e-mail address that mail can be sent to.").format(address=_shown(address))


def _shown(address: str) -> str:
    """The address as a message shows it: one short line of visible characters."""
    visible = "".join(letter if letter.isprintable() else "�" for letter in address)
    return visible if len(visible) <= 80 else visible[:79] + "…"
