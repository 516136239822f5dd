"""A light look at e-mail addresses of a ledger: what cannot be an address is told, and taken nevertheless."""

from __future__ import annotations

import re

from opomini_tui.models.database import run
from opomini_tui.text import ngettext

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s.,;<>\"]+(?:\.[^@\s.,;<>\"]+)+")
SHOWN = 5


def looks_right(field: str) -> bool:
    """Whether a field of a ledger holds an address, or several with `;` or `,` between them."""
    parts = [part.strip() for part in re.split("[;,]", field) if part.strip()]
    return bool(parts) and all(_ADDRESS.fullmatch(part) for part in parts)


def email_warnings() -> tuple[str, ...]:
    """The sentence about staged addresses to which no mail can go; they are named with their lines."""
    cursor = run("SELECT line, email FROM staged WHERE email <> '' ORDER BY line")
    count, named = 0, []
    for line, email in cursor:
        if not looks_right(email):
            count += 1
            if count <= SHOWN:
                named.append(f"{line}: {email}")
    if not count:
        return ()
    sentence = ngettext(
        "{count} e-mail address is not written correctly (line {named}).",
        "{count} e-mail addresses are not written correctly (lines {named}).",
        count,
    )
    return (sentence.format(count=count, named=", ".join(named) + (", …" if count > SHOWN else "")),)
