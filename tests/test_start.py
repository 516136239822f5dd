"""What the start of the interface does not import: each of these would be waited for, every morning."""

from __future__ import annotations

import subprocess
import sys

LATER = frozenset(
    "argon2 babel cryptography email_validator flufl fontpkg_lato msal openpyxl PIL playhouse psycopg pyhanko pypdf"
    " pypdfium2 reportlab textual_image".split()
)
"""Loaded by what needs them: letters, spreadsheets, passwords, PostgreSQL, migrations."""
SCREENS_AT_START = 40


def modules_after(code: str) -> list[str]:
    """Every module that a new process has imported after `code`."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ran.stdout.split()


def test_the_interface_starts_without_what_only_its_screens_need() -> None:
    found = modules_after("from opomini_tui import app, cli")
    assert not {name.split(".")[0] for name in found} & LATER
    assert not {"rich.traceback", "textual.widgets._text_area", "opomini_tui.screens.form"} & set(found)
    assert sum(name.startswith("opomini_tui.screens.") for name in found) < SCREENS_AT_START


def test_a_file_that_is_up_to_date_is_opened_without_drivers_and_migrations(sqlite_db: str) -> None:
    found = modules_after(f"from opomini_tui.models.database import open_database\nopen_database({sqlite_db!r})")
    assert not {"psycopg", "playhouse"} & set(found)


def test_the_driver_of_a_server_is_loaded_when_it_is_asked_for() -> None:
    found = modules_after("from opomini_tui.models.database import connect\nconnect('postgresql://nobody@localhost/x')")
    assert "psycopg" in found
