"""Operater: who he is, how he signs in, his mail account, printer and certificates (forms.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.errors import OpominiError
from opomini_tui.keys import encrypt
from opomini_tui.mail.account_steps import unsaved
from opomini_tui.models.actor import ROLES, role_name
from opomini_tui.models.parties import Operator
from opomini_tui.screens.account import AccountScreen
from opomini_tui.screens.account_trial import AccountTestScreen
from opomini_tui.screens.ask import Entry, ListScreen
from opomini_tui.screens.certificates import CertificatesScreen
from opomini_tui.screens.form import form_button
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.operator_mail import arrange, mail_fields, show_connection
from opomini_tui.screens.printer_fields import PRINTING, printer_field
from opomini_tui.screens.quick_print import QuickPrintScreen
from opomini_tui.screens.record_form import RecordForm
from opomini_tui.screens.tabbed import beside
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.checks import check_fields
from opomini_tui.setup.operators import COPIED, OPERATOR, operator_of, save_operator
from opomini_tui.text import _
from opomini_tui.widgets.fields import CheckField, Field, SelectField, TextField

SECRETS = ("old_password", "new_password", "verification", "mail_password", "oauth_secret")
"""Fields of the form that are no fields of an operator, or are stored encrypted."""
TOOLS = ("operator.quick_print", "operator.certificates", "operator.copy")


class OperatorForm(RecordForm[str]):
    """Ends with the ID of the operator that was saved."""

    SIZE = "large"
    LOCKED: ClassVar[frozenset[str]] = frozenset()
    """Fields that only show."""
    CHECKED: ClassVar[Sequence[Checked]] = OPERATOR
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("operator")]

    def __init__(self, record: int | None) -> None:
        """`record`: id of the operator; None for a new one."""
        super().__init__(classes="whole-body")
        self._operator = Operator.get_by_id(record) if record is not None else Operator(code="", name="")
        self._code: str | None = self._operator.code if record is not None else None
        self._printing: dict[str, Any] = {name: getattr(self._operator, name) for name in PRINTING}

    def heading(self) -> str:
        """The form's name and whose it is."""
        title = _("Operator")
        return f"{title} – {self._operator.code} {self._operator.name}" if self._code else f"{title} – {_('new')}"

    def help_text(self) -> str:
        """What is not plain from the labels."""
        return _(
            "Stored passwords are never shown: an empty field leaves them as they are. With direct sending off, messages are "
            "written as files for a mail client. Without encryption only a server on this machine may be used, unless that is "
            "allowed on purpose. "
            "Try it tests what stands in the form, saved or not."
        )

    def offered_actions(self) -> list[Action]:
        """The keys of the buttons."""
        return [*actions_of("operator"), *super().offered_actions()]

    def body(self) -> ComposeResult:
        """The fields, which scroll, and the buttons that open more."""
        with VerticalScroll(can_focus=False, classes="tab--fields"):
            yield from self._identity()
            yield Static(_("Mail server information"), markup=False, classes="group")
            yield from mail_fields(self._operator)
        with Horizontal(id="operator-tools"):
            for action in map(BY_ID.__getitem__, TOOLS):
                yield form_button(action.label, action.verb.replace("_", "-"), action.key)

    def _identity(self) -> ComposeResult:
        """Who he is and how he signs in."""
        row = self._operator
        code = TextField("code", "ID", row.code, max_length=20, width=10, disabled=self._code is not None)
        yield beside(code, CheckField("active", _("Active"), row.active))
        yield TextField("name", _("Name"), row.name)
        yield SelectField("role", _("Level of rights"), [(role, role_name(role)) for role in ROLES], row.role)
        languages = [("sl", "slovenščina"), ("en", "English")]
        yield SelectField("language", _("Language"), languages, row.language)
        yield from self._own_line()
        yield TextField("system_login", _("Windows login"), row.system_login or "", placeholder=_("login name"))
        yield TextField("user_name", _("User name"), row.user_name or "")
        yield from self._old_password()
        set_already = _("stored") if row.password_hash else ""
        yield TextField("new_password", _("New password"), password=True, placeholder=set_already)
        yield TextField("verification", _("Password again"), password=True)
        yield TextField("email", _("E-mail address"), row.email)

    def _own_line(self) -> ComposeResult:
        """What only the operator himself knows of his line."""
        yield from ()

    def _old_password(self) -> ComposeResult:
        """An administrator sets a new password without the old one."""
        yield from ()

    def buttons(self) -> list[Button]:
        """Try, leave, confirm."""
        test = BY_ID["operator.test"]
        return [form_button(test.label, "test", test.key), *super().buttons()]

    def on_mount(self) -> None:
        """Begin with the first field that can be changed."""
        for field in self.fields():
            field.disabled = field.disabled or str(field.name) in self.LOCKED
        inputs = [field for field in self.fields() if not field.disabled and not isinstance(field, CheckField)]
        inputs[0].focus_control()
        arrange(self)
        show_connection(self, self._operator)

    def changed_labels(self) -> list[str]:
        """With what was chosen for quick printing."""
        printing = {name: getattr(self._operator, name) for name in PRINTING}
        changed = [BY_ID["operator.quick_print"].label] if printing != self._printing else []
        return [*super().changed_labels(), *changed]

    def confirmed(self) -> None:
        """Save everything at once; what is wrong is said at the fields."""
        values = self.values()
        if values is None:
            return
        secrets = {name: values.pop(name) for name in SECRETS if name in values}

        def closed(_nothing: None) -> None:
            self.dismiss(values["code"])
            self.saved(values)
            self.session.tell(_("Operator {name} is saved.").format(name=values["name"]))

        fields = {**values, **self._printing}
        run_verb(self.session, self.heading(), lambda _job: self.save(fields, secrets), closed, self.show_failure)

    def saved(self, values: dict[str, Any]) -> None:
        """What counts for one's own session is so at once."""
        if self._code == self.session.actor.code:
            self.session.speak(values["language"])

    def save(self, values: dict[str, Any], secrets: dict[str, str]) -> None:
        """Fields of an operator, and passwords by their names in SECRETS."""
        save_operator(self._code, values, self.session.actor, self.session.config, seen=self.seen(), **secrets)

    def seen(self) -> dict[str, object]:
        """What the form showed of the operator before anything was changed; nothing of a new one."""
        printing = {name: getattr(self._operator, name) for name in PRINTING}
        return {**printing, **self.opened_with} if self._code is not None else {}

    def asked_field(self, name: str) -> Field[Any] | None:
        """Also those of quick printing, which stand in a form of their own."""
        return printer_field(name, self._printing[name]) if name in PRINTING else super().asked_field(name)

    def take_theirs(self, name: str, value: object) -> None:
        """Of quick printing too."""
        if name in PRINTING:
            self._printing = {**self._printing, name: value}
        else:
            super().take_theirs(name, value)

    def action_quick_print(self) -> None:
        """Hitro tiskanje..."""

        def closed(values: dict[str, Any] | None) -> None:
            if values is not None:
                self._printing = values

        self.session.push_screen(QuickPrintScreen(self._printing), closed)

    def action_certificates(self) -> None:
        """Digitalni podpisi..."""
        if self._code is None:
            self.session.tell(_("Confirm the new operator first; then certificates can be added."), problem=True)
        else:
            self.session.push_screen(CertificatesScreen(self._code, self._operator.name))

    def action_copy(self) -> None:
        """Kopiraj...: the settings of another operator into the fields; they are saved with the form."""
        others = [row for row in Operator.in_order() if row.code != (self._code or "")]
        entries = [Entry(row.code, f"{row.code} {row.name}", help=row.smtp_host) for row in others]
        if not entries:
            self.session.tell(_("There is no other operator to copy from."), problem=True)
            return
        title = _("Copy the settings of which operator?")
        self.session.push_screen(ListScreen(title, entries), lambda code: self._copy(code) if code else None)

    def _copy(self, code: str) -> None:
        source = operator_of(code)
        for name in COPIED:
            if name in PRINTING:
                self._printing[name] = getattr(source, name)
            else:
                field: Any = self.field(name)
                field.write(getattr(source, name))
        self.session.tell(_("The settings of {code} are in the fields; confirm to save them.").format(code=code))

    def action_test(self) -> None:
        """Preizkusi: with what stands in the form, step by step."""
        trial = self._trial()
        if trial is None:
            return
        problems = {}
        if not trial.email:
            problems["email"] = _("The test message goes to this address; type it.")
        if trial.direct and not trial.smtp_host:
            problems["smtp_host"] = _("Type the server's name.")
        if problems:
            self.show_problems(problems)
            return
        self.session.push_screen(AccountTestScreen(trial, self.session.config))

    def action_connect(self) -> None:
        """Poveži račun...: sign in to the provider of the account."""
        trial = self._trial()
        if trial is None:
            return
        if trial.authentication != "xoauth2":
            sentence = _("Choose signing in by XOAUTH2 first; an account with a password needs no connecting.")
            self.show_problems({"authentication": sentence})
            return
        self.session.push_screen(AccountScreen(trial), self._account_closed)

    def _account_closed(self, connected: bool | None) -> None:
        """The record has tokens now, which a test needs."""
        if connected and self._code is not None:
            self._operator = operator_of(self._code)
            show_connection(self, self._operator)

    def _trial(self) -> Operator | None:
        """The operator as the form has him, not to be saved; None when something is wrong, which is shown."""
        values = self.values()
        if values is None:
            return None
        config = self.session.config
        try:
            fields = [field for field in OPERATOR if field.name in values]
            trial = unsaved(self._operator, check_fields({f.name: values[f.name] for f in fields}, fields))
            for name, secret in (("secret", values["mail_password"]), ("oauth_secret", values["oauth_secret"])):
                if secret:
                    setattr(trial, name, encrypt(config, secret))
        except OpominiError as error:
            self.show_failure(error)
            return None
        return trial

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        """What belongs to another way of signing in is not in the way."""
        if event.field.name in ("authentication", "plain_allowed"):
            arrange(self)

    @on(Button.Pressed)
    def _tool_pressed(self, event: Button.Pressed) -> None:
        name = str(event.button.id).removeprefix("button-").replace("-", "_")
        if f"operator.{name}" in BY_ID:
            event.stop()
            getattr(self, f"action_{name}")()
