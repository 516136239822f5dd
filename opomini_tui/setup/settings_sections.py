"""The sections of a settings file, each checked and saved by the functions that the forms use too."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.models.parties import Operator
from opomini_tui.setup import company
from opomini_tui.setup.changes import Change
from opomini_tui.setup.checks import Field, FieldErrors
from opomini_tui.setup.operators import OPERATOR, account_warnings, change_operator, check_administrators
from opomini_tui.text import _

PASSWORD_KEYS = {
    "password_env": "mail_password",
    "sign_in_password_env": "new_password",
    "oauth.secret_env": "oauth_secret",
}
"""Keys of an operator that name where a password comes from, and what `change_operator` calls it; a dot stands for a
table within."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One wrong line of the file: the setting's path, the value there, and what is expected."""

    path: str
    value: str
    expected: str

    def sentence(self) -> str:
        """The problem as one line."""
        return f"{self.path} = {self.value}: {self.expected}" if self.value else f"{self.path}: {self.expected}"


class BadSettings(OpominiError):
    """The settings file is refused; `problems` names every wrong line, and nothing was changed."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        super().__init__(_("The settings file was refused and nothing was changed."))
        self.problems = tuple(problems)


class SettingsRun:
    """One application of a file: gathers changes, notes and problems while it goes through the sections."""

    def __init__(self, config: Config, folder: Path, passwords: Mapping[str, str]) -> None:
        self.config, self.folder, self.passwords = config, folder, passwords
        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.problems: list[SettingProblem] = []

    def apply(self, content: Mapping[str, Any]) -> None:
        """All sections, then what must hold between them."""
        tables: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "company": self._company,
            "dunning": self._dunning,
            "mail": lambda table: self._save("mail", table, company.MAIL, company.change_company),
            "letter": lambda table: self._save("letter", table, company.LETTER, company.change_company),
            "levels": self._levels,
        }
        lists: dict[str, Callable[[str, Mapping[str, Any]], None]] = {
            "contact_types": self._contact_type,
            "templates": self._template,
            "interest_rates": self._rate,
            "operators": self._operator,
        }
        for name, section in content.items():
            if name in tables and isinstance(section, dict):
                tables[name](section)
            elif name in lists and isinstance(section, list) and all(isinstance(entry, dict) for entry in section):
                for number, entry in enumerate(section, 1):
                    lists[name](f"{name}[{number}]", entry)
            elif name in tables or name in lists:
                form = f"[{name}]" if name in tables else f"[[{name}]]"
                self._problem(name, section, _("A section {form} is expected.").format(form=form))
            else:
                self._problem(name, "", _("There is no such section."))
        if not self.problems:
            self._check("", {}, _whole_checks)

    def _problem(self, path: str, value: object, expected: str) -> None:
        """Note a wrong line; what might be a password is not repeated."""
        secret = "password" in path or "secret" in path
        shown = "" if value == "" or secret else repr(value) if isinstance(value, str) else str(value)
        self.problems.append(SettingProblem(path, shown[:80], expected))

    def _named(self, path: str, table: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, object]:
        """Values by field name; keys of inner tables are joined by a dot; unknown keys become problems."""
        names = {field.key: field.name for field in fields}
        values: dict[str, object] = {}
        for key, value in flat(table).items():
            if key in names:
                values[names[key]] = value
            elif "password" in key or "secret" in key:
                sentence = _("Passwords never stand in this file: name a variable with password_env instead.")
                self._problem(f"{path}.{key}", value, sentence)
            else:
                self._problem(f"{path}.{key}", value, _("There is no such setting."))
        return values

    def _check(
        self, path: str, keys: Mapping[str, str], change: Callable[[], list[Change]], values: Any = None
    ) -> None:
        """Run a change; its field errors become problems under the file's own keys."""
        try:
            self.changes += change()
        except FieldErrors as error:
            for name, sentence in error.fields.items():
                key = keys.get(name, name)
                self._problem(f"{path}.{key}" if path else key, (values or {}).get(name, ""), sentence)

    def _save(
        self,
        path: str,
        table: Mapping[str, Any],
        fields: Sequence[Field],
        change: Callable[[dict[str, object]], list[Change]],
    ) -> None:
        """One table: its keys become fields, which are checked and saved."""
        values = self._named(path, table, fields)
        self._check(path, {field.name: field.key for field in fields}, lambda: change(values), values)

    def _company(self, table: Mapping[str, Any]) -> None:
        """[company]; the logo as base64 (`logo`) or as a file (`logo_file`, seen from the settings file)."""
        table = dict(table)
        named = table.pop("logo_file", None)
        try:
            if isinstance(named, str):
                table["logo"] = company.read_logo(self.folder / Path(named).expanduser())
            elif isinstance(table.get("logo"), str):
                table["logo"] = b64decode(table["logo"], validate=True)
        except OpominiError as error:
            self._problem("company.logo_file", named, str(error))
        except ValueError:
            self._problem("company.logo", "", _("The picture must be written in base64."))
            table.pop("logo")
        self._save("company", table, company.COMPANY, company.change_company)

    def _dunning(self, table: Mapping[str, Any]) -> None:
        """[dunning] with the first numbers of years."""
        numbers = table.get("first_number", {})
        rest = {key: value for key, value in table.items() if key != "first_number"}
        self._save("dunning", rest, company.DUNNING, company.change_company)
        if not isinstance(numbers, dict):
            self._problem(
                "dunning.first_number",
                numbers,
                _("Years with numbers are expected: {form}.").format(form="{ 2012 = 100 }"),
            )
            return
        for year, number in numbers.items():
            path = f"dunning.first_number.{year}"
            self._check(
                "",
                {"year": path, "first_number": path},
                partial(company.change_first_number, year, number),
                {"year": year, "first_number": number},
            )

    def _levels(self, table: Mapping[str, Any]) -> None:
        """[levels.1] to [levels.3]."""
        for level, entry in table.items():
            if level in ("1", "2", "3") and isinstance(entry, dict):
                self._save(
                    f"levels.{level}",
                    entry,
                    company.LEVEL,
                    partial(company.change_level, int(level)),
                )
            else:
                self._problem(f"levels.{level}", entry, _("Only levels.1, levels.2 and levels.3 are known."))

    def _contact_type(self, path: str, entry: Mapping[str, Any]) -> None:
        """[[contact_types]]."""
        self._save(path, entry, company.CONTACT_TYPE, company.change_contact_type)

    def _template(self, path: str, entry: Mapping[str, Any]) -> None:
        """[[templates]]."""
        self._save(path, entry, company.TEMPLATE, company.change_template)

    def _rate(self, path: str, entry: Mapping[str, Any]) -> None:
        """[[interest_rates]]."""
        self._save(path, entry, company.RATE, company.change_rate)

    def _operator(self, path: str, entry: Mapping[str, Any]) -> None:
        """[[operators]]: one that is there is changed, another is added."""
        code = str(entry.get("id", "")).strip()
        path = f"operators.{code}" if code else path
        entry = flat(entry)
        rest = {key: value for key, value in entry.items() if key not in PASSWORD_KEYS}
        known = code if Operator.get_or_none(Operator.code == code) else None
        secrets: dict[str, Any] = {
            argument: self._password(path, key, entry.get(key)) for key, argument in PASSWORD_KEYS.items()
        }
        self._save(path, rest, OPERATOR, lambda values: change_operator(known, values, self.config, **secrets))
        record = Operator.get_or_none(Operator.code == code)
        self.notes += [f"{path}: {sentence}" for sentence in account_warnings(record)] if record else []

    def _password(self, path: str, key: str, name: object) -> str:
        """The password behind a variable's name; "" (nothing changes) with a note when it is not set."""
        if name is None:
            return ""
        if not isinstance(name, str):
            self._problem(f"{path}.{key}", "", _("The name of an environment variable is expected."))
            return ""
        password = self.passwords.get(name, "")
        if not password:
            sentence = _("{path}: {name} is not set, so the password stays as it is.")
            self.notes.append(
                sentence.format(path=f"{path}.{key}", name=name if name[:1] != "-" else _("standard input"))
            )
        return password


def _whole_checks() -> list[Change]:
    """What must hold between levels and between operators."""
    company.check_levels()
    check_administrators()
    return []


def flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with the keys of inner tables joined by a dot."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": content for inner, content in value.items()})
        else:
            flat[key] = value
    return flat
