"""E-pošiljanje: the notice under the cursor, now. The confirmation shows exactly what will go, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.config import Config
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.mail.delivery_pages import IN_HAND
from opomini_tui.mail.outbox import MessagePreview, OutboxRow, enqueue, outbox_rows, preview_message
from opomini_tui.mail.plan import HeldBack, plan_sending
from opomini_tui.mail.standing import standing
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.models.words import delivery_word
from opomini_tui.screens.base import open_action
from opomini_tui.screens.button_text import rename_button
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.deliveries import delivery_detail
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.sending import Sending, start_sending
from opomini_tui.screens.session import InSession, read
from opomini_tui.screens.work_form import WorkForm
from opomini_tui.text import _, language

BODY_LINES = 6
LOOK_SECONDS = 0.25
REMEDIES = {
    "not_issued": "notices.issue",
    "waiting": "notices.outbox",
    "no_contact": "notices.customers",
    "bad_address": "notices.customers",
    "no_password": "notices.customers",
    "blocked": "notices.customers",
    "paid_meanwhile": "notices.unlock",
    "changed": "notices.unlock",
}
"""Where each obstacle can be removed."""


@dataclass(frozen=True, slots=True)
class Sendable:
    """The notice and its message, or what stands against it."""

    label: str
    customer: str
    message: MessagePreview | None = None
    obstacle: HeldBack | None = None


class SendOneScreen(Guarded, WorkForm[None]):
    """Recipient, subject, attachment, first lines; F9 sends, the key that opened it does not."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("send_one")]

    def __init__(self, choice: Choice) -> None:
        """Only the notice under the cursor counts; ticks are for the batch form."""
        super().__init__()
        if choice.cursor is None:
            raise NothingToDo(_("There is no notice under the cursor."))
        self._choice = choice
        self._notice_id = choice.cursor
        self._sendable: Sendable | None = None

    def heading(self) -> str:
        """The button's name."""
        return BY_ID["notices.send"].label

    def help_text(self) -> str:
        """How it is confirmed."""
        return _("What you see is what goes, to the address shown. F9 sends it at once; Esc leaves it unsent.")

    def body(self) -> ComposeResult:
        """The message as it will go."""
        yield Static(_("Reading …"), id="send-message", markup=False)
        yield Static("", id="send-text", markup=False)

    def buttons(self) -> list[Button]:
        """Leave, the remedy when there is an obstacle, the deed."""
        remedy = form_button("", "remedy", BY_ID["send_one.remedy"].key)
        remedy.display = False
        send = form_button(_("Send"), "confirm", BY_ID["form.confirm"].key, main=True)
        send.disabled = True
        return [form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key), remedy, send]

    def on_mount(self) -> None:
        """Read what would go."""
        self.query_one("#button-cancel").focus()
        self.work_on(NoticeFilter(ids=(self._notice_id,)))
        read(self, "message", partial(read_sendable, self._notice_id, self.session.actor), self._show)

    def _show(self, sendable: Sendable) -> None:
        self._sendable = sendable
        self.query_one("#send-message", Static).update("\n".join(sendable_words(sendable)))
        self.query_one("#send-text").display = sendable.message is not None
        if sendable.message is not None:
            self.query_one("#send-text", Static).update(first_lines(sendable.message.body))
            self.query_one("#button-confirm", Button).disabled = False
            return
        self.query_one("#button-confirm", Button).display = False
        self.query_one(".form").set_classes("form -small")
        remedy = self._remedy()
        if remedy:
            button = self.query_one("#button-remedy", Button)
            rename_button(button, BY_ID[remedy].label, BY_ID["send_one.remedy"].key)
            button.display = True
            button.focus()

    def _remedy(self) -> str:
        """The action that removes the obstacle; "" when there is none or nothing can be done."""
        obstacle = self._sendable.obstacle if self._sendable else None
        return REMEDIES.get(obstacle.code, "") if obstacle else ""

    @on(Button.Pressed, "#button-remedy")
    def action_remedy(self) -> None:
        """Close, and open what removes the obstacle."""
        remedy = self._remedy()
        if not remedy:
            return
        session, choice = self.session, self._choice
        self.dismiss(None)
        below = session.screen_stack[-1]
        if isinstance(below, InSession):
            open_action(below, BY_ID[remedy], choice)

    def confirmed(self) -> None:
        """Send, unless the key came from the screen below or nothing can be sent."""
        sendable = self._sendable
        if self.guarded or sendable is None or sendable.message is None:
            return
        session, notice_id = self.session, self._notice_id
        title = f"{self.heading()} {sendable.label}"

        def queued(batch: str) -> None:
            session.notices_changed([notice_id])
            session.push_screen(SendingOneScreen(title, start_sending(session, batch)))

        def failed(error: BaseException) -> None:
            session.notices_changed([notice_id])
            session.show_error(error)

        self.dismiss(None)
        actor, config = session.actor, session.config
        run_verb(session, title, lambda _job: queue_now(notice_id, actor, config), queued, failed)


