"""Checks of single fields: what a form or the settings file gives becomes the value that is stored.

A check takes text as typed or a value of the right type and gives the clean value; it raises
ValueError with one translated sentence that says what is expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opomini_tui.documents.svg_logo import is_svg, picture_of_svg
from opomini_tui.errors import OpominiError
from opomini_tui.text import _
from opomini_tui.text.formats import CENT, parse_date, parse_money

Check = Callable[[object], object]
LARGEST_AMOUNT = Decimal("99999999.99")
LOGO_BYTES = 500_000
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class FieldErrors(OpominiError):
    """Some fields are wrong; nothing was saved. `fields`: field name → what is expected."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(dict.fromkeys(fields.values())))
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: the record's attribute, its check, and its key in the settings file if that differs."""

    name: str
    check: Check
    alias: str = ""

    @property
    def key(self) -> str:
        """The key in the settings file; a dot stands for a table within."""
        return self.alias or self.name


def check_fields(values: Mapping[str, object], fields: Iterable[Field]) -> dict[str, object]:
    """The clean value of every field that `values` names.

    Raises:
        FieldErrors: with all fields that are wrong, or not known.
    """
    known = {field.name: field for field in fields}
    clean: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, value in values.items():
        if name not in known:
            wrong[name] = _("There is no such field.")
            continue
        try:
            clean[name] = known[name].check(value)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise FieldErrors(wrong)
    return clean


def text(limit: int = 200, *, required: bool = False, lines: bool = False) -> Check:
    """Text without control characters, at most `limit` long; `lines`: line breaks are allowed."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(_("A text is expected."))
        clean = value.replace("\r\n", "\n").strip()
        if any(not c.isprintable() and not (lines and c in "\n\t") and c != "\u00a0" for c in clean):
            raise ValueError(_("The text holds a character that cannot be printed; type it again."))
        if len(clean) > limit:
            raise ValueError(_("The text is too long: at most {limit} characters.").format(limit=limit))
        if required and not clean:
            raise ValueError(_("This field may not be empty."))
        return clean

    return check


def optional(check: Check) -> Check:
    """As `check`, but nothing ("" or None) is stored as NULL."""
    return lambda value: None if value is None or value == "" else check(value) or None


def choice(*allowed: str) -> Check:
    """One of a few words; "" among them means that it may be left empty."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value.strip() not in allowed:
            words = ", ".join(word for word in allowed if word)
            if "" in allowed:
                raise ValueError(_("One of these is expected: {allowed}, or nothing.").format(allowed=words))
            raise ValueError(_("One of these is expected: {allowed}.").format(allowed=words))
        return value.strip()

    return check


