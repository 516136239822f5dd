"""What the list of customers shows: ids found in SQL, rows read by page, so that 100,000 customers stay quick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.text import _, pgettext
from opomini_tui.text.formats import format_date
from opomini_tui.text.names import fold, sort_key
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row

YES = "✓"


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """Which customers, in which order: words that must all be found, `show` "" | "defaulter" | "no_dunning"."""

    words: tuple[str, ...] = ()
    show: str = ""
    sort: str = "code"
    reverse: bool = False

    def ids(self) -> list[int]:
        """The ids in order; names, towns, codes and addresses are compared without case and marks."""
        conditions: list[str] = []
        values: list[Any] = []
        if self.show in ("defaulter", "no_dunning"):
            conditions.append(self.show)
        for word in self.words:
            condition, given = _holds(word)
            conditions.append(condition)
            values += given
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        direction = "DESC" if self.reverse else "ASC"
        if self.sort == "city":
            return self._by_town(where, values)
        order = {"code": f"code {direction}", "name": f"name_sort {direction}, code {direction}"}[self.sort]
        return [number for (number,) in run(f"SELECT id FROM customer {where} ORDER BY {order}", values).fetchall()]

    def _by_town(self, where: str, values: list[Any]) -> list[int]:
        """By town in the Slovene alphabet, which the database does not know, then by name."""
        rows = run(f"SELECT id, city FROM customer {where} ORDER BY name_sort, code", values).fetchall()
        keys = {town: sort_key(town) for town in {town for _number, town in rows}}
        rows.sort(key=lambda row: keys[row[1]], reverse=self.reverse)
        return [number for number, _town in rows]


def _holds(word: str) -> tuple[str, list[str]]:
    """The condition that a folded word stands somewhere in a customer.

    The database knows no towns without marks: the few different ones are compared here.
    """
    like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    towns = [town for (town,) in run("SELECT DISTINCT city FROM customer").fetchall() if word in fold(town)]
    marks = ", ".join("?" * len(towns))
    in_towns = f" OR city IN ({marks})" if towns else ""
    texts = ("name_fold", "lower(code)", "lower(email)", "lower(tax_id)", "post_code")
    tests = " OR ".join(f"{text} LIKE ? ESCAPE '\\'" for text in texts)
    return f"({tests}{in_towns})", [*([like] * len(texts)), *towns]


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
    marks, kinds = ", ".join(str(int(number)) for number in ids), _short_kinds()
    rows = run(
        f"SELECT id, code, name, city, kind, language, email, defaulter, no_dunning FROM customer WHERE id IN ({marks})"
    ).fetchall()
    return {
        number: Row(
            (
                *(code, name, city, kinds.get(kind, kind), language),
                *(YES if defaulter else "", YES if stopped else "", email),
            ),
            style="muted" if stopped else "warning" if defaulter else "",
        )
        for number, code, name, city, kind, language, email, defaulter, stopped in rows
    }


def customer_detail(record: int) -> str:
    """The customer under the cursor: who and where, his address, why he is not dunned."""
    row = run(
        "SELECT code, name, street, post_code, city, tax_id, email, no_dunning, no_dunning_reason, no_dunning_until "
        "FROM customer WHERE id = ?",
        (record,),
    ).fetchone()
    if row is None:
        return ""
    code, name, street, post_code, city, tax_id, email, stopped, reason, until = row
    place = ", ".join(filter(None, (street, f"{post_code} {city}".strip())))
    first = "  ".join(filter(None, (code, name, place, tax_id)))
    return "\n".join(filter(None, (first, email, stop_words(bool(stopped), reason, as_day(until)))))


def stop_words(stopped: bool, reason: str, until: date | None) -> str:
    """Why and how long a customer is not dunned; "" when he is."""
    if not stopped:
        return ""
    if until:
        return _("Not to be dunned until {day}: {reason}").format(day=format_date(until), reason=reason)
    return _("Not to be dunned: {reason}").format(reason=reason)
