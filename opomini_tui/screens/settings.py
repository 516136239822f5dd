"""Nastavitve: company, general rules, the three levels, contact codes, interest rates, mail (forms.md §4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Button, Select, TabbedContent

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.documents.stored_texts import LAWSUIT
from opomini_tui.errors import OpominiError
from opomini_tui.models.settings import Company, DunningLevel, NumberSeries
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.contact_types import ContactTypesPane
from opomini_tui.screens.form import form_button
from opomini_tui.screens.interest_rates import InterestRatesPane
from opomini_tui.screens.settings_fields import (
    company_fields,
    company_values,
    contact_options,
    general_fields,
    level_fields,
    level_values,
)
from opomini_tui.screens.settings_mail import mail_fields
from opomini_tui.screens.tabbed import Tab, TabbedForm
from opomini_tui.setup.changes import plain
from opomini_tui.setup.checks import Check, FieldErrors
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.company import COMPANY_FIELDS, LEVEL
from opomini_tui.setup.settings_form import level_field, save_settings
from opomini_tui.text import _, ngettext
from opomini_tui.text.moments import use_zone
from opomini_tui.widgets.fields import Field, FieldProblem, LongTextField, TextField

LEVEL_CHECKS = {level_field(level, field.name): field.check for level in (1, 2, 3) for field in LEVEL}


class SettingsScreen(TabbedForm[None]):
    """Fields are saved together with F9; contact codes and rates are lists of their own, saved at once."""

    KEEPS = True
    CHECKED: ClassVar[Sequence[Checked]] = COMPANY_FIELDS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("settings")]

    def __init__(self, choice: Choice) -> None:
        """The year of the grid is the one whose first number is shown."""
        super().__init__()
        self._company = Company.current()
        self._files = {"logo": plain(self._company.logo), "ca_certificates": self._company.ca_certificates}
        self._levels = DunningLevel.in_order()
        self._year = choice.shown.year
        self._offered: list[str] = []

    def check_of(self, name: str) -> Check | None:
        """Those of levels by the name that they have in the form."""
        return LEVEL_CHECKS.get(name) or super().check_of(name)

    def heading(self) -> str:
        """The action's name."""
        return BY_ID["notices.settings"].label

    def help_text(self) -> str:
        """How it is saved."""
        return _(
            "Alt+1 to Alt+8 show the tabs. F9 saves the fields of all tabs at once; contact codes, interest rates and texts are "
            "saved in their own forms. Prepared and issued notices keep the figures with which they were made."
        )

    def offered_actions(self) -> list[Action]:
        """With the texts."""
        return [*actions_of("settings"), *super().offered_actions()]

    def tabs(self) -> list[Tab]:
        """Podjetje, Splošno, 1. opomin, 2. opomin, 3. opomin, Stiki, Obresti, E-pošta."""
        return [
            ("tab-company", _("Company"), lambda: company_fields(self._company)),
            ("tab-general", _("General"), lambda: general_fields(self._company, self._first_year())),
            *(
                (f"tab-level-{row.level}", _("Notice {level}").format(level=row.level), level_fields(row))
                for row in self._levels
            ),
            ("tab-contacts", _("Contacts"), self._contacts),
            ("tab-interest", _("Interest"), self._rates),
            ("tab-mail", _("E-mail"), lambda: mail_fields(self._company)),
        ]

    def _first_year(self) -> int:
        return self._year or self.session.today().year

    def _contacts(self) -> ComposeResult:
        yield ContactTypesPane()

    def _rates(self) -> ComposeResult:
        yield InterestRatesPane()

    def buttons(self) -> list[Button]:
        """Texts, leave, confirm."""
        texts = BY_ID["settings.texts"]
        return [form_button(texts.label, "texts", texts.key), *super().buttons()]

    def confirmed(self) -> None:
        """Save the fields of all tabs, or none; only what the operator changed."""
        values = self.values()
        if values is None:
            return
        changed = {name: value for name, value in values.items() if value != self.opened_with[name]}
        try:
            levels = {row.level: level_values(changed, row.level) for row in self._levels}
            company, number = company_values(changed), self._wanted_number(values)
            changes = save_settings(company, levels, number, self.session.actor, {**self._files, **self.opened_with})
        except FieldErrors as error:
            self.show_failure(_named_in_form(error))
            return
        except OpominiError as error:
            self.show_failure(error)
            return
        use_zone(values["time_zone"])
        said = ngettext("{count} setting was changed.", "{count} settings were changed.", len(changes))
        self.session.tell(said.format(count=len(changes)) if changes else _("Nothing was changed."))
        self.session.notices_changed()
        self.dismiss(None)

    def asked_field(self, name: str) -> Field[Any] | None:
        """Also the logo and the authority, of which the form only holds the path of another file."""
        if name == "logo":
            return TextField(name, self.field("logo_file").label)
        if name == "ca_certificates":
            return LongTextField(name, self.field("ca_file").label)
        return super().asked_field(name)

    def take_theirs(self, name: str, value: object) -> None:
        """Of logo and authority: no other file is taken."""
        if name not in self._files:
            super().take_theirs(name, value)
            return
        file = {"logo": "logo", "ca_certificates": "ca"}[name]
        for part, nothing in (("file", ""), ("remove", False)):
            super().take_theirs(f"{file}_{part}", nothing)

    def _wanted_number(self, values: dict[str, Any]) -> tuple[int, int] | None:
        """Year and first number when the operator changed it; else somebody else may have."""
        year, number = values["first_number_year"], values["first_number"]
        return None if number == self.opened_with["first_number"] else (year, number)

    @on(Field.Changed)
    def _other_year(self, event: Field.Changed) -> None:
        """Another year shows its own first number."""
        if event.field.name != "first_number_year":
            return
        try:
            year = event.field.read()
        except FieldProblem:
            return
        if isinstance(year, int):
            field: Any = self.field("first_number")
            self.opened_with["first_number"] = NumberSeries.first_of(year)
            field.write(self.opened_with["first_number"])

    @on(TabbedContent.TabActivated, "#form-tabs")
    def _offer_contacts(self) -> None:
        """Contact codes that were added, renamed or deleted meanwhile."""
        offered = [shown for _code, shown in contact_options("")]
        if offered == self._offered:
            return
        first, self._offered = not self._offered, offered
        for row in self._levels if not first else ():
            field: Any = self.field(level_field(row.level, "contact_code"))
            chosen, select = field.read(), cast("Select[str]", field.control)
            select.set_options([(Content(shown), code) for code, shown in contact_options(chosen)])
            field.write(chosen)

    def action_texts(self) -> None:
        """F4: the texts of the level that is shown."""
        from opomini_tui.screens.templates_form import TemplatesScreen

        name = self.query_one("#form-tabs", TabbedContent).active
        level = int(name[-1]) if name.startswith("tab-level-") else 1
        if self.field(level_field(level, "before_lawsuit")).read():
            level = LAWSUIT
        self.session.push_screen(TemplatesScreen(level))

    @on(Button.Pressed, "#button-texts")
    def _texts_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_texts()


def _named_in_form(error: FieldErrors) -> FieldErrors:
    """The error with logo and authority named as their fields in the form."""
    named = {"logo": "logo_file", "ca_certificates": "ca_file"}
    return FieldErrors({named.get(name, name): text for name, text in error.fields.items()})
