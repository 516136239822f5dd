"""`opomini issue` signs with the operator's certificate, `opomini print` marks copies, `opomini send` locks by setting."""

from __future__ import annotations

import os
from email import message_from_bytes
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from opomini_tui.config import load_config
from opomini_tui.demo.catcher import Catcher
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


def test_a_locked_letter_by_command(opomini: Command, tmp_path: Path, catcher: Catcher) -> None:
    """Set by a settings file, missing fields named by the rehearsal, the message as a file is what arrived."""
    set_up(opomini, tmp_path, catcher.port)
    rules = tmp_path / "lock.toml"
    rules.write_text('[letter]\nattachment_password = "{tax_id}-{year}"\n', "utf-8")
    assert opomini("settings", "apply", rules).code == 0
    assert 'attachment_password = "{tax_id}-{year}"' in opomini("settings", "show").out
    prepare_some(opomini)
    assert opomini("issue", "--number", "100..101").code == 0
    run("UPDATE customer SET kind = 'person', tax_id = ''")
    rehearsed = opomini("send", "--number", "100..101", "--dry-run")
    assert rehearsed.code == 5
    assert rehearsed.err.count("Tax number") == 2
    run("UPDATE customer SET tax_id = 'SI 1234 5678'")
    sent = opomini("send", "--number", "100..101")
    assert sent.code == 0, sent.err
    written = tmp_path / "one.eml"
    assert opomini("notice", "2012/100", "--eml", written).code == 0
    (arrived,) = catcher.folder.glob("2012-100.eml")
    messages = [message_from_bytes(path.read_bytes()) for path in (written, arrived)]
    pdfs = [part.get_payload(decode=True) for one in messages for part in one.walk() if part.get_filename()]
    assert pdfs[0] == pdfs[1]
    assert isinstance(pdfs[0], bytes)
    reader = PdfReader(BytesIO(pdfs[0]))
    assert (bool(reader.decrypt("12345678-2011")), bool(reader.decrypt("12345678-2012"))) == (False, True)
    assert "12345678-2012" not in sent.out + sent.err + opomini("outbox", "list", "--format", "json").out
    path = tmp_path / "kept.pdf"
    assert opomini("notice", "2012/100", "--pdf", path).code == 0
    assert not PdfReader(path).is_encrypted
