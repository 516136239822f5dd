"""What the list of customers shows: its columns, the rows of a page, the customer under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from opomini_tui.models.customer_list import customer_lines
from opomini_tui.models.parties import Customer
from opomini_tui.text import _, pgettext
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row

YES = "✓"


def customer_columns() -> Sequence[Column]:
    """Šifra, Naziv, Kraj, Vrsta, Jezik, E-pošta, Neplačnik, Ne opominjaj."""
    return (
        Column("code", _("Code"), 9, frozen=True),
        Column("name", _("Name"), 20, grows=True),
        Column("city", _("City"), 13, grows=True),
        Column("kind", _("Kind"), 8, sortable=False),
        Column("language", _("Lang."), 5, sortable=False),
        Column("defaulter", pgettext("column", "Defaulter"), 7, "center", sortable=False),
        Column("no_dunning", pgettext("column", "Not dunned"), 8, "center", sortable=False),
        Column("email", _("E-mail"), 24, sortable=False, grows=True),
    )


def kind_names() -> dict[str, str]:
    """The kinds of customers in full."""
    return {
        "company": _("company"),
        "sole_trader": _("sole trader"),
        "person": _("natural person"),
        "public": _("public body"),
    }


def _short_kinds() -> dict[str, str]:
    return {"company": _("comp."), "sole_trader": _("trader"), "person": _("person"), "public": _("public")}


def customer_pages(ids: Sequence[int]) -> Mapping[int, Row]:
    """The rows of these customers."""
    kinds = _short_kinds()
    return {
        one.id: Row(
            (
                *(one.code, one.name, one.city, kinds.get(one.kind, one.kind), one.language),
                *(YES if one.defaulter else "", YES if one.no_dunning else "", one.email),
            ),
            style="muted" if one.no_dunning else "warning" if one.defaulter else "",
        )
        for one in customer_lines(ids)
    }


def customer_detail(record: int) -> str:
    """The customer under the cursor: who and where, his address, why he is not dunned."""
    one = Customer.known(record)
    if one is None:
        return ""
    place = ", ".join(filter(None, (one.street, f"{one.post_code} {one.city}".strip())))
    first = "  ".join(filter(None, (one.code, one.name, place, one.tax_id)))
    stopped = stop_words(one.no_dunning, one.no_dunning_reason, one.no_dunning_until)
    return "\n".join(filter(None, (first, one.email, stopped)))


def stop_words(stopped: bool, reason: str, until: date | None) -> str:
    """Why and how long a customer is not dunned; "" when he is."""
    if not stopped:
        return ""
    if until:
        return _("Not to be dunned until {day}: {reason}").format(day=format_date(until), reason=reason)
    return _("Not to be dunned: {reason}").format(reason=reason)
