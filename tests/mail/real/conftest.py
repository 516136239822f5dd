"""The post office of the tests, and the company whose operator has his account there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.keys import encrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail.real.dovecot import other_version
from tests.mail.real.post_office import ACCOUNT, OWN, PASSWORD, PostOffice, open_post_office
from tests.mail.real.programs import missing


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """The servers, as long as the test run; tests are skipped where they cannot run."""
    if why := missing("postfix", "dovecot") or other_version():
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="opm"))
    folder.chmod(0o755)  # the servers give up root
    try:
        office = open_post_office(folder)
        try:
            yield office
        finally:
            office.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def customer_of(sqlite_actor: Actor, config: Config, post_office: PostOffice) -> Actor:
    """The administrator of a company with an account at the post office: STARTTLS, a password with č, š, ž, POP3."""
    Company.update(ca_certificates=Path(post_office.ca_file).read_text("ascii")).execute()
    Operator.update(
        email=f"{ACCOUNT}@{OWN}",
        smtp_host="127.0.0.1",
        smtp_port=post_office.port,
        smtp_security="starttls",
        pop3_host="127.0.0.1",
        pop3_port=post_office.pop3_port,
        pop3_security="starttls",
        account=ACCOUNT,
        secret=encrypt(config, PASSWORD),
    ).execute()
    return sqlite_actor
