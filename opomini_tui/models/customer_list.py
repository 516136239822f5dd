"""The customers in a list: which ones in which order, found in SQL, so that 100,000 stay quick; and their rows by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from opomini_tui.models.database import run
from opomini_tui.text.names import fold, sort_key


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


class CustomerLine(NamedTuple):
    """A customer as a list shows him."""

    id: int
    code: str
    name: str
    city: str
    kind: str
    language: str
    email: str
    defaulter: bool
    no_dunning: bool


def customer_lines(ids: Sequence[int]) -> list[CustomerLine]:
    """These customers, by code; one that is no more is not among them."""
    listed = ",".join(str(int(number)) for number in ids) or "NULL"
    columns = ", ".join(CustomerLine._fields)
    rows = run(f"SELECT {columns} FROM customer WHERE id IN ({listed}) ORDER BY code").fetchall()
    return [CustomerLine(*row) for row in rows]


def customer_of(notice_id: int) -> int | None:
    """The id of a notice's customer; None when the notice is no more."""
    found = run("SELECT customer_id FROM notice WHERE id = ?", (notice_id,)).fetchone()
    return int(found[0]) if found else None
