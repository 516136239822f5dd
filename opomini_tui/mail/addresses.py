"""E-mail addresses on their way into a header or an SMTP command."""

from __future__ import annotations

import re

from opomini_tui.text.addresses import BadAddress, address_problem, check_address, split_addresses, unfit

__all__ = ["BadAddress", "address_problem", "ascii_address", "check_address", "split_addresses"]

# Only what needs no quotes in a header and ends no SMTP parameter: RFC 5321 §4.1.2 Dot-string and Domain, and UTF-8.
_ASCII_PATH = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_LONGEST_PATH = 254  # RFC 5321 §4.5.3.1.3 without the angle brackets


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
            raise BadAddress(unfit(address)) from error
    # The letters outside ASCII are harmless where an ASCII letter is; every sign is judged as it is.
    judged = "".join("x" if letter.isalnum() and not letter.isascii() else letter for letter in local)
    if not _ASCII_PATH.fullmatch(f"{judged}@{domain}") or len(f"{local}@{domain}".encode()) > _LONGEST_PATH:
        raise BadAddress(unfit(address))
    return f"{local}@{domain}"
