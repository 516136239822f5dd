"""What a batch form previews: the first notice that would go, its template, and how many templates are at work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from opomini_tui.documents.stored_texts import StoredTexts, kind_of
from opomini_tui.dunning.recheck import judged, today_utc
from opomini_tui.mail.plan import plan_sending
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.models.notices import Notice

CANDIDATES = 100
"""So many notices are looked at for the first one that has an address."""


def first_going(chosen: NoticeFilter, actor: Actor) -> int | None:
    """The first notice that would go; else the first that has a letter, else the first of all."""
    sql, values = judged(chosen, today_utc())
    rows = run(
        f"{sql} SELECT judged.id FROM judged JOIN notice ON notice.id = judged.id "
        f"WHERE standing IS NULL AND obstacle IS NULL ORDER BY {chosen.order()} LIMIT {CANDIDATES}",
        values,
    ).fetchall()
    ready = plan_sending(replace(chosen, ids=tuple(number for (number,) in rows), limit=None), actor).ready
    if ready:
        return ready[0].notice_id
    for wanted in (replace(chosen, state="issued", limit=1), replace(chosen, limit=1)):
        if found := notice_ids(wanted):
            return found[0]
    return None


def first_template(chosen: NoticeFilter, actor: Actor) -> tuple[str, str] | None:
    """Subject and text of the template in force for the first notice; None when none is chosen."""
    number = first_going(chosen, actor)
    if number is None:
        return None
    notice, texts = Notice.get_by_id(number), StoredTexts()
    customer = notice.customer
    of_level = (notice.level, notice.before_lawsuit, customer.language, kind_of(customer.kind))
    return texts.template("subject", *of_level), texts.template("mail", *of_level)


@dataclass(frozen=True, slots=True, order=True)
class TemplateKind:
    """Which template a notice takes: its level, whether it is the one before lawsuit, language and kind of customer."""

    level: int
    before_lawsuit: bool
    language: str
    person: bool


def template_kinds(chosen: NoticeFilter) -> list[TemplateKind]:
    """The different templates that the chosen notices which can go (the issued ones) take, in order."""
    text, values = replace(chosen, state=chosen.state or "issued").sql()
    rows = run(
        "SELECT DISTINCT notice.level, notice.before_lawsuit, customer.language, customer.kind FROM notice "
        f"JOIN customer ON customer.id = notice.customer_id WHERE notice.id IN ({text})",
        values,
    ).fetchall()
    kinds = {
        TemplateKind(int(level), bool(lawsuit), str(language), kind_of(kind) == "person")
        for level, lawsuit, language, kind in rows
    }
    return sorted(kinds)
