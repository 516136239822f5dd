"""Sign-in: user name (or the operator's ID) and password."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from opomini_tui.models.actor import Actor
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.setup.sign_in import actor_by_login, current_system_login, note_sign_in, sign_in
from opomini_tui.text import _
from opomini_tui.widgets.fields import TextField


class SignInScreen(FormScreen[Actor]):
    """Ends with the operator who signed in, or with None when the program is to be left."""

    SIZE = "small"

    def __init__(self, user_name: str = "", reason: str = "") -> None:
        """`reason`: why the operator is asked."""
        super().__init__()
        self._user_name, self._reason = user_name, reason
        self._by_login = actor_by_login(current_system_login())

    def heading(self) -> str:
        """The title."""
        return _("Sign in")

    def body(self) -> ComposeResult:
        """User name and password."""
        if self._reason:
            yield Static(self._reason, classes="ask--sentence", markup=False)
        if self._by_login is not None:
            sentence = _("With an empty user name you sign in as {name}, by your system login.")
            yield Static(sentence.format(name=self._by_login.name), classes="ask--sentence", markup=False)
        yield TextField("user_name", _("User name or ID"), self._user_name)
        yield TextField("password", _("Password"), password=True)

    def confirm_label(self) -> str:
        """The main button."""
        return _("Sign in")

    def cancel_label(self) -> str:
        """Leaving here leaves the program."""
        return _("Close")

    def on_mount(self) -> None:
        """Begin where something is missing."""
        self.field("password" if self._user_name else "user_name").focus_control()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter without a user name is enough for whom the system login knows."""
        user_name = self.field("user_name")
        assert isinstance(user_name, TextField)
        if self._by_login is not None and not user_name.text:
            event.stop()
            event.prevent_default()
            self.confirmed()

    def confirmed(self) -> None:
        """Check name and password, or the system login; a wrong password is emptied."""
        values = self.values()
        if values is None:
            return
        name, password = str(values["user_name"]), str(values["password"])

        def work(job: Job[Actor]) -> Actor:
            by_login = None if name else actor_by_login(current_system_login())
            actor = by_login or sign_in(name, password)
            note_sign_in(actor, "login" if by_login else "password")
            return actor

        run_verb(self.session, _("Signing in"), work, self.dismiss, self._refused)

    def _refused(self, error: BaseException) -> None:
        password = self.field("password")
        assert isinstance(password, TextField)
        password.write("")
        self.show_problems({"password": str(self.session.explained(error))})
