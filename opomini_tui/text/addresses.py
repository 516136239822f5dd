"""E-mail addresses as people and ledgers write them: one or several in a field, with or without names, tidied or refused.

Only the form is judged; whether a domain exists would need the network. What goes on the wire is `mail.addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

# Unfinished lists copied from elsewhere end in these; U+200B and U+FEFF come along from web pages.
_AROUND = " \t\r\n\u00a0\u200b\ufeff.,;"
# What nearly every address looks like, and what is certainly right; all others are judged letter by letter.
_PLAIN = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"((?:[A-Za-z0-9](?:-?[A-Za-z0-9]){0,30}\.){1,3})([A-Za-z]{2,20})"
)
# Names that no public mail server has (RFC 6761, RFC 7686); .example stays, the demo company's customers live there.
_NOWHERE = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})
_LONGEST_LOCAL, _LONGEST = 64, 254  # RFC 5321 §4.5.3.1, in octets
# A name in quotes, an address in angle brackets, or anything else; never across a separator.
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|[^;,])+')
_NAMED = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^"<>@]*)\s*<([^<>]*)>')


class BadAddress(OpominiError):
    """The text is not an e-mail address; the message is one sentence that says why."""


def check_address(text: str) -> str:
    """The e-mail address in `text`, without spaces, dots and separators around it and with its domain in lower case.

    A domain with č, š or ž stays readable, one in its ASCII form (xn--) becomes so.

    Raises:
        BadAddress: it is not exactly one address.
    """
    from email_validator import EmailNotValidError, validate_email  # slow to import, needed by few commands

    address = text.strip(_AROUND)
    if not address:
        raise BadAddress(_("The e-mail address is missing."))
    if quick := _plain(address):
        return quick
    reason = _fault(address)
    if reason:
        raise BadAddress(reason.format(address=_shown(address)))
    try:
        return validate_email(address, check_deliverability=False, strict=True).normalized
    except EmailNotValidError as error:
        raise BadAddress(unfit(address)) from error


def split_addresses(text: str) -> list[str]:
    """The addresses in a field that holds several, separated by `;` or `,`; each once, in the order typed.

    A name before an address in angle brackets is left out; one with a comma in it needs its quotes.

    Raises:
        BadAddress: one of them is not an address (the sentence names it).
    """
    if quick := _plain(text):
        return [quick]
    found: dict[str, str] = {}
    for piece in _pieces(text):
        if piece and "@" not in piece and "<" in text:
            message = _("“{name}” is not an e-mail address: leave names out, or put a name with a comma in quotes.")
            raise BadAddress(message.format(name=_shown(piece)))
        address = check_address(piece)
        found.setdefault(address.casefold(), address)
    return list(found.values())


def address_problem(field: str) -> str:
    """What is wrong with a field of addresses, as a sentence in the current language; "" when each of them is right."""
    if address_keys(field):
        return ""
    try:
        return "" if split_addresses(field) else _("The e-mail address is missing.")
    except BadAddress as error:
        return str(error)


def address_keys(field: str) -> tuple[str, ...]:
    """The addresses of a field in the form in which two of them are compared; none when one of them is wrong."""
    quick = _plain(field)
    return (quick.casefold(),) if quick else _careful_keys(field)


@lru_cache(maxsize=20_000)
def _careful_keys(field: str) -> tuple[str, ...]:
    """`address_keys` of a field that takes long."""
    try:
        return tuple(address.casefold() for address in split_addresses(field))
    except BadAddress:
        return ()


def unfit(address: str) -> str:
    """The sentence about an address that cannot be used for a reason that no bookkeeper would understand."""
    return _("“{address}” is not an e-mail address that mail can be sent to.").format(address=_shown(address))


def _pieces(text: str) -> Iterator[str]:
    """The addresses in a field one by one, out of their angle brackets."""
    for match in _PIECE.finditer(text):
        piece = match[0].strip(_AROUND)
        if piece:
            named = _NAMED.fullmatch(piece)
            yield named[1] if named else piece


def _plain(address: str) -> str:
    """A plain address with its domain in lower case; "" when it must be looked at closely."""
    match = _PLAIN.fullmatch(address)
    if match is None or match[2].lower() in _NOWHERE:
        return ""
    local, at, domain = address.partition("@")
    return local + at + domain.lower()


def _fault(address: str) -> str:
    """The sentence for the mistakes that people make most; "" when there is none of them."""
    local, _at, domain = address.rpartition("@")
    if "@" not in address:
        return _("“{address}” is not an e-mail address: the sign @ is missing.")
    if "@@" in address:
        return _("“{address}” is not an e-mail address: the sign @ stands in it twice.")
    if address.count("@") > 1:
        return _("“{address}” is more than one e-mail address: separate them with a semicolon.")
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        return _("“{address}” is not an e-mail address: it has a space or an invisible character in it.")
    if "." not in domain:
        return _("“{address}” is not an e-mail address: the domain after @ is not complete.")
    if ".." in address or local.endswith(".") or domain.startswith("."):
        return _("“{address}” is not an e-mail address: there is a dot too many in it.")
    if len(local.encode()) > _LONGEST_LOCAL or len(address.encode()) > _LONGEST:
        return _("“{address}” is not an e-mail address: it is too long.")
    if domain.rpartition(".")[2].lower() in _NOWHERE:
        return _(
            "“{address}” is not an e-mail address that can be reached: such a domain is only for one's own network."
        )
    return ""


def _shown(address: str) -> str:
    """The address as a message shows it: one short line of visible characters."""
    visible = "".join(letter if letter.isprintable() else "�" for letter in address)
    return visible if len(visible) <= 80 else visible[:79] + "…"
