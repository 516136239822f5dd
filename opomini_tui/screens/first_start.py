"""The first start: a short dialog that makes the administrator of an empty database."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.models.actor import Actor
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.setup.sign_in import create_administrator, current_system_login
from opomini_tui.text import _, language
from opomini_tui.widgets.fields import CheckField, SelectField, TextField


class FirstStartScreen(FormScreen[Actor]):
    """Ends with the administrator, or with None when the program is to be left."""

    SIZE = "medium"

    def heading(self) -> str:
        """The title."""
        return _("First start")

    def body(self) -> ComposeResult:
        """Name, sign-in, language."""
        yield Static(
            _(
                "The database is empty. Who will administer it? Other operators, the company and the mail server are "
                "entered afterwards."
            ),
            classes="ask--sentence",
            markup=False,
        )
        yield TextField("name", _("Name"), width=30)
        yield SelectField("language", _("Language"), [("sl", "slovenščina"), ("en", "English")], language())
        yield CheckField("by_login", self._login_label(), True)
        yield Static("", markup=False)
        yield Static(
            _("A user name with a password is needed only where the system login does not sign you in."),
            classes="ask--sentence",
            markup=False,
        )
        yield TextField("user_name", _("User name"), width=30)
        yield TextField("password", _("Password"), password=True, width=30)
        yield TextField("verification", _("Password again"), password=True, width=30)

    def _login_label(self) -> str:
        return _("Login {login} signs in").format(login=current_system_login())

    def cancel_label(self) -> str:
        """Leaving here leaves the program."""
        return _("Close")

    def confirmed(self) -> None:
        """Check and make the administrator."""
        values = self.values()
        if values is None:
            return
        if values["password"] != values["verification"]:
            self.show_problems({"verification": _("The two passwords differ; type the same one twice.")})
            return
        login = current_system_login() if values["by_login"] else ""
        config = self.session.config

        def work(job: Job[Actor]) -> Actor:
            return create_administrator(
                values["name"], values["user_name"], values["password"], login, config, values["language"]
            )

        run_verb(self.session, _("Setting the database up"), work, self.dismiss, self.show_failure)
