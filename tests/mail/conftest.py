"""The server of the tests of sending."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from opomini_tui.models.parties import Operator
from tests.mail.late_server import LateServer
from tests.mail.servers import FaultServer


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[FaultServer]:
    """A server that takes everything; that of the operator of `actor` or `sqlite_actor`, whichever the test has."""
    request.getfixturevalue("sqlite_actor" if "sqlite_actor" in request.fixturenames else "actor")
    with FaultServer() as running:
        Operator.update(smtp_port=running.port).execute()
        yield running


@pytest.fixture
def late(request: pytest.FixtureRequest) -> Iterator[LateServer]:
    """As `server`; it may take its time at any step."""
    request.getfixturevalue("sqlite_actor" if "sqlite_actor" in request.fixturenames else "actor")
    with LateServer() as running:
        Operator.update(smtp_port=running.port).execute()
        yield running
