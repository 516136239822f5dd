"""Settings of the process from the environment and `.env`: where data lives, which database, who acts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from opomini_tui.errors import UsageError
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment says.

    home: the data folder; database_url: `sqlite:///FILE` or `postgresql://…`; the rest as named in
    the README (`OPOMINI_…`). Nothing secret is shown by repr.
    """

    home: Path
    database_url: str
    operator: str
    language: str
    theme: str
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        """The value of `name` from the environment or `.env`; "" when it is not set."""
        return self.values.get(name, "")

    @property
    def database_path(self) -> Path | None:
        """The file of an SQLite database; None for PostgreSQL."""
        scheme, _sep, rest = self.database_url.partition("://")
        return Path(rest[1:]) if scheme == "sqlite" else None

    def __repr__(self) -> str:
        return f"Config(home={self.home})"


def load_config(environ: Mapping[str, str] | None = None, company: str = "") -> Config:
    """Read the configuration: the environment wins over `.env` of the working folder, then of the data folder.

    `company` names one of several companies (option `--company`): a database file of that name in
    the data folder, or the URL in `OPOMINI_DATABASE_URL_<COMPANY>`.

    Raises:
        UsageError: the database URL is of a kind that is not known.
    """
    env = dict(os.environ if environ is None else environ)
    here = _read_env(Path.cwd() / ".env")
    home_text = env.get("OPOMINI_HOME") or here.get("OPOMINI_HOME")
    home = Path(home_text).expanduser() if home_text else user_data_path("opomini")
    there = _read_env(home / ".env")
    values = {**there, **here, **env}
    url = values.get("OPOMINI_DATABASE_URL", "")
    if company:
        if not company.replace("-", "").replace("_", "").isalnum():
            raise UsageError(_("The company name {name} may hold letters, digits, - and _ only.").format(name=company))
        url = (
            values.get(f"OPOMINI_DATABASE_URL_{company.upper().replace('-', '_')}") or f"sqlite:///{home / company}.db"
        )
    return Config(
        home=home,
        database_url=check_url(url or f"sqlite:///{home / 'opomini.db'}"),
        operator=values.get("OPOMINI_OPERATOR", ""),
        language=values.get("OPOMINI_LANGUAGE", ""),
        theme=values.get("OPOMINI_THEME", ""),
        values=values,
    )


def _read_env(path: Path) -> dict[str, str]:
    """The values of a `.env` file; none where there is no such file."""
    if not path.exists():  # most have none, and the reader costs a few milliseconds of each start
        return {}
    from dotenv import dotenv_values

    return {key: value for key, value in dotenv_values(path).items() if value is not None}


def check_url(url: str) -> str:
    """`url` when it names SQLite or PostgreSQL.

    Raises:
        UsageError: any other kind. The URL itself is not shown: it may hold a password.
    """
    scheme = url.partition("://")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise UsageError(
            _("The database URL must begin with sqlite:/// or postgresql://; it begins with {scheme}.").format(
                scheme=scheme[:20]
            )
        )
    return url
