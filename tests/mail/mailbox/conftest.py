"""The mailbox of the tests: a company with an operator whose POP3 server is ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from opomini_tui.config import Config
from opomini_tui.mail.mailbox.poll import poll
from opomini_tui.models.parties import Operator
from tests.mail.mailbox.boxes import Look, use
from tests.mail.mailbox.pop3_server import Pop3Server


@pytest.fixture
def mailbox(request: pytest.FixtureRequest, config: Config) -> Iterator[Pop3Server]:
    """The (empty) mailbox of the operator of `actor` or `sqlite_actor`, whichever the test has."""
    request.getfixturevalue("sqlite_actor" if "sqlite_actor" in request.fixturenames else "actor")
    with Pop3Server() as server:
        use(server, config)
        yield server


@pytest.fixture
def look(config: Config) -> Look:
    """Look into the mailbox."""
    return lambda: poll(Operator.get(), config)
