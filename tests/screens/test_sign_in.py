"""Who acts: the first start, the system login, the sign-in form, signing out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.config import Config
from opomini_tui.models.parties import Operator
from opomini_tui.screens.first_start import FirstStartScreen
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.sign_in import SignInScreen
from opomini_tui.setup import sign_in
from tests.screens.conftest import Opened, settle, shown

pytestmark = pytest.mark.journeys


@asynccontextmanager
async def started(config: Config) -> AsyncIterator[Pilot[int]]:
    """The application as it starts when nobody is known yet."""
    app = OpominiApp(config)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        yield pilot


def give_password(**values: object) -> None:
    """The administrator gets a user name and a password."""
    from opomini_tui.setup.passwords import hash_password

    Operator.update(user_name="ana", password_hash=hash_password("skrivnost-12345"), **values).execute()


async def test_the_system_login_signs_in_without_a_question(company: Opened) -> None:
    Operator.update(system_login=sign_in.current_system_login(), language="sl").execute()
    async with started(company.config) as pilot:
        assert isinstance(pilot.app.screen, NoticesScreen)
        assert "Skrbnik: 006" in shown(pilot)


async def test_a_wrong_password_is_refused_and_the_right_one_opens_the_grid(company: Opened) -> None:
    give_password(language="en")
    async with started(company.config) as pilot:
        assert isinstance(pilot.app.screen, SignInScreen)
        await pilot.press(*"ana", "enter", *"wrong", "f9")
        await settle(pilot)
        assert "The user name or the password is" in shown(pilot)
        assert "wrong" not in shown(pilot)
        assert pilot.app.screen.query(Input).last().value == ""
        await pilot.press(*"skrivnost-12345", "f9")
        assert "skrivnost" not in shown(pilot)
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticesScreen)


async def test_signing_out_forgets_the_operator_and_asks_again(company: Opened) -> None:
    Operator.update(system_login=sign_in.current_system_login(), language="en").execute()
    give_password()
    async with started(company.config) as pilot:
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert isinstance(pilot.app.screen, SignInScreen)
        assert "belongs to no operator" not in shown(pilot)
        assert "006" not in shown(pilot)
        assert not any(isinstance(screen, NoticesScreen) for screen in pilot.app.screen_stack)
        await pilot.press(*"ana", "enter", *"skrivnost-12345", "f9")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticesScreen)


@pytest.mark.parametrize("key", ["enter", "f9"])
async def test_after_signing_out_the_system_login_signs_in_again(company: Opened, key: str) -> None:
    Operator.update(system_login=sign_in.current_system_login(), language="sl").execute()
    async with started(company.config) as pilot:
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert isinstance(pilot.app.screen, SignInScreen)
        assert f"prijavite kot {Operator.get().name}," in " ".join(shown(pilot).replace("│", " ").split())
        await pilot.press(key)
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticesScreen)


async def test_without_a_system_login_an_empty_user_name_is_refused(company: Opened) -> None:
    give_password(language="en")
    async with started(company.config) as pilot:
        assert "With an empty user name" not in shown(pilot)
        await pilot.press("enter", "f9")
        await settle(pilot)
        assert isinstance(pilot.app.screen, SignInScreen)
        assert "The user name or the password is" in shown(pilot)


async def test_leaving_the_sign_in_leaves_the_program(company: Opened) -> None:
    async with started(company.config) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.return_code == 0
        assert not pilot.app.is_running or pilot.app._exit


async def test_the_first_start_makes_the_administrator(empty_config: Config) -> None:
    async with started(empty_config) as pilot:
        assert isinstance(pilot.app.screen, FirstStartScreen)
        await pilot.press(*"Ana", "f9")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticesScreen)
        operator = Operator.get()
        assert (operator.name, operator.role, operator.system_login) == (
            "Ana",
            "administrator",
            sign_in.current_system_login(),
        )


async def test_a_first_start_with_two_different_passwords_makes_nothing(empty_config: Config) -> None:
    text.use_language("en")
    async with started(empty_config) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, FirstStartScreen)
        for name, value in (
            ("name", "Ana"),
            ("user_name", "ana"),
            ("password", "one-12345678"),
            ("verification", "two"),
        ):
            screen.field(name).query_one(Input).value = value
        await pilot.press("f9")
        await settle(pilot)
        assert "The two passwords differ" in shown(pilot)
        assert Operator.select().count() == 0


@pytest.mark.parametrize(("language", "title"), [("sl", "Opominjanje"), ("en", "Dunning")])
async def test_the_interface_speaks_the_operators_language(company: Opened, language: str, title: str) -> None:
    Operator.update(system_login=sign_in.current_system_login(), language=language).execute()
    async with started(company.config) as pilot:
        assert shown(pilot).startswith(f" {title} –")
