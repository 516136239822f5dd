"""What Podrobno shows of one notice, read from the database as text: each function may run in a worker thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from textual.content import Content

from opomini_tui.actions import BY_ID
from opomini_tui.documents.letter_data import NoticeLetter, notice_letters
from opomini_tui.documents.page_layout import WIDEST, letter_lines
from opomini_tui.documents.shown_letter import shown_letter
from opomini_tui.errors import OpominiError, Refused
from opomini_tui.mail.answers import Step, step_name
from opomini_tui.mail.delivery_story import Attempt, Returned, Story, returned_to, stories_of
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_pages import item_positions, items_of, journal_of, notice_of, voided_letters
from opomini_tui.models.notices import NoticeItem
from opomini_tui.models.words import arrival_word, delivery_word, mail_kind_word
from opomini_tui.screens.journal_words import HASH_SHOWN, details_line, verb_name
from opomini_tui.screens.notice_rows import YES, state_name
from opomini_tui.text import _, language, ngettext, pgettext
from opomini_tui.text.formats import currency_sign, format_date, format_money
from opomini_tui.text.moments import moment as local_moment
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row

LABEL_WIDTH = 14
ENTRIES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Head:
    """The top of Podrobno: title and lines, and the positions of the items with their sum."""

    title: str
    lines: Content
    items: tuple[int, ...]
    sums: Mapping[str, str]


def money(amount: object) -> str:
    """An amount in the language of the interface."""
    return format_money(amount, language())  # type: ignore[arg-type]  # money fields give Decimal


def read_head(notice_id: int) -> Head:
    """Customer, dates, figures of a notice.

    Raises:
        Refused: it was deleted meanwhile.
    """
    notice = notice_of(notice_id)
    customer = notice.customer
    place = ", ".join(filter(None, (customer.street, f"{customer.post_code} {customer.city}".strip())))
    facts = [
        (_("Date"), format_date(notice.date)),
        (_("Level"), str(notice.level)),
        (_("Deadline"), format_date(notice.deadline)),
        (_("Packet"), str(notice.packet_number)),
        ("", state_name(notice.state)),
        *([(_("Lawsuit"), YES)] if notice.before_lawsuit else []),
        *([(_("Defaulter"), YES)] if notice.defaulter else []),
    ]
    figures = [
        (_("Amount"), money(notice.amount)),
        (_("Cost"), money(notice.cost)),
        *([(_("Interest"), money(notice.interest))] if notice.interest else []),
        *([(_("Compensation"), money(notice.compensation))] if notice.compensation else []),
    ]
    lateness = [(_("Days late"), str(notice.days_late)), (_("Avg./day"), money(notice.average_per_day))]
    to_pay = Content.assemble(
        (_("To pay"), "$quiet"), " ", (f"{money(notice.total)} {currency_sign(notice.currency)}", "bold")
    )
    lines = Content("\n").join(
        [
            Content.assemble((notice.customer_code, "$quiet"), "  ", (notice.customer_name, "bold"), f"  {place}"),
            _pairs(facts),
            Content.assemble(_pairs(figures), "  ", to_pay),
            _pairs(lateness),
        ]
    )
    sums = {"open_amount": money(notice.amount), "interest": money(notice.interest)}
    title = _("Notice {label}").format(label=notice.label)
    return Head(title, lines, item_positions(notice_id), sums)


def _pairs(pairs: Sequence[tuple[str, str]]) -> Content:
    return Content("  ").join(
        [Content.assemble((f"{name} " if name else "", "$quiet"), value) for name, value in pairs]
    )


def item_columns() -> list[Column]:
    """The columns of a notice's items."""
    return [
        Column("document", _("Document"), 15, frozen=True, grows=True),
        Column("document_date", _("Date"), 10),
        Column("due_date", _("Due"), 10),
        Column("amount", _("Amount"), 12, "right"),
        Column("open_amount", pgettext("amount", "Open"), 12, "right"),
        Column("days_late", _("Late"), 6, "right"),
        Column("level", _("Level"), 7, "right"),
        Column("interest", _("Interest"), 10, "right"),
        Column("previous", _("Before this notice"), 22),
    ]


