"""E-mail addresses of a ledger: what cannot be an address is told line by line, and taken nevertheless."""

from __future__ import annotations

from collections.abc import Sequence

from opomini_tui.models.database import run
from opomini_tui.text import _, ngettext
from opomini_tui.text.addresses import address_problem

NAMED = 100
"""So many lines are told one by one; of more only the number is said."""


def email_warnings(customer: str) -> tuple[str, ...]:
    """Sentences about staged addresses to which no mail can go, each with its line, customer and reason.

    customer: the staged column that holds the customer's code.
    """
    count, named = 0, []
    for line, code, email in run(f"SELECT line, {customer}, email FROM staged WHERE email <> '' ORDER BY line"):
        if problem := address_problem(email):
            count += 1
            if count <= NAMED:
                said = _("Line {line}, customer {customer}: {problem}")
                named.append(said.format(line=line, customer=code, problem=problem))
    return (*named, *_more(count))


def _more(count: int) -> Sequence[str]:
    """That not every line was told."""
    if count <= NAMED:
        return ()
    said = ngettext(
        "{count} more e-mail address is not right.", "{count} more e-mail addresses are not right.", count - NAMED
    )
    return (said.format(count=count - NAMED),)