class SendingOneScreen(FormScreen[None]):
    """While the server takes the message; then what came of it. Leaving does not stop the message."""

    SIZE = "small"

    def __init__(self, title: str, sending: Sending) -> None:
        super().__init__()
        self._title, self._sending = title, sending

    def heading(self) -> str:
        """What is sent."""
        return self._title

    def body(self) -> ComposeResult:
        """That it goes on."""
        yield Static(_("Sending …"), markup=False)

    def buttons(self) -> list[Button]:
        """It can be left."""
        return [form_button(_("In the background"), "cancel", BY_ID["form.cancel"].key)]

    def on_mount(self) -> None:
        """Look whether it is over."""
        self.set_interval(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        rows = outbox_rows(batch=self._sending.batch)
        waits = any(row.state in IN_HAND for row in rows)
        if waits and self._sending.running and standing(self.session.config, self._sending.batch) is None:
            return
        session, sending = self.session, self._sending
        self.dismiss(None)
        session.push_screen(OutcomeScreen(self._title, sent_words(rows, sending.why_ended, session.config)))

    def confirmed(self) -> None:
        """F9 does nothing here."""


def read_sendable(notice_id: int, actor: Actor) -> Sendable:
    """What would go, or what stands against it; called in a thread."""
    notice = Notice.get_by_id(notice_id)
    plan = plan_sending(NoticeFilter(ids=(notice_id,)), actor)
    customer = f"{notice.customer_code} {notice.customer_name}"
    if plan.held_back:
        return Sendable(notice.label, customer, obstacle=plan.held_back[0])
    return Sendable(notice.label, customer, preview_message(notice_id, actor))


def sendable_words(sendable: Sendable) -> list[str]:
    """The message's head line by line, or the obstacle."""
    lines = [_("Notice {label}, customer {customer}").format(label=sendable.label, customer=sendable.customer), ""]
    message = sendable.message
    if message is None:
        why = sendable.obstacle.sentence if sendable.obstacle else ""
        return [*lines, _("It cannot be sent now."), why]
    to = f"{message.to_name} <{message.to}>" if message.to_name else message.to
    lines += [_("To: {address}").format(address=to), f"    {message.why_address}"]
    if message.bcc:
        lines.append(_("Blind copy: {address}").format(address=message.bcc))
    lines.append(_("Subject: {subject}").format(subject=message.subject))
    size = size_words(message.attachment_size)
    said = (
        _("Attachment: {name}, {size}, locked with a password") if message.locked else _("Attachment: {name}, {size}")
    )
    return [*lines, said.format(name=message.attachment_name, size=size), ""]


def size_words(size: int) -> str:
    """`58 kB`, `1,2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    shown = f"{size / 1_000_000:.1f}"
    return f"{shown if language() == 'en' else shown.replace('.', ',')} MB"


def first_lines(body: str) -> str:
    """The beginning of the text."""
    lines = body.splitlines()
    return "\n".join([*lines[:BODY_LINES], *(["…"] if len(lines) > BODY_LINES else [])])


def queue_now(notice_id: int, actor: Actor, config: Config) -> str:
    """Queue the notice so that it leaves at once; its batch. Called in a thread.

    Raises:
        OpominiError: it cannot be sent any more; the sentence says why.
    """
    queued = enqueue(NoticeFilter(ids=(notice_id,)), actor, config, recall_seconds=0)
    if not queued.queued:
        raise OpominiError(queued.held_back[0].sentence if queued.held_back else _("Nothing was sent."))
    return queued.batch


def sent_words(rows: Sequence[OutboxRow], why_ended: str, config: Config) -> list[str]:
    """How it ended (a message for each address), with the server's answer, the next step, and what hinders sending."""
    sentences = []
    for row in rows:
        sentences.append(f"{row.to}: {delivery_word(row.state)}")
        sentences += delivery_detail(row.id).splitlines()[1:]
    hindrance = standing(config, rows[0].batch) if rows else None
    return [*sentences, *filter(None, [hindrance.sentence if hindrance else "", why_ended])]