def boolean(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(_("true or false is expected."))
    return value


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`, as a number or as typed."""

    def check(value: object) -> int:
        typed = value.strip() if isinstance(value, str) else value
        right = re.fullmatch(r"\d{1,10}", typed) if isinstance(typed, str) else type(typed) is int
        if not right or not low <= int(str(typed)) <= high:
            raise ValueError(_("A whole number from {low} to {high} is expected.").format(low=low, high=high))
        return int(str(typed))

    return check


def money(value: object) -> Decimal:
    """An amount in euros, not negative: text as typed, a Decimal or a whole number."""
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValueError
        amount = parse_money(value) if isinstance(value, str) else Decimal(value)
    except ValueError as error:
        raise ValueError(_("An amount such as 2.00 is expected.")) from error
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT or amount != amount.quantize(CENT):
        raise ValueError(_("An amount from 0 to 99,999,999.99 with at most two decimals is expected."))
    return amount.quantize(CENT)


def per_cent(value: object) -> int:
    """A yearly rate in per cent with two decimals ("10.50"), as hundredths of a per cent."""
    rate = money(value)
    if rate > 1000:
        raise ValueError(_("A rate from 0 to 1000 per cent is expected."))
    return int(rate * 100)


def day(value: object) -> date:
    """A day: a date, or text such as `17.8.2012` or `2012-08-17`."""
    if type(value) is date:
        return value
    try:
        if not isinstance(value, str):
            raise ValueError
        return parse_date(value)
    except ValueError as error:
        raise ValueError(_("A date such as 17.08.2012 or 2012-08-17 is expected.")) from error


def time_of_day(value: object) -> str:
    """An hour and minute as HH:MM (`8`, `8.30` and `8:30` are read too), or nothing."""
    typed = text(5)(value)
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", str(typed))
    if typed and (found is None or int(found[1]) > 23 or int(found[2] or 0) > 59):
        raise ValueError(_("A time such as 8:00 is expected, or nothing."))
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else ""


def week_days(value: object) -> str:
    """Days of the week as digits in order, 1 is Monday: 12345."""
    typed = text(7, required=True)(value)
    if not re.fullmatch(r"[1-7]+", str(typed)):
        raise ValueError(_("Days as digits are expected: 1 is Monday, 12345 are the working days."))
    return "".join(sorted(set(str(typed))))


def time_zone(value: object) -> str:
    """The name of a time zone, such as Europe/Ljubljana."""
    typed = str(text(50, required=True)(value))
    try:
        ZoneInfo(typed)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(_("The name of a time zone is expected, such as Europe/Ljubljana.")) from error
    return typed


def ca_certificates(value: object) -> str:
    """Certificates of authorities in PEM, or nothing."""
    from cryptography import x509

    typed = str(text(100_000, lines=True)(value))
    try:
        found = x509.load_pem_x509_certificates(typed.encode()) if typed else []
    except ValueError as error:
        raise ValueError(_("Certificates in PEM are expected (-----BEGIN CERTIFICATE-----).")) from error
    return typed + "\n" if found else ""


def purpose_code(value: object) -> str:
    """The code of a payment's purpose: four capital letters (ISO 20022), such as GDSV."""
    typed = str(text(4, required=True)(value)).upper()
    if not re.fullmatch(r"[A-Z]{4}", typed):
        raise ValueError(_("A purpose code of four letters is expected, such as GDSV."))
    return typed


def email(value: object) -> str:
    """One e-mail address, or nothing."""
    from opomini_tui.mail.addresses import check_address

    typed = text(254)(value)
    assert isinstance(typed, str)
    try:
        return check_address(typed) if typed else ""
    except OpominiError as error:
        raise ValueError(str(error)) from error


def emails(value: object) -> str:
    """E-mail addresses with commas between them, or nothing."""
    from opomini_tui.mail.addresses import split_addresses

    typed = text(1000)(value)
    assert isinstance(typed, str)
    try:
        return ", ".join(split_addresses(typed)) if typed else ""
    except OpominiError as error:
        raise ValueError(str(error)) from error


def iban(value: object) -> str:
    """An account number without spaces, or nothing."""
    from opomini_tui.documents.reference import check_iban

    typed = text(50)(value)
    assert isinstance(typed, str)
    try:
        return check_iban(typed) if typed else ""
    except OpominiError as error:
        raise ValueError(str(error)) from error


def template(value: object) -> str:
    """A text of the letter or message that can be filled in.

    Placeholders must be known, braces paired, sections ended: anything else would stop the first notice with the text.
    """
    from opomini_tui.documents.texts import PLACEHOLDERS, fill

    typed = text(20_000, lines=True)(value)
    assert isinstance(typed, str)
    try:
        fill(typed, dict.fromkeys(PLACEHOLDERS, ""))
    except OpominiError as error:
        raise ValueError(str(error)) from error
    return typed


def text_of_part(value: object, part: str) -> str:
    """As `template`, for a part of a notice: the subject of an e-mail is one line."""
    typed = template(value)
    if part == "subject" and any(sign in typed for sign in "\n\t"):
        raise ValueError(_("The subject of an e-mail is one line: take the line breaks and tabs out."))
    return typed


def attachment_password(value: object) -> str:
    """The rule of the password that opens the attachment to a natural person, or nothing."""
    from opomini_tui.documents.encryption import PasswordRule

    typed = str(text(100)(value))
    try:
        if typed:
            PasswordRule.read(typed)
    except OpominiError as error:
        raise ValueError(str(error)) from error
    return typed


def timestamp_url(value: object) -> str:
    """The address of a time stamp server (http or https), or nothing."""
    from urllib.parse import urlsplit

    typed = str(text(300)(value))
    try:
        parts = urlsplit(typed)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in typed
        right = right and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if typed and not right:
        raise ValueError(
            _("The address of a time stamp server is expected, such as http://tsa.example.com, or nothing.")
        )
    return typed


def color(value: object) -> str:
    """A colour `#rrggbb`, or nothing for the theme's own."""
    typed = text(7)(value)
    assert isinstance(typed, str)
    if typed and not re.fullmatch(r"#[0-9a-fA-F]{6}", typed):
        raise ValueError(_("A colour such as #d08770 is expected, or nothing for the theme's own."))
    return typed.lower()


def picture(value: object) -> bytes | None:
    """The bytes of a PNG or JPEG picture, into which an SVG drawing is turned; nothing removes it."""
    if value is None or value in (b"", ""):
        return None
    if not isinstance(value, bytes) or not (value.startswith(_PICTURES) or is_svg(value)):
        raise ValueError(_("A PNG or JPEG picture or an SVG drawing is expected."))
    if len(value) > LOGO_BYTES:
        raise ValueError(_("The picture is too large: at most 500 kB."))
    if not is_svg(value):
        return value
    try:
        return picture_of_svg(value)
    except OpominiError as error:
        raise ValueError(str(error)) from error


def host(value: object) -> str:
    """A server's name or address without port, or nothing."""
    typed = text(253)(value)
    assert isinstance(typed, str)
    try:
        typed.encode("idna")  # as connecting does: no part between two dots may be empty or longer than 63 characters
        right = re.fullmatch(r"[\w.:\-\[\]]*", typed) is not None
    except UnicodeError:
        right = False
    if not right:
        raise ValueError(_("The name of a server is expected, such as mail.example.com."))
    return typed


def is_loopback(name: str) -> bool:
    """Whether an unprotected connection may be set for that host: by the rule of sending, or while none is typed."""
    from opomini_tui.mail import wire

    return not name or wire.is_loopback(name)
