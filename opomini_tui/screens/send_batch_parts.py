"""What the batch form says: which notices it can choose, the counts in words, what the operator agrees to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.outbox import Enqueued, enqueue
from opomini_tui.mail.plan import SendCounts, count_sending
from opomini_tui.mail.reasons import REASONS, reason_name
from opomini_tui.mail.shared_addresses import shared_addresses
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.job import Job
from opomini_tui.screens.sending import start_sending
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.fields import Field, FieldProblem


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


def year_of(field: Field[Any]) -> int | None:
    """The year that is typed; None for all, and while it cannot be read."""
    try:
        year = field.read()
    except FieldProblem:
        return None
    return year if isinstance(year, int) else None


def counts_words(counts: SendCounts, shared: int = 0) -> str:
    """`206 match · 204 will go · 2 will not: no contact 1, bad address 1 (F2)`; `shared`: addresses to be looked at."""
    parts = [
        ngettext("{count} notice matches", "{count} notices match", counts.matching).format(count=counts.matching),
        ngettext("{count} will go", "{count} will go", counts.going).format(count=counts.going),
    ]
    left = counts.matching - counts.going
    if left:
        reasons = ", ".join(f"{reason_name(code)} {counts.reasons[code]}" for code in REASONS if code in counts.reasons)
        said = ngettext("{count} will not: {reasons}", "{count} will not: {reasons}", left)
        parts.append(said.format(count=left, reasons=reasons))
    return " · ".join(filter(None, (*parts, shared_words(shared))))


def send_label(going: int | None) -> str:
    """`Send 42 notices`; without a number while it is not known."""
    if not going:
        return _("Send")
    return ngettext("Send {count} notice", "Send {count} notices", going).format(count=going)


def recall_words(seconds: int) -> str:
    """Until when it can be taken back."""
    if not seconds:
        return _("This cannot be taken back.")
    return _("It starts after {count} s; until then it can be taken back.").format(count=seconds)


def confirm_words(counts: SendCounts, values: Mapping[str, Any], recall_seconds: int = 0, asks: str = "") -> list[str]:
    """What the operator agrees to; `asks`: the sentence on the second operator who has to approve it."""
    said = ngettext("{count} notice will be sent by e-mail.", "{count} notices will be sent by e-mail.", counts.going)
    sentences = [f"{said.format(count=counts.going)} {recall_words(recall_seconds)}"]
    if left := counts.matching - counts.going:
        said = ngettext("{count} will not be sent.", "{count} will not be sent.", left)
        sentences.append(said.format(count=left))
    if asks:
        sentences.append(asks)
    if values["cc"]:
        sentences.append(_("A copy of each message goes to {addresses}.").format(addresses=values["cc"]))
    return sentences


def count_chosen(chosen: NoticeFilter) -> tuple[SendCounts, int]:
    """The counts, and how many addresses belong to several customers unseen; called in a thread."""
    return count_sending(chosen), len(shared_addresses(chosen))


def queueing(
    session: SessionApp, chosen: NoticeFilter, agreed: Collection[int], values: Mapping[str, Any]
) -> Callable[[Job[Enqueued]], Enqueued]:
    """The work that queues exactly what was agreed to and begins to send it, whoever looks."""
    actor, config = session.actor, session.config
    subject, body, cc = values["subject"], values["body"], split_addresses(values["cc"])

    def queue(job: Job[Enqueued]) -> Enqueued:
        queued = enqueue(
            chosen,
            actor,
            config,
            subject=subject,
            body=body,
            cc=cc,
            notice_ids=agreed,
            progress=job.progress,
            stop=job.stop,
        )
        if queued.batch:
            session.call_later(start_sending, session, queued.batch)
        return queued

    return queue


def queued_words(queued: Enqueued) -> str:
    """How many wait in the outbox now, for who was not looking."""
    if not queued.batch:
        return _("Nothing was sent.")
    said = ngettext("{count} notice is in the outbox.", "{count} notices are in the outbox.", queued.queued)
    return said.format(count=queued.queued)


def shared_words(count: int) -> str:
    """That some addresses belong to several customers; "" for none."""
    if not count:
        return ""
    said = ngettext(
        "{count} address belongs to several customers (F2)",
        "{count} addresses belong to several customers (F2)",
        count,
    )
    return said.format(count=count)
