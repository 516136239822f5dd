"""The mailboxes: bounces, delays, replies and own copies of what was sent; read now, and do something about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.mail.mailbox.mailbox_list import KINDS, MailboxRow, MailboxState, mailbox_rows, mailbox_states
from opomini_tui.mail.mailbox.poll import Polled, poll
from opomini_tui.mail.outbox import Retried, outbox_rows, retry
from opomini_tui.models.parties import Operator
from opomini_tui.models.words import delivery_letter, mail_kind_word
from opomini_tui.progress import NO_COUNTS, Progress
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.listed import Found, Listed, ListedScreen
from opomini_tui.screens.outbox_commands import again_words, open_contacts
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.sending import start_sending
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _, ngettext
from opomini_tui.text.moments import moment
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_table import RecordTable

LOOK_SECONDS = 2.0
SHOWN = 2_000
"""So many messages are read; older ones are found by the notice's details."""
STYLES = {"bounce": "bad", "damaged": "bad", "delay": "warning", "reply": "good"}
MARKS = {"bounce": "undelivered", "reply": "reply", "delay": "deferred"}


class MailboxScreen(ListedScreen):
    """Of all operators who have a mailbox; reading them changes nothing in them."""

    PLACES: ClassVar[tuple[str, ...]] = ("mailbox", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("mailbox")]

    def __init__(self, choice: Choice) -> None:
        """`choice` of the grid does not matter."""
        super().__init__()
        self._choice = choice
        self._kind = ""
        self._rows: dict[int, MailboxRow] = {}
        self._states: Sequence[MailboxState] = ()

    def title_text(self) -> str:
        """The action's name."""
        return BY_ID["notices.mailbox"].label

    def help_text(self) -> str:
        """What is found there."""
        return _(
            "Mail that came back for notices: undelivered ones with the reason, delays, replies of customers, own copies that "
            "prove a message arrived at the server. Nothing in the mailbox is changed or deleted. For an undelivered notice "
            "correct the address of the contact, then send it again."
        )

    def columns(self) -> Sequence[Column]:
        """Date, kind, notice, sender, subject."""
        return (
            Column("date", _("Date"), 16, sortable=False),
            Column("kind", _("Kind"), 13, sortable=False),
            Column("notice", _("Notice"), 9, sortable=False),
            Column("sender", _("Sender"), 16, sortable=False, grows=True),
            Column("subject", _("Subject"), 16, sortable=False, grows=True),
        )

    def content(self) -> ComposeResult:
        """How the mailboxes stand, above the list."""
        yield Static("", id="mailbox-states", markup=False)
        yield from super().content()

    def on_mount(self) -> None:
        """Follow the database; a worker may read the mailboxes too."""
        self.set_interval(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self.is_current:
            read(self, "states", mailbox_states, self._show_states)

    def find(self, wanted: Sequence[str]) -> Found:
        """Messages with all the words, the newest first."""
        self._rows = {row.id: row for row in mailbox_rows(kind=self._kind or None, limit=SHOWN)}
        lines = {number: mailbox_line(row) for number, row in self._rows.items()}
        found = {number: line for number, line in lines.items() if line.holds(wanted)}
        said = ngettext("{count} mail", "{count} mails", len(found)).format(count=len(found))
        summary = f"{said} · {mail_kind_word(self._kind)}" if self._kind else said
        return Found.of(found, more=len(lines) == SHOWN, summary=summary)

    def show(self, found: Found) -> None:
        """With the states of the mailboxes."""
        super().show(found)
        read(self, "states", mailbox_states, self._show_states)

    def _show_states(self, states: Sequence[MailboxState]) -> None:
        """When each was read last, or why it could not be; a newer reading brings the list anew."""
        before, self._states = self._states, states
        lines = [state_line(state) for state in states] or [_("No operator has a mailbox (POP3) yet: E sets yours.")]
        self.query_one("#mailbox-states", Static).update("\n".join(lines))
        if before and before != states:
            self.search()

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """The mailbox was read, or something was sent again."""
        event.stop()
        self.search()

    @on(RecordTable.RowSelected)
    def _chosen(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.action_open_text()

    def _row(self) -> MailboxRow | None:
        cursor = self.table.cursor_id
        return self._rows.get(cursor) if cursor is not None else None

    # Reading

    def action_poll(self) -> None:
        """Read all mailboxes now, with progress; then say what was found."""
        operators = {state.operator_id for state in self._states}
        if not operators:
            self.session.tell(_("No operator has a mailbox (POP3) yet: E sets yours."), problem=True)
            return
        session, config = self.session, self.session.config

        def work(job: Job[dict[str, Polled]]) -> dict[str, Polled]:
            found = {}
            for operator in Operator.in_order():
                if operator.id in operators and not job.stop.is_set():
                    found[operator.code] = poll(operator, config, progress=_of(operator.code, job), stop=job.stop)
            return found

        def sentences(found: dict[str, Polled]) -> list[str]:
            return [f"{code}: {polled_words(polled)}" for code, polled in found.items()]

        def said(found: dict[str, Polled]) -> str:
            return " ".join(sentences(found)) or _("It was stopped; nothing was changed.")

        def done(found: dict[str, Polled]) -> None:
            session.push_screen(OutcomeScreen(title, sentences(found) or [said(found)]))

        title = BY_ID["mailbox.poll"].label
        run_verb(session, title, work, done, can_stop=True, network=True, said=said)

    # What belongs to a mail

    def action_open_text(self) -> None:
        """What the mail says."""
        row = self._row()
        if row is not None:
            title = f"{mail_kind_word(row.kind)} – {row.subject}" if row.subject else mail_kind_word(row.kind)
            head = " · ".join(filter(None, (moment(row.sent_at or row.at), row.sender, _notice_of(row))))
            self.session.push_screen(OutcomeScreen(title, [head, row.summary or _("It holds no text.")]))

    def action_open_notice(self) -> None:
        """The notice that the mail is about."""
        notice = self._notice()
        if notice is not None:
            open_action(self, BY_ID["notices.detail"], Choice(cursor=notice))

    def action_contact(self) -> None:
        """The customer's contacts, so that the address can be corrected."""
        notice = self._notice()
        if notice is not None:
            open_contacts(self.session, notice)

    def action_account(self) -> None:
        """One's own mail account."""
        open_action(self, BY_ID["notices.own_account"], self.choice())

    def _notice(self) -> int | None:
        """The notice that the mail is about; says so when it is about none."""
        row = self._row()
        if row is None or row.notice_id is None:
            self.session.tell(_("This mail belongs to no notice."), problem=True)
            return None
        return row.notice_id

    def action_retry(self) -> None:
        """Send the undelivered notice to the corrected address; while it is the old one, go and correct it."""
        row = self._row()
        sent = outbox_rows(ids=(row.delivery_id,)) if row is not None and row.delivery_id is not None else []
        if not sent or sent[0].arrival != "undelivered" or sent[0].outcome == "undelivered":
            self.session.tell(_("Only an undelivered notice that was not sent again yet is sent again."), problem=True)
            return
        session, title = self.session, BY_ID["mailbox.retry"].label

        def done(retried: Retried) -> None:
            session.notices_changed()
            if retried.queued:
                start_sending(session, sent[0].batch)
                session.tell(_("It is on its way again."))
            else:
                session.push_screen(OutcomeScreen(title, list(retried.left)))

        def agreed(yes: bool | None) -> None:
            if yes:
                run_verb(session, title, lambda _job: retry([sent[0].id], session.actor), done)

        session.push_screen(ConfirmScreen(title, again_words(sent), title), agreed)

    def action_show(self) -> None:
        """Choose a kind."""
        kinds = {"": _("all that belongs to notices"), **{kind: mail_kind_word(kind) for kind in KINDS}}

        def chosen(kind: str) -> None:
            self._kind = kind

        self.narrow(BY_ID["mailbox.show"].label, kinds, self._kind, chosen)

    def action_copy(self) -> None:
        """What the mail says, to the clipboard."""
        row = self._row()
        if row is not None:
            self.session.copy_to_clipboard("\n".join(filter(None, (row.sender, row.subject, row.summary))))
            self.session.tell(_("Copied."))


def _of(operator: str, job: Job[Any]) -> Progress:
    """The progress of the job, with the operator whose mailbox is read."""
    job.progress(0, 0, NO_COUNTS, operator)
    return lambda done, total=0, counts=NO_COUNTS, _note="": job.progress(done, total, counts, operator)


def _notice_of(row: MailboxRow) -> str:
    return f"{row.year}/{row.number}" if row.number is not None else ""


def mailbox_line(row: MailboxRow) -> Listed:
    """One mail: the columns, and below the list its first lines."""
    cells = (moment(row.sent_at or row.at), mail_kind_word(row.kind), _notice_of(row), row.sender, row.subject)
    about = " · ".join(filter(None, (_notice_of(row), row.customer_name, row.sender, row.subject)))
    return Listed(
        cells, f"{about}\n{row.summary}", STYLES.get(row.kind, ""), mark=delivery_letter(MARKS.get(row.kind, ""))
    )


def state_line(state: MailboxState) -> str:
    """`006 Skrbnik: read 24.11.2026 14:05`, or why it could not be."""
    name = f"{state.operator_code} {state.operator_name}"
    if state.failure:
        return f"{name}: {state.failure}"
    if state.polled_at is None:
        return _("{operator}: not read yet; r reads it.").format(operator=name)
    return _("{operator}: read on {when}").format(operator=name, when=moment(state.polled_at))


def polled_words(polled: Polled) -> str:
    """What a look brought, in one sentence."""
    if polled.busy:
        return _("Somebody else is reading this mailbox just now.")
    counted = (
        (polled.bounces, _("undelivered: {count}")),
        (polled.delays, _("delayed: {count}")),
        (polled.replies, _("replies: {count}")),
        (polled.delivered, _("receipts: {count}")),
        (polled.copies, _("own copies: {count}")),
        (polled.proved, _("proved as sent: {count}")),
        (polled.automatic, _("automatic answers: {count}")),
        (polled.damaged, _("unreadable: {count}")),
        (polled.other, _("other mail: {count}")),
    )
    new = ngettext("{count} new mail", "{count} new mails", polled.looked_at).format(count=polled.looked_at)
    parts = [new, *(words.format(count=count) for count, words in counted if count)]
    return " ".join(filter(None, (", ".join(parts) + ".", polled.failure)))