def item_rows(notice_id: int, positions: Sequence[int]) -> dict[int, Row]:
    """The notice's items by their positions."""
    return {
        item.position: Row(
            (
                item.document,
                format_date(item.document_date),
                format_date(item.due_date),
                money(item.amount),
                money(item.open_amount),
                str(item.days_late),
                str(item.level or "—"),
                money(item.interest),
                _before(item),
            )
        )
        for item in items_of(notice_id, positions)
    }


def _before(item: NoticeItem) -> str:
    """The level that the item had, which unlock would give back."""
    if not item.previous_level or item.previous_date is None:
        return _("not dunned")
    return _("level {level} on {date}").format(level=item.previous_level, date=format_date(item.previous_date))


def _entry(notice_id: int) -> NoticeLetter:
    found = next(iter(notice_letters([notice_id])), None)
    if found is None:
        raise Refused(_("This notice does not exist any more."))
    return found


def read_texts(notice_id: int) -> Content:
    """The letter's text above and below its table, by level, language and kind of customer."""
    entry = _entry(notice_id)
    letter = entry.letter
    return Content("\n").join(
        [
            _pairs([(_("Language"), letter.language), (_("Reference"), letter.reference)]),
            Content(""),
            Content.styled(letter.full_title, "bold"),
            emphasised(letter.above),
            Content.styled(_("— the items —"), "$quiet"),
            emphasised(letter.below),
        ]
    )


def emphasised(text: str) -> Content:
    """A text of the letter: what stands between `**` is bold, as on paper."""
    pieces = text.split("**")
    if len(pieces) % 2 == 0:  # a lone ** is text like any other
        pieces[-2:] = ["**".join(pieces[-2:])]
    return Content.assemble(*((piece, "bold") if number % 2 else piece for number, piece in enumerate(pieces)))


