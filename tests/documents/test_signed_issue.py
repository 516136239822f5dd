"""Issuing with a certificate: the stored letter is the signed one; it is what is sent and, alone, what is printed."""

from __future__ import annotations

import email
import email.policy
import json
import sys
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from opomini_tui.config import Config
from opomini_tui.documents.issue import issue
from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.documents.print_job import print_notices
from opomini_tui.documents.signature import LetterSigner, open_signer, signer_of
from opomini_tui.dunning.prepare import prepare
from opomini_tui.errors import OpominiError
from opomini_tui.mail.compose import content
from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.actor import Actor
from opomini_tui.models.deliveries import Delivery
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Customer
from opomini_tui.models.settings import Company
from opomini_tui.setup.certificates import add_certificate
from tests.documents.signatures import validated
from tests.ledger_rows import add_customer, add_item
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12


@dataclass(frozen=True)
class Signing:
    """Who issues, with whose certificate (PKCS#12)."""

    actor: Actor
    config: Config
    certificate: bytes

    @property
    def signer(self) -> LetterSigner:
        """The operator's signer."""
        signer = signer_of(self.actor.record(), self.config)
        assert signer is not None
        return signer


@pytest.fixture
def signing(sqlite_actor: Actor, config: Config, tmp_path: Path) -> Signing:
    """Three prepared notices (100–102), and the certificate of Ana Novak with the operator."""
    for code in ("0000001", "0000002", "0000003"):
        add_item(add_customer(code), f"R-{code}", date(2012, 6, 1), "120.00")
    prepare(date(2012, 8, 17), sqlite_actor)
    path = make_pkcs12(tmp_path / "ana.p12", "Ana Novak")
    add_certificate("006", path, PASSPHRASE, sqlite_actor, config)
    return Signing(sqlite_actor, config, path.read_bytes())


def stored(number: int) -> bytes:
    """The stored letter of a notice."""
    return bytes(Document.get_by_id(Notice.get(Notice.number == number).document_id).content)


def test_the_stored_letter_is_signed_and_the_journal_names_who_signed(signing: Signing) -> None:
    done = issue(NoticeFilter(), signing.actor, signer=signing.signer)
    assert (done.count, done.refused, done.signed_by) == (3, (), "Ana Novak")
    for number in (100, 101, 102):
        status = validated(stored(number), signing.certificate)
        assert (status.intact, status.valid, status.trusted, status.coverage.name) == (True, True, True, "ENTIRE_FILE")
    entry = JournalEntry.get((JournalEntry.verb == "issue") & (JournalEntry.record == "notice 2012/101"))
    assert json.loads(entry.details)["signed_by"] == "Ana Novak"


def test_without_a_certificate_nothing_is_signed(signing: Signing) -> None:
    done = issue(NoticeFilter(), signing.actor)
    assert done.signed_by == ""
    assert PdfFileReader(BytesIO(stored(100))).embedded_signatures == []
    assert "signed_by" not in JournalEntry.get(JournalEntry.verb == "issue").details


def test_the_mail_carries_the_signed_letter(signing: Signing) -> None:
    issue(NoticeFilter(), signing.actor, signer=signing.signer)
    enqueue(NoticeFilter(), signing.actor, signing.config)
    rows = list(Delivery.select())
    assert len(rows) == 3
    for row in rows:
        message = email.message_from_bytes(
            content(row.skeleton, bytes(row.document.content)), policy=email.policy.default
        )
        (attachment,) = (part for part in message.walk() if part.get_content_type() == "application/pdf")
        assert attachment.get_payload(decode=True) == stored(row.notice.number)
        assert validated(stored(row.notice.number), signing.certificate).valid


def test_one_letter_is_printed_with_its_signature_and_several_as_they_looked(signing: Signing, tmp_path: Path) -> None:
    issue(NoticeFilter(), signing.actor, signer=signing.signer)
    one = Notice.get(Notice.number == 101)
    alone = tmp_path / "one.pdf"
    assert print_notices(NoticeFilter(ids=(one.id,)), signing.actor, output=alone).pages == 1
    assert alone.read_bytes() == stored(101)
    done = print_notices(NoticeFilter(), signing.actor, output=tmp_path / "all.pdf", copy_mark=False)
    reader = PdfReader(tmp_path / "all.pdf")
    assert (done.count, done.pages, len(reader.outline)) == (3, 3, 3)
    before = [draw_letter(entry.letter) for entry in notice_letters([row.id for row in Notice.select()])]
    texts = [page.extract_text() for page in reader.pages]
    assert texts == [PdfReader(BytesIO(letter)).pages[0].extract_text() for letter in before]
    assert (tmp_path / "all.pdf").stat().st_size < sum(map(len, before)), "fonts and slip are in it once"


def test_several_letters_on_paper_show_the_visible_signature(signing: Signing, tmp_path: Path) -> None:
    Company.update(visible_signature=True).execute()
    issue(NoticeFilter(), signing.actor, signer=signing.signer)
    print_notices(NoticeFilter(), signing.actor, output=tmp_path / "all.pdf", copy_mark=False)
    paper: Any = pypdfium2.PdfDocument(tmp_path / "all.pdf")  # type: ignore[no-untyped-call]  # without types
    for page, number in zip(paper, (100, 101, 102), strict=True):
        file: Any = pypdfium2.PdfDocument(stored(number))  # type: ignore[no-untyped-call]  # without types
        file.init_forms()
        shown = [each.render(scale=4, may_draw_forms=True).to_pil().convert("L") for each in (page, file[0])]
        difference = ImageChops.difference(*shown).reduce(12)  # edges are softened a little otherwise in a form
        assert max(difference.histogram()[80:]) == 0, f"notice {number} differs"
        assert "Ana Novak" in page.get_textpage().get_text_bounded()


def test_a_signed_letter_whose_address_changed_goes_in_as_it_was(signing: Signing, tmp_path: Path) -> None:
    issue(NoticeFilter(), signing.actor, signer=signing.signer)
    Customer.update(street="Nova pot 7").where(Customer.code == "0000002").execute()
    print_notices(NoticeFilter(), signing.actor, output=tmp_path / "all.pdf")
    reader = PdfReader(tmp_path / "all.pdf")
    texts = [page.extract_text() for page in reader.pages]
    assert [f"2012-{number}" in text for number, text in zip((100, 101, 102), texts, strict=True)] == [True] * 3
    assert not any("Nova pot 7" in text for text in texts)
    assert len(reader.outline) == 3
    assert not any("/Annots" in page for page in reader.pages), "no signature that says nothing any more"


def test_what_cannot_sign_issues_nothing(signing: Signing, tmp_path: Path) -> None:
    silent = open_signer(signing.certificate, PASSPHRASE, "http://127.0.0.1:9/")
    done = issue(NoticeFilter(), signing.actor, signer=silent)
    assert (done.count, done.stopped) == (0, True)
    assert "time stamp server" in done.refused[0]
    assert Notice.select().where(Notice.state != "prepared").count() == 0


def test_without_the_extra_the_sentence_says_what_to_install(signing: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "opomini_tui.documents.time_stamp", raising=False)
    monkeypatch.setitem(sys.modules, "pyhanko.sign.timestamps", None)
    with pytest.raises(OpominiError, match=r"opomini\[sign\]"):
        signer_of(signing.actor.record(), signing.config)
