"""The sign-in service of the tests, and a configuration that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.mail import oauth
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.oauth.stand_in import StandIn


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def service(certificates: Certificates) -> Iterator[StandIn]:
    with StandIn(certificates.good) as running:
        yield running


@pytest.fixture
def connecting(service: StandIn, certificates: Certificates, config: Config) -> Config:
    """A configuration that leads to the stand-in."""
    return load_config(
        {
            "OPOMINI_HOME": str(config.home),
            "OPOMINI_DATABASE_URL": config.database_url,
            "OPOMINI_CA_FILE": certificates.ca_file,
            "OPOMINI_OAUTH_MICROSOFT_AUTHORITY": service.url,
            "OPOMINI_OAUTH_GOOGLE_AUTHORITY": service.url,
        }
    )


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that moves the clock by seconds."""
    from opomini_tui.mail import oauth_tokens
    from opomini_tui.models.database import now_ms

    def move(seconds: int) -> None:
        for module in (oauth, oauth_tokens):
            monkeypatch.setattr(module, "now_ms", lambda: now_ms() + seconds * 1000)

    return move
