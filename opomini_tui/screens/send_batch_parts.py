"""What the batch form reads and says: its filter, the counts in words, the first message, the list of those left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from opomini_tui.documents.stored_texts import StoredTexts, kind_of
from opomini_tui.dunning.recheck import judged, today_utc
from opomini_tui.errors import OpominiError
from opomini_tui.mail.outbox import preview_message
from opomini_tui.mail.plan import HeldBack, SendCounts, plan_sending
from opomini_tui.mail.reasons import REASONS, reason_name
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.models.notices import Notice
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.listed import Listed
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_columns import Column

CANDIDATES = 100
"""So many notices are looked at for the first one that has an address."""


def scope_options(choice: Choice) -> list[tuple[str, str]]:
    """By the bounds, only the ticked rows, exactly the grid; the ticked ones first when there are any."""
    options = [("bounds", _("by the bounds above"))]
    if count := len(choice.ticked):
        options.insert(0, ("ticked", ngettext("only {count} ticked row", "only {count} ticked rows", count)))
        options[0] = ("ticked", options[0][1].format(count=count))
    shown = len(choice.rows)
    grid = ngettext("exactly the grid: {count} row", "exactly the grid: {count} rows", shown)
    return [*options, ("grid", grid.format(count=shown))]


def batch_filter(choice: Choice, values: Mapping[str, Any]) -> NoticeFilter:
    """The notices that the form chooses, in the order of the grid."""
    if values["scope"] == "ticked":
        return choice.only_ticked
    if values["scope"] == "grid":
        return choice.exactly_shown
    bounds = {name: values[name] for name in ("year", "customer", "date", "packet", "level", "number")}
    return NoticeFilter(sort=choice.shown.sort, reverse=choice.shown.reverse, **bounds)


def counts_words(counts: SendCounts) -> str:
    """`206 match · 204 will go · 2 will not: no contact 1, bad address 1 (F2)`."""
    parts = [
        ngettext("{count} notice matches", "{count} notices match", counts.matching).format(count=counts.matching),
        ngettext("{count} will go", "{count} will go", counts.going).format(count=counts.going),
    ]
    left = counts.matching - counts.going
    if left:
        reasons = ", ".join(f"{reason_name(code)} {counts.reasons[code]}" for code in REASONS if code in counts.reasons)
        said = ngettext("{count} will not: {reasons}", "{count} will not: {reasons}", left)
        parts.append(said.format(count=left, reasons=reasons))
    return " · ".join(parts)


def send_label(going: int | None) -> str:
    """`Send 42 notices`; without a number while it is not known."""
    if not going:
        return _("Send")
    return ngettext("Send {count} notice", "Send {count} notices", going).format(count=going)


def confirm_words(counts: SendCounts, values: Mapping[str, Any]) -> list[str]:
    """What the operator agrees to."""
    said = ngettext(
        "{count} notice will be sent by e-mail. This cannot be taken back.",
        "{count} notices will be sent by e-mail. This cannot be taken back.",
        counts.going,
    )
    sentences = [said.format(count=counts.going)]
    if left := counts.matching - counts.going:
        said = ngettext("{count} will not be sent.", "{count} will not be sent.", left)
        sentences.append(said.format(count=left))
    if values["cc"]:
        sentences.append(_("A copy of each message goes to {addresses}.").format(addresses=values["cc"]))
    return sentences


@dataclass(frozen=True, slots=True)
class FirstMessage:
    """The message of the first notice that would go, filled in."""

    title: str
    text: str


def first_going(chosen: NoticeFilter, actor: Actor) -> int | None:
    """The first notice that would go; else the first that has a letter, else the first of all. Called in a thread."""
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


def read_first_message(chosen: NoticeFilter, actor: Actor, subject: str, body: str) -> FirstMessage:
    """Fill the texts in for the first notice; called in a thread. What cannot be filled in is said in its place."""
    number = first_going(chosen, actor)
    if number is None:
        return FirstMessage(_("No notice is chosen."), "")
    label = Notice.get_by_id(number).label
    title = _("Preview for {label}").format(label=label)
    try:
        message = preview_message(number, actor, subject, body)
    except OpominiError as error:
        return FirstMessage(title, str(error))
    head = [
        _("To: {address}").format(address=message.to or "—"),
        _("Subject: {subject}").format(subject=message.subject),
    ]
    return FirstMessage(title, "\n".join([*head, "", message.body]))


def first_template(chosen: NoticeFilter, actor: Actor) -> tuple[str, str] | None:
    """Subject and text of the template in force for the first notice; None when none is chosen. Called in a thread."""
    number = first_going(chosen, actor)
    if number is None:
        return None
    notice, texts = Notice.get_by_id(number), StoredTexts()
    customer = notice.customer
    of_level = (notice.level, notice.before_lawsuit, customer.language, kind_of(customer.kind))
    return texts.template("subject", *of_level), texts.template("mail", *of_level)


def held_back_columns() -> Sequence[Column]:
    """The columns of the list of those that will not go."""
    return (
        Column("notice", _("Notice"), 10, sortable=False),
        Column("code", _("Customer"), 9, sortable=False),
        Column("name", _("Customer name"), 18, sortable=False, grows=True),
        Column("why", _("Why"), 30, sortable=False, grows=True),
    )


def held_back_lines(held_back: Sequence[HeldBack]) -> list[Listed]:
    """One line for each."""
    return [
        Listed(
            (one.label, one.customer_code, one.customer_name, one.sentence),
            f"{one.label} {one.customer_code} {one.customer_name}\n{one.sentence}",
            "warning",
        )
        for one in held_back
    ]
