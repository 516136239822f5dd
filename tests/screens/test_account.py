"""Connecting an account by XOAUTH2 from the form, and its test step by step, with keys only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from opomini_tui.mail import oauth
from opomini_tui.models.parties import Operator
from opomini_tui.screens.account import AccountScreen
from opomini_tui.screens.account_trial import AccountTestScreen
from opomini_tui.screens.session import SessionApp
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.oauth.accounts import ANA, operator, with_values
from tests.mail.oauth.stand_in import StandIn
from tests.mail.servers import FaultServer, HonestServer, reply
from tests.screens.conftest import Opened, run_app
from tests.screens.filling import field, fill, type_over
from tests.screens.working import said, settle, until, until_shown, use_server

pytestmark = pytest.mark.journeys


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def service(certificates: Certificates) -> Iterator[StandIn]:
    with StandIn(certificates.good) as running:
        running.interval = 1
        yield running


@pytest.fixture
def opened(company: Opened, service: StandIn, certificates: Certificates) -> Opened:
    """The company, whose sign-in services are ours."""
    config = with_values(
        company.config,
        OPOMINI_CA_FILE=certificates.ca_file,
        OPOMINI_OAUTH_MICROSOFT_AUTHORITY=service.url,
        OPOMINI_OAUTH_GOOGLE_AUTHORITY=service.url,
    )
    return replace(company, config=config)


def tokens() -> str:
    """The stored (encrypted) tokens."""
    return str(Operator.get(Operator.code == "006").oauth_tokens)


async def test_an_account_is_connected_by_a_code(opened: Opened, service: StandIn) -> None:
    operator(opened.actor, opened.config)
    service.answers = ["", *["authorization_pending"] * 2]
    async with run_app(opened) as pilot:
        await pilot.press("e")
        await settle(pilot)
        assert "The account is not connected yet" in str(pilot.app.screen.query_one("#oauth-state").render())
        await pilot.press("f4")
        await until_shown(pilot, "A B C D - E F G H")
        assert isinstance(pilot.app.screen, AccountScreen)
        assert f"{service.url}/device" in said(pilot)
        assert "Waiting until you have signed in" in said(pilot)
        await until_shown(pilot, f"The account is connected: {ANA} signed in.")
    assert oauth.access_token(Operator.get(Operator.code == "006"), opened.config) == "secret-access-1"


async def test_waiting_is_left_and_the_account_stays_as_it_was(opened: Opened, service: StandIn) -> None:
    operator(opened.actor, opened.config)
    service.answers = ["", *["authorization_pending"] * 100]
    async with run_app(opened) as pilot:
        await pilot.press("e", "f4")
        await until_shown(pilot, "A B C D - E F G H")
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, AccountScreen)
        assert isinstance(pilot.app, SessionApp)
        assert pilot.app.jobs == set()
    assert tokens() == ""


@pytest.mark.parametrize("provider", ["microsoft", "google"])
async def test_an_account_is_connected_by_pasting(opened: Opened, service: StandIn, provider: str) -> None:
    operator(opened.actor, opened.config, provider)
    service.answers = ["", *["authorization_pending"] * 100] if provider == "microsoft" else []
    async with run_app(opened) as pilot:
        await pilot.press("e", "f4")
        if provider == "microsoft":
            await until_shown(pilot, "A B C D - E F G H")
            await pilot.press("f2")
        await until_shown(pilot, "Pasted address")
        service.answers = []
        screen = pilot.app.screen
        assert isinstance(screen, AccountScreen)
        assert screen._request is not None
        await type_over(pilot, "http://localhost/?code=wrong&state=other")
        await pilot.press("f9")
        await until_shown(pilot, "This is not the address of the sign-in")
        await pilot.press("escape")
        field(pilot, "pasted").focus_control()
        await type_over(pilot, service.browse(screen._request.url))
        await pilot.press("f9")
        await until_shown(pilot, "The account is connected")
    assert tokens()


async def test_a_form_that_is_not_saved_is_not_connected(opened: Opened) -> None:
    async with run_app(opened) as pilot:
        await pilot.press("e")
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        assert "Choose signing in by XOAUTH2 first" in said(pilot)
        await fill(pilot, {"authentication": "xoauth2"})
        assert field(pilot, "oauth_client").parent is not None
        await fill(pilot, {"oauth_provider": "microsoft", "account": ANA, "oauth_client": "client-1"})
        await pilot.press("f4")
        await until_shown(pilot, "Confirm the changes of the operator first")
    assert tokens() == ""


def warned(pilot: Pilot[int]) -> bool:
    """Whether the form warns of mail in clear."""
    return bool(pilot.app.screen.query_one("#plain-warning").display)


async def test_the_fields_of_the_mail_account_are_saved(opened: Opened) -> None:
    async with run_app(opened) as pilot:
        await pilot.press("p")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert not warned(pilot)
        await fill(pilot, {"smtp_connections": "3", "smtp_per_minute": "30", "plain_allowed": True})
        assert warned(pilot)
        await fill(pilot, {"authentication": "xoauth2", "oauth_provider": "microsoft", "account": ANA})
        await fill(pilot, {"oauth_tenant": "podjetje.example", "oauth_client": "client-1", "oauth_secret": "skrivno"})
        await pilot.press("f9")
        await until(pilot, lambda: Operator.get(Operator.code == "006").smtp_per_minute == 30)
    row = Operator.get(Operator.code == "006")
    assert (row.smtp_connections, row.plain_allowed, row.authentication) == (3, True, "xoauth2")
    assert (row.oauth_provider, row.oauth_tenant, row.oauth_client) == ("microsoft", "podjetje.example", "client-1")
    assert row.oauth_secret
    assert "skrivno" not in row.oauth_secret


async def test_the_test_shows_every_step_and_the_one_that_fails(company: Opened) -> None:
    with FaultServer({"rcpt": reply("550 5.1.1 No such user")}) as server:
        use_server(server.port)
        async with run_app(company, (100, 30)) as pilot:
            await pilot.press("e", "f8")
            await until_shown(pilot, "It failed at this step: Test mail.")
            assert isinstance(pilot.app.screen, AccountTestScreen)
            for words in ("✓ SMTP connection", "✓ SMTP sign-in", "✗ Test mail", "failed:", "left out:"):
                assert words in said(pilot)
    with HonestServer() as honest:
        use_server(honest.port)
        async with run_app(company, (100, 30)) as pilot:
            await pilot.press("e", "f8")
            await until_shown(pilot, "The mail account works.")
        assert len(honest.accepted) == 1
