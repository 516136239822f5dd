"""Poveži račun: sign in to Microsoft 365 or Google once, in any browser, so that mail can go without a password."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Button, Static, TextArea

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.mail.oauth import (
    Connected,
    DeviceCode,
    PasteRequest,
    begin_device,
    begin_paste,
    finish_device,
    finish_paste,
)
from opomini_tui.models.database import now_ms
from opomini_tui.models.parties import Operator
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.job import Job, run_verb, start_job
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.text import _
from opomini_tui.widgets.fields import TextField

LOOK_SECONDS = 0.5
NO_CODE = ("google",)
"""Providers that give the right to mail only by pasting an address."""


class AccountScreen(FormScreen[bool]):
    """True when the account was connected. A code is shown and waited for; F2 takes the way of pasting instead."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("account")]

    def __init__(self, operator: Operator) -> None:
        """`operator` as the form has it: the connection is refused unless it is saved like this."""
        super().__init__()
        self._operator = operator
        self._code: DeviceCode | None = None
        self._request: PasteRequest | None = None
        self._waiting: Job[Connected] | None = None

    def heading(self) -> str:
        """Whose account."""
        return _("Connect account – {account}").format(account=self._operator.account)

    def help_text(self) -> str:
        """The two ways."""
        return _(
            "The browser may run on any machine. With the code you type a few letters on the provider's page. By pasting you "
            "sign in first and then copy the address of the page that cannot be shown back into the field."
        )

    def offered_actions(self) -> list[Action]:
        """With those of its own."""
        return actions_of("account", "form", "everywhere")

    def body(self) -> ComposeResult:
        """The way with the code, and the way of pasting."""
        with Vertical(id="account-code"):
            yield Static(_("Asking for a code …"), id="account-words", markup=False)
            yield Static("", id="account-letters", markup=False)
            yield Static("", id="account-wait", markup=False)
        with Vertical(id="account-paste"):
            yield Static("", id="account-message", markup=False)
            yield TextArea("", read_only=True, compact=True, show_cursor=False, soft_wrap=True, id="account-url")
            yield TextField("pasted", _("Pasted address"))

    def buttons(self) -> list[Button]:
        """Leave, the other way, confirm."""
        copy, paste = BY_ID["account.copy"], BY_ID["account.paste"]
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(copy.label, "copy", copy.key),
            form_button(paste.label, "paste", paste.key),
            form_button(self.confirm_label(), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def on_mount(self) -> None:
        """Ask for the code, unless the provider knows none."""
        for name in ("paste", "letters"):
            self.query_one(f"#account-{name}").display = False
        self.query_one("#button-confirm").display = False
        self.query_one("#button-cancel").focus()
        self.set_interval(LOOK_SECONDS, self._show_wait)
        if self._operator.oauth_provider in NO_CODE:
            self.action_paste()
            return
        operator, config = self._operator, self.session.config
        start_job(
            self.session,
            self.heading(),
            lambda _job: begin_device(operator, config),
            self._begun,
            self._refused,
            network=True,
        )

    def _refused(self, error: BaseException) -> None:
        """No code, or declined: said in the form; pasting may still do."""
        if self.is_attached:
            self.query_one("#account-words", Static).update(str(self.session.explained(error)))
            for name in ("letters", "wait"):
                self.query_one(f"#account-{name}", Static).display = False
            self._code = None

    def _begun(self, code: DeviceCode) -> None:
        """Show the code in large, and wait for the person."""
        if not self.is_attached or self._request is not None:
            return
        self._code = code
        words = _("Open this page in a browser on any machine, sign in as {account} and type the code:")
        self.query_one("#account-words", Static).update(
            f"{words.format(account=self._operator.account)}\n\n{code.verification_uri}"
        )
        letters = self.query_one("#account-letters", Static)
        letters.display = True
        letters.update("  ".join(code.user_code))
        self._show_wait()
        operator, config, actor = self._operator, self.session.config, self.session.actor
        self._waiting = start_job(
            self.session,
            self.heading(),
            lambda job: finish_device(operator, config, code, actor, job.stop),
            self._connected,
            self._refused,
            network=True,
        )

    def _show_wait(self) -> None:
        if self._code is not None:
            seconds = max(0, (self._code.expires_at - now_ms()) // 1000)
            said = _("Waiting until you have signed in … The code is good for {left} more.")
            self.query_one("#account-wait", Static).update(said.format(left=f"{seconds // 60}:{seconds % 60:02d}"))

    def _connected(self, connected: Connected) -> None:
        session = self.session
        if not self.is_attached:
            return
        session.notices_changed()
        sentence = _("The account is connected: {who} signed in.").format(who=connected.signed_in_as)
        self.dismiss(True)
        session.push_screen(OutcomeScreen(self.heading(), [sentence, *filter(None, [connected.warning])]))

    @on(Button.Pressed, "#button-paste")
    def action_paste(self) -> None:
        """The other way: a page, whose address is pasted back."""
        if self._request is None:
            operator, session = self._operator, self.session
            run_verb(
                session,
                self.heading(),
                lambda _job: begin_paste(operator, session.config),
                self._paste_begun,
                self._refused,
                network=True,
            )

    def _paste_begun(self, request: PasteRequest) -> None:
        if not self.is_attached:
            return
        self._request, self._code = request, None
        self._stop_waiting()
        for name, shown in (("account-code", False), ("button-paste", False), ("account-paste", True)):
            self.query_one(f"#{name}").display = shown
        self.query_one("#button-confirm").display = True
        self.query_one("#account-message", Static).update(request.message)
        self.query_one("#account-url", TextArea).text = request.url
        self.field("pasted").focus_control()

    @on(Button.Pressed, "#button-copy")
    def action_copy(self) -> None:
        """The page's address to the clipboard."""
        url = self._request.url if self._request else self._code.verification_uri if self._code else ""
        if url:
            self.session.copy_to_clipboard(url)
            self.session.tell(_("Copied."))

    def confirmed(self) -> None:
        """Redeem what was pasted."""
        values = self.values()
        if values is None or self._request is None:
            return
        operator, request, session = self._operator, self._request, self.session
        run_verb(
            session,
            self.heading(),
            lambda _job: finish_paste(operator, session.config, request, values["pasted"], session.actor),
            self._connected,
            self.show_failure,
            network=True,
        )

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop.set()
            self.session.jobs.discard(self._waiting.stop)
            self._waiting = None
