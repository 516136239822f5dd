"""`opomini issue` signs with the operator's certificate and says so; `opomini print` marks what is printed again."""

from __future__ import annotations

import os
from pathlib import Path

from pypdf import PdfReader

from opomini_tui.config import load_config
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import open_database, run
from opomini_tui.models.parties import Operator
from opomini_tui.setup.certificates import add_certificate
from tests.commands.conftest import Command, prepare_some, set_up
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12


def give_certificate(path: Path, days: int) -> None:
    """The operator signs with this certificate from now on."""
    config = load_config(dict(os.environ))
    open_database(config.database_url, config.home / "backups")
    operator = Operator.get()
    add_certificate(operator.code, make_pkcs12(path, "Ana", days=days), PASSPHRASE, Actor.of(operator), config)


def test_issue_signs_and_print_marks_copies(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    give_certificate(tmp_path / "old.p12", days=-1)
    refused = opomini("issue", "--number", "100")
    assert refused.code == 1
    assert "The certificate expired on" in refused.err
    assert opomini("notice", "2012/100", "--pdf", tmp_path / "one.pdf").code == 1, "nothing was issued"

    run("DELETE FROM certificate")
    run("UPDATE company SET iban = ''")
    give_certificate(tmp_path / "ana.p12", days=100)
    issued = opomini("issue", "--number", "100")
    assert issued.code == 0
    assert "Signed with the certificate of Ana." in issued.out
    assert "1 letter has no payment slip: the company has no account number (IBAN)." in issued.err

    pages = []
    for more in ((), (), ("--no-copy-mark",)):
        path = tmp_path / "printed.pdf"
        assert opomini("print", "--number", "100", "--output", path, *more).code == 0
        pages.append("KOPIJA" in PdfReader(path).pages[0].extract_text())
    assert pages == [False, True, False]
