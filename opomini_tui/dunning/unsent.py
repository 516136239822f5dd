"""Notices that follow one that was issued and never left: neither e-mailed nor printed.

Nothing is changed by that, the customer is dunned all the same: it is a warning, for he never got the notice before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opomini_tui.models.database import run, stream
from opomini_tui.models.notice_filter import Span
from opomini_tui.text import _, ngettext

_CHUNK = 20_000

_NEVER_LEFT = """{notice}.state = 'issued' AND {notice}.printed_at IS NULL AND {notice}.posted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.notice_id = {notice}.id
        AND (delivery.state IN ('sending', 'sent', 'unknown')))"""

_ITEMS = f"""SELECT entry.open_item_id, notice.year, notice.number
    FROM notice JOIN notice_item AS entry ON entry.notice_id = notice.id
    WHERE {_NEVER_LEFT.format(notice="notice")} {{customers}} AND NOT EXISTS (
        SELECT 1 FROM notice_item AS other JOIN notice AS later ON later.id = other.notice_id
        WHERE other.open_item_id = entry.open_item_id AND later.id > notice.id AND later.state <> 'prepared')
    ORDER BY notice.id"""

_NOTICES = f"""SELECT notice.id, earlier.year, earlier.number FROM notice JOIN notice AS earlier ON earlier.id = (
        SELECT MAX(other.id) FROM notice AS other WHERE other.customer_id = notice.customer_id
            AND other.id < notice.id AND other.state <> 'prepared' AND EXISTS (
                SELECT 1 FROM notice_item AS mine JOIN notice_item AS theirs ON theirs.open_item_id = mine.open_item_id
                WHERE mine.notice_id = notice.id AND theirs.notice_id = other.id))
    WHERE notice.id IN ({{ids}}) AND {_NEVER_LEFT.format(notice="earlier")}"""


def items_unsent(customers: Span[str]) -> dict[int, str]:
    """The items whose last notice never left: id of the open item → label of that notice ("2012/138")."""
    within, values = "", list[Any]()
    for sign, end in ((">=", customers.low), ("<=", customers.high)):
        if end is not None:
            within += f" AND notice.customer_code {sign} ?"
            values.append(end)
    labels: dict[tuple[int, int], str] = {}  # the items of a notice share its label
    found = {}
    for item, year, number in stream(_ITEMS.format(customers=within), values):
        found[item] = labels.setdefault((year, number), f"{year}/{number}")
    return found


def unsent_before(notice_ids: Sequence[int]) -> dict[int, str]:
    """The notices whose previous notice never left: id → label of the previous one."""
    found: dict[int, str] = {}
    for start in range(0, len(notice_ids), _CHUNK):
        listed = ",".join(map(str, notice_ids[start : start + _CHUNK]))
        rows = run(_NOTICES.format(ids=listed)).fetchall()
        found.update({number: f"{year}/{series}" for number, year, series in rows})
    return found


def first_unsent(items: Iterable[int], unsent: Mapping[int, str]) -> str:
    """The label of the notice that never left, for a notice of these open items; "" when there is none."""
    return next((unsent[item] for item in items if item in unsent), "")


def unsent_sentence(label: str) -> str:
    """What is said of a notice whose previous notice `label` never left."""
    return _("The previous notice {label} was not sent.").format(label=label)


def unsent_words(unsent: Mapping[int, str]) -> str:
    """How many notices follow one that never left; `unsent`: number → label of the previous one."""
    return ngettext(
        "{n} notice follows one that was issued but neither e-mailed nor printed: {label}.",
        "{n} notices follow one that was issued but neither e-mailed nor printed, such as {label}.",
        len(unsent),
    ).format(n=len(unsent), label=next(iter(unsent.values())))
