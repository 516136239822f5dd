"""Stored secrets: a key file only its owner reads; a wrong or lost key is a sentence and loses nothing."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from opomini_tui.config import Config
from opomini_tui.keys import KeyProblem, decrypt, encrypt, key_file


def with_value(config: Config, name: str, value: str) -> Config:
    """The configuration with one more variable."""
    return replace(config, values={**config.values, name: value})


def test_a_secret_comes_back_and_is_not_readable_as_stored(config: Config) -> None:
    stored = encrypt(config, "skrivnost č š ž")
    assert "skrivnost" not in stored
    assert decrypt(config, stored) == "skrivnost č š ž"
    assert stat.S_IMODE(key_file(config).stat().st_mode) == 0o600


def test_no_secret_needs_no_key(config: Config) -> None:
    assert (encrypt(config, ""), decrypt(config, "")) == ("", "")
    assert not key_file(config).exists()


def test_the_key_of_the_environment_wins(config: Config) -> None:
    chosen = with_value(config, "OPOMINI_SECRET_KEY", Fernet.generate_key().decode())
    stored = encrypt(chosen, "a")
    assert decrypt(chosen, stored) == "a"
    assert not key_file(config).exists()


def test_a_wrong_key_loses_nothing(config: Config) -> None:
    stored = encrypt(config, "a")
    wrong = with_value(config, "OPOMINI_SECRET_KEY", Fernet.generate_key().decode())
    with pytest.raises(KeyProblem, match="Set the right key"):
        decrypt(wrong, stored)
    assert decrypt(config, stored) == "a"


def test_a_lost_key_file_is_not_made_anew_when_a_secret_is_read(config: Config) -> None:
    stored = encrypt(config, "a")
    kept = key_file(config).read_bytes()
    key_file(config).unlink()
    with pytest.raises(KeyProblem, match="put it back"):
        decrypt(config, stored)
    assert not key_file(config).exists()
    key_file(config).write_bytes(kept)
    assert decrypt(config, stored) == "a"


def test_a_key_that_is_none_is_refused(config: Config) -> None:
    with pytest.raises(KeyProblem, match="44 characters"):
        encrypt(with_value(config, "OPOMINI_SECRET_KEY", "short"), "a")
