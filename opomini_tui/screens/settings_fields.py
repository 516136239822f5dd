"""The fields of Nastavitve: company, general rules, and each level; and the values they hold (forms.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.color import Color, ColorParseError
from textual.widgets import Input, Static

from opomini_tui.errors import OpominiError
from opomini_tui.models.parties import ContactType
from opomini_tui.models.settings import Company, DunningLevel, NumberSeries
from opomini_tui.screens import known_values
from opomini_tui.screens.settings_mail import letter_fields, read_authority
from opomini_tui.screens.tabbed import beside, scrolling
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.company import COMPANY_FIELDS, LEVEL, read_logo
from opomini_tui.setup.settings_form import level_field
from opomini_tui.text import _
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import CheckField, MoneyField, NumberField, SelectField, TextField
from opomini_tui.widgets.path_field import PathField

PICTURES = (".png", ".jpg", ".jpeg", ".svg")


class ColorField(TextField):
    """A colour `#rrggbb`, shown beside it; empty takes the theme's own."""

    def __init__(self, name: str, label: str, value: str) -> None:
        super().__init__(name, label, value, width=10, hint="     ", placeholder="#rrggbb")

    def on_mount(self) -> None:
        """Show the colour."""
        self._paint()

    @on(Input.Changed)
    def _recoloured(self) -> None:
        self._paint()

    def _paint(self) -> None:
        try:
            colour = Color.parse(self.text) if self.text.startswith("#") else None
        except ColorParseError:
            colour = None
        self.query_one(".field--hint", Static).styles.background = colour


def company_fields(company: Company) -> ComposeResult:
    """Tab Podjetje."""
    with scrolling():
        yield TextField("name", _("Name"), company.name)
        yield TextField("street", _("Address"), company.street)
        yield beside(
            TextField("post_code", _("Post code"), company.post_code, width=10),
            TextField("city", _("City"), company.city),
        )
        country = TextField("country", _("Country"), company.country, width=4, max_length=2)
        yield country.offers(listed(known_values.countries))
        yield TextField("tax_id", _("Tax number"), company.tax_id)
        yield TextField("registration_number", _("Registration number"), company.registration_number)
        yield TextField("iban", "IBAN", company.iban)
        yield TextField("bic", "BIC", company.bic, width=14)
        yield TextField("bank", _("Bank"), company.bank)
        yield TextField("email", _("E-mail address"), company.email)
        yield TextField("phone", _("Phone"), company.phone)
        yield TextField("contact_person", _("Contact person"), company.contact_person)
        kept = _("stored, {size} kB").format(size=-(-len(company.logo) // 1000)) if company.logo else ""
        yield PathField("logo_file", _("Logo (PNG, JPEG, SVG)"), endings=PICTURES, placeholder=kept)
        yield CheckField("logo_remove", _("Remove the logo"), disabled=not company.logo)


def general_fields(company: Company, year: int) -> ComposeResult:
    """Tab Splošno; `year`: whose first number is shown."""
    kinds = [("graded", _("graded per item")), ("simple", _("simple"))]
    with scrolling():
        yield SelectField("kind", _("Kind of dunning"), kinds, company.kind)
        yield MoneyField("minimum_item", _("Minimum amount of an item"), company.minimum_item)
        yield MoneyField("minimum_notice", _("Minimum amount of a notice"), company.minimum_notice)
        yield beside(
            NumberField("first_number_year", _("First number for the year"), year, low=1990, high=2999),
            NumberField("first_number", _("is"), NumberSeries.first_of(year), low=1, high=99_999_999),
        )
        yield SelectField("compensation", _("Compensation of 40 EUR"), compensations(), company.compensation)
        yield SelectField("rule_guard", _("Charges that the law limits"), guards(), company.rule_guard)
        yield CheckField("interest_cap", _("Interest up to the principal"), company.interest_cap)
        yield CheckField("address_fallback", _("Fallback address"), company.address_fallback)
        yield Static(
            _(
                "Switched on, a notice whose contact is missing goes to the contact of the 1st notice, else to the customer's own e-mail."
            ),
            markup=False,
            classes="note",
        )
        yield NumberField("row_limit", _("Rows in the grid"), company.row_limit, low=1, high=1_000_000)
        yield from letter_fields(company)


def guards() -> list[tuple[str, str]]:
    """What is done about them."""
    return [("warn", _("warn")), ("apply", _("lower to the limit")), ("off", _("leave as they are"))]


def compensations() -> list[tuple[str, str]]:
    """When the flat compensation is charged to companies."""
    return [("none", _("not charged")), ("per_notice", _("once per notice")), ("per_invoice", _("for each invoice"))]


def contact_options(current: str) -> list[tuple[str, str]]:
    """The contact codes, with nothing as the first; the one in use is always among them."""
    known = {row.code: row.name for row in ContactType.in_order()}
    if current:
        known.setdefault(current, "")
    return [("", _("none")), *((code, f"{code} {name}".strip()) for code, name in known.items())]


def level_fields(row: DunningLevel) -> Callable[[], ComposeResult]:
    """The tab of a level."""

    def content() -> ComposeResult:
        level = row.level

        def named(name: str) -> str:
            return level_field(level, name)

        with scrolling():
            yield CheckField(named("enabled"), _("Used"), row.enabled)
            yield SelectField(
                named("contact_code"),
                _("Contact for notice {level}").format(level=level),
                contact_options(row.contact_code),
                row.contact_code,
            )
            yield NumberField(named("days_late"), _("Days late before dunning"), row.days_late, high=9999)
            since = row.days_since_previous
            yield NumberField(named("days_since_previous"), _("Days since the previous notice"), since, high=9999)
            yield MoneyField(named("cost"), _("Cost of the notice"), row.cost)
            yield NumberField(named("deadline_days"), _("Payment deadline (days)"), row.deadline_days, high=365)
            yield CheckField(named("interest"), _("Charge interest"), row.interest)
            yield ColorField(named("color"), _("Background"), row.color)
            yield CheckField(named("before_lawsuit"), _("Notice before lawsuit"), row.before_lawsuit)

    return content


def company_values(values: Mapping[str, Any]) -> dict[str, object]:
    """Fields of COMPANY_FIELDS that were changed; logo and authority only when another was chosen or it goes.

    Raises:
        FieldErrors: field `logo_file` or `ca_file`, the file cannot be read.
    """
    names = [field.name for field in COMPANY_FIELDS]
    found: dict[str, object] = {name: values[name] for name in names if name in values}
    if values.get("logo_file"):
        found["logo"] = _logo(values["logo_file"])
    elif values.get("logo_remove"):
        found["logo"] = None
    if values.get("ca_file"):
        found["ca_certificates"] = read_authority(values["ca_file"])
    elif values.get("ca_remove"):
        found["ca_certificates"] = ""
    return found


def _logo(path: str) -> bytes:
    try:
        return read_logo(Path(path))
    except OpominiError as error:
        raise FieldErrors({"logo_file": str(error)}) from error


def level_values(values: Mapping[str, Any], level: int) -> dict[str, object]:
    """Fields of LEVEL that were changed."""
    names = {field.name: level_field(level, field.name) for field in LEVEL}
    return {name: values[named] for name, named in names.items() if named in values}
