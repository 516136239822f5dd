"""Payment references as a bank checks them: what the program makes is compared with these rules, not with itself."""

from __future__ import annotations

import re

from opomini_tui.documents.reference import mod11_digit

_REFERENCE = re.compile(r"(SI\d\d|RF\d\d)(.*)")


def is_reference(reference: str) -> bool:
    """True when form and check digits of a reference (SI00, SI12, SI99, RF) are right; spaces do not count."""
    match = _REFERENCE.fullmatch("".join(reference.split()).upper())
    if not match:
        return False
    model, body = match.groups()
    if model.startswith("RF"):
        return (
            bool(re.fullmatch(r"[A-Z0-9]{1,21}", body))
            and int("".join(str(int(c, 36)) for c in body + model)) % 97 == 1
        )
    if model == "SI99":
        return body == ""
    if model == "SI12":
        return bool(re.fullmatch(r"\d{13}", body)) and mod11_digit(body[:-1]) == int(body[-1])
    return model == "SI00" and bool(re.fullmatch(r"\d{1,12}(-\d{1,12}){0,2}", body)) and len(body) <= 22
