"""Where the configuration comes from, and what wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.config import load_config
from opomini_tui.errors import UsageError


def test_environment_wins_over_the_working_folder_wins_over_the_data_folder(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    (home / ".env").write_text("OPOMINI_THEME=home\nOPOMINI_LANGUAGE=home\nOPOMINI_OPERATOR=home\n")
    (tmp_path / ".env").write_text(f"OPOMINI_HOME={home}\nOPOMINI_THEME=here\nOPOMINI_LANGUAGE=here\n")
    config = load_config({"OPOMINI_THEME": "environment"})
    assert (config.home, config.theme, config.language, config.operator) == (home, "environment", "here", "home")
    assert config.database_path == home / "opomini.db"


def test_each_company_has_a_database_of_its_own(tmp_path: Path) -> None:
    environment = {"OPOMINI_HOME": str(tmp_path), "OPOMINI_DATABASE_URL_SOUTH": "postgresql://x/y"}
    assert load_config(environment, "north").database_path == tmp_path / "north.db"
    assert load_config(environment, "south").database_url == "postgresql://x/y"
    with pytest.raises(UsageError):
        load_config(environment, "../north")


def test_an_unknown_kind_of_database_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        load_config({"OPOMINI_HOME": str(tmp_path), "OPOMINI_DATABASE_URL": "mysql://me:sesame@x/y"})
    assert "mysql" in str(refusal.value)
    assert "sesame" not in str(refusal.value)


def test_nothing_secret_is_shown(tmp_path: Path) -> None:
    config = load_config({"OPOMINI_HOME": str(tmp_path), "OPOMINI_SECRET_KEY": "sesame"})
    assert "sesame" not in repr(config)
