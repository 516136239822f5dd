"""A signed letter that must be locked: locked first, then signed anew by who sends it; never sent with less."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as _pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from opomini_tui.config import Config
from opomini_tui.documents import time_stamp
from opomini_tui.documents.encryption import is_signed, without_signature
from opomini_tui.documents.issue import issue
from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.documents.signature import signer_of
from opomini_tui.dunning.prepare import prepare
from opomini_tui.mail.outbox import enqueue, retry
from opomini_tui.models.actor import Actor
from opomini_tui.models.deliveries import Delivery
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Certificate, Customer
from opomini_tui.models.settings import Company
from opomini_tui.setup.certificates import add_certificate
from tests.documents.signatures import validated
from tests.documents.stamp_server import StampServer
from tests.ledger_rows import add_customer, add_item
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

pypdfium2: Any = _pypdfium2  # the library has no types

PASSWORD = "12345678"


@pytest.fixture
def certificate(sqlite_actor: Actor, config: Config, tmp_path: Path) -> bytes:
    """Two signed notices with a visible signature: of a natural person (0000001) and of a company; the certificate."""
    for code in ("0000001", "0000002"):
        add_item(add_customer(code), f"R-{code}", date(2012, 6, 1), "120.00")
    Customer.update(kind="person", tax_id=f"SI{PASSWORD}").where(Customer.code == "0000001").execute()
    Company.update(attachment_password="{tax_id}", visible_signature=True).execute()
    prepare(date(2012, 8, 17), sqlite_actor)
    path = make_pkcs12(tmp_path / "ana.p12", "Ana Novak")
    add_certificate("006", path, PASSPHRASE, sqlite_actor, config)
    signer = signer_of(sqlite_actor.record(), config)
    assert issue(NoticeFilter(), sqlite_actor, signer=signer).count == 2
    return path.read_bytes()


def stored(code: str) -> bytes:
    """The issued letter of a customer."""
    return bytes(Document.get_by_id(Notice.get(Notice.customer_code == code).document_id).content)


def sent(code: str) -> bytes:
    """What leaves of it."""
    row = Delivery.get(Delivery.notice == Notice.get(Notice.customer_code == code))
    return bytes((row.attachment or row.document).content)


def test_the_lock_is_under_a_valid_signature(certificate: bytes, sqlite_actor: Actor, config: Config) -> None:
    assert enqueue(NoticeFilter(), sqlite_actor, config).queued == 2
    assert sent("0000002") == stored("0000002"), "a company gets the letter as it was issued"
    locked = sent("0000001")
    reader = PdfFileReader(BytesIO(locked))
    reader.decrypt(PASSWORD)
    (signature,) = reader.embedded_signatures
    assert signature.sig_object["/Name"] == "Ana Novak"
    status = validated(locked, certificate, PASSWORD)
    assert (status.intact, status.valid, status.trusted, status.coverage.name) == (True, True, True, "ENTIRE_FILE")
    assert PdfReader(BytesIO(locked)).decrypt("") == 0
    shown, issued = pypdfium2.PdfDocument(locked, password=PASSWORD), pypdfium2.PdfDocument(stored("0000001"))
    for document in (shown, issued):
        document.init_forms()
    pictures = [document[0].render(scale=1, may_draw_forms=True).to_pil().tobytes() for document in (shown, issued)]
    assert pictures[0] == pictures[1]


def test_a_signed_letter_is_what_was_drawn_and_more(certificate: bytes, sqlite_actor: Actor) -> None:
    for entry in notice_letters([row.id for row in Notice.select()]):
        signed = stored(entry.notice.customer_code)
        assert is_signed(signed)
        assert without_signature(signed) == draw_letter(entry.letter)


def test_without_a_certificate_only_what_needs_it_is_held_back(
    certificate: bytes, sqlite_actor: Actor, config: Config
) -> None:
    Certificate.delete().execute()
    queued = enqueue(NoticeFilter(), sqlite_actor, config)
    assert queued.queued == 1
    (held,) = queued.held_back
    assert (held.customer_code, held.code) == ("0000001", "no_signature")
    assert "signed anew" in held.sentence
    assert "add one" in held.sentence
    assert [row.notice.customer_code for row in Delivery.select()] == ["0000002"]


def test_with_an_expired_certificate_too(
    certificate: bytes, sqlite_actor: Actor, config: Config, tmp_path: Path
) -> None:
    old = make_pkcs12(tmp_path / "old.p12", "Ana Novak", days=-1).read_bytes()
    Certificate.update(content=old).execute()
    (held,) = enqueue(NoticeFilter(), sqlite_actor, config).held_back
    assert (held.customer_code, held.code) == ("0000001", "no_signature")
    assert "expired on" in held.sentence


def test_a_silent_time_stamp_server_is_asked_once(
    certificate: bytes, sqlite_actor: Actor, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_stamp, "SECONDS", 0.3)
    Customer.update(kind="person", tax_id=f"SI{PASSWORD}").execute()
    with StampServer(tmp_path, "silent") as server:
        Company.update(timestamp_url=server.url).execute()
        queued = enqueue(NoticeFilter(), sqlite_actor, config)
        assert server.asked == 1
    assert (queued.batch, queued.queued) == ("", 0)
    assert [one.code for one in queued.held_back] == ["no_signature"] * 2
    assert all("no answer in 0.3 seconds" in one.sentence for one in queued.held_back)
    assert Delivery.select().count() == 0


def test_a_stamp_is_part_of_the_new_signature(
    certificate: bytes, sqlite_actor: Actor, config: Config, tmp_path: Path
) -> None:
    with StampServer(tmp_path) as server:
        Company.update(timestamp_url=server.url).execute()
        assert enqueue(NoticeFilter(), sqlite_actor, config).queued == 2
    status = validated(sent("0000001"), certificate, PASSWORD)
    assert (status.valid, status.timestamp_validity.valid) == (True, True)


def test_a_retry_signs_nothing_anew(certificate: bytes, sqlite_actor: Actor, config: Config) -> None:
    enqueue(NoticeFilter(), sqlite_actor, config)
    row = Delivery.get(Delivery.attachment.is_null(False))
    Certificate.delete().execute()
    Delivery.update(state="deferred").execute()
    assert retry([row.id], sqlite_actor, today=date(2012, 8, 18)).queued == 1
    again = Delivery.get_by_id(row.id)
    assert (again.attachment_id, again.content_sha256) == (row.attachment_id, row.content_sha256)


def test_an_unreachable_server_of_stamps_issues_nothing(
    certificate: bytes, sqlite_actor: Actor, config: Config
) -> None:
    add_item(add_customer("0000003"), "R-3", date(2012, 6, 1), "120.00")
    prepare(date(2012, 8, 17), sqlite_actor)
    Company.update(timestamp_url="http://127.0.0.1:9/").execute()
    done = issue(NoticeFilter(), sqlite_actor, signer=signer_of(sqlite_actor.record(), config))
    assert (done.count, done.stopped) == (0, True)
    assert done.refused == (
        "The time stamp server does not answer (no connection); nothing was signed. Check its address.",
    )
    assert Notice.get(Notice.customer_code == "0000003").state == "prepared"