def read_letter(notice_id: int, width: int = WIDEST) -> Content:
    """The PDF as text: the stored document of an issued notice, else the letter as it would be issued now."""
    letter = shown_letter(notice_id)
    head = _("Issued letter, {size} kB, SHA-256 {digest}…") if letter.sha256 else _("Draft, {size} kB: not issued yet")
    words = head.format(size=-(-len(letter.content) // 1024), digest=letter.sha256[:HASH_SHOWN])
    hints = Content("  ").join(
        [
            Content.assemble((BY_ID[name].key, "$hint-key"), (f" {BY_ID[name].label}", "$quiet"))
            for name in ("detail.differences", "detail.view")
        ]
    )
    warnings = [(f"\n{sentence}", "$text-warning") for sentence in letter.warnings]
    text = "\n".join(letter_lines(letter.content, width))
    return Content.assemble((words, "$quiet"), "   ", hints, *warnings, "\n\n", text, _older_letters(notice_id))


def read_letter_text(notice_id: int, width: int) -> str:
    """The text of the letter alone."""
    return "\n".join(letter_lines(shown_letter(notice_id).content, width))


def _older_letters(notice_id: int) -> Content:
    """Letters that were issued before and taken back."""
    lines = [
        _("Taken back {moment}: {reason} (SHA-256 {digest}…)").format(
            moment=moment(letter.at), reason=letter.reason, digest=letter.sha256[:12]
        )
        for letter in voided_letters(notice_id)
    ]
    return Content("\n\n" + "\n".join(lines)).stylize("$quiet") if lines else Content("")


def read_email(notice_id: int, actor: Actor, subject: str = "", body: str = "", cc: Sequence[str] = ()) -> Content:
    """The message as it would go now, with the texts and the copies of a batch where it has any."""
    from opomini_tui.mail.outbox import preview_message

    try:
        mail = preview_message(notice_id, actor, subject, body, cc)
    except OpominiError as error:
        return Content.styled(str(error), "$text-warning")
    to = f"{mail.to_name} <{mail.to}>" if mail.to else "—"
    pairs = [(_("To"), to), ("", mail.why_address)]
    pairs += [(name, value) for name, value in ((_("CC"), mail.cc), (_("BCC"), mail.bcc)) if value]
    pairs.append((_("Subject"), mail.subject))
    if mail.attachment_size:
        size = -(-mail.attachment_size // 1024)
        locked = ", " + _("locked with a password") if mail.locked else ""
        pairs.append((_("Attachment"), f"{mail.attachment_name} ({size} kB{locked})"))
    else:
        pairs.append((_("Attachment"), _("none: the notice is not issued yet")))
    lines = [Content.assemble((name.ljust(LABEL_WIDTH), "$quiet"), value) for name, value in pairs]
    return Content("\n").join([*lines, Content(""), Content(mail.body)])


def read_deliveries(notice_id: int) -> Content:
    """Every message of the notice, newest first, with its tries and its arrival; then what came back."""
    blocks = [_story(story) for story in stories_of(notice_id)]
    blocks += [_came_back(mail) for mail in returned_to(notice_id)]
    if not blocks:
        return Content.styled(_("Nothing was sent by e-mail yet."), "$quiet")
    return Content("\n\n").join(blocks)


def _story(story: Story) -> Content:
    arrival = " · ".join(filter(None, (arrival_word(story.arrival), moment(story.arrival_at), story.arrival_reason)))
    pairs = [
        (_("To"), story.to_address),
        (_("CC"), story.cc),
        (_("Queued"), moment(story.queued_at)),
        (_("Sent"), moment(story.sent_at)),
        (_("Answer"), story.answer),
        (_("Reason"), story.reason),
        (_("Arrival"), arrival),
        (_("Settled"), story.outcome),
        (_("Message-ID"), story.message_id),
    ]
    undelivered = story.arrival == "undelivered"
    head = arrival_word(story.arrival) if undelivered else delivery_word(story.state)
    lines = [Content.styled(head, "bold $text-error" if undelivered else "bold"), *_labelled(pairs)]
    return Content("\n").join([*lines, *(_attempt_line(attempt) for attempt in story.attempts)])


def _labelled(pairs: Sequence[tuple[str, str]]) -> list[Content]:
    """A line for each value that there is."""
    return [Content.assemble((f"  {name.ljust(LABEL_WIDTH)}", "$quiet"), value) for name, value in pairs if value]


def _attempt_line(attempt: Attempt) -> Content:
    outcome = "" if not attempt.outcome else delivery_word(attempt.outcome)
    parts = [moment(attempt.started_at), step_name(cast(Step, attempt.step)), outcome, attempt.answer]
    number = _("attempt {number}").format(number=attempt.number)
    return Content.assemble((f"  {number}  ", "$quiet"), " · ".join(filter(None, parts)))


def _came_back(mail: Returned) -> Content:
    """A reply, a bounce or a receipt."""
    pairs = [(_("Received"), moment(mail.at)), (_("Sender"), mail.sender), (_("Subject"), mail.subject)]
    head = Content.styled(mail_kind_word(mail.kind).capitalize(), "bold")
    text = [Content(f"  {line}") for line in mail.summary.splitlines()]
    return Content("\n").join([head, *_labelled(pairs), *text])


def read_journal(notice_id: int) -> Content:
    """The journal's entries on the notice and its packet, oldest first."""
    lines = [
        Content.assemble(
            (f"{moment(entry.at)}  {entry.operator_code:<4}", "$quiet"),
            (f"  {verb_name(entry.verb)}  ", "bold"),
            details_line(entry.details),
        )
        for entry in journal_of(notice_of(notice_id), ENTRIES_SHOWN)
    ]
    count = len(lines)
    head = ngettext("{count} entry", "{count} entries", count).format(count=count)
    return Content("\n").join([Content.styled(head, "$quiet"), Content(""), *lines])


def moment(at: int | None) -> str:
    """A moment (UTC milliseconds) on the clock of this machine, to the second."""
    return local_moment(at, seconds=True)
