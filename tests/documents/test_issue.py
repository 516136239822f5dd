"""Issue fixes a notice: PDF stored by content, levels counted; what changed meanwhile is refused by name."""

from __future__ import annotations

import hashlib
from datetime import date
from io import BytesIO
from threading import Event

import pytest
from pypdf import PdfReader

from opomini_tui.documents.issue import issue
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.unlock import unlock
from opomini_tui.errors import NotAllowed, NothingToDo
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Customer
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Template
from tests.ledger_rows import add_customer, add_item

DAY = date(2012, 8, 17)


@pytest.fixture
def prepared(actor: Actor) -> Actor:
    """Three prepared notices (100–102); the second with two items."""
    for code in ("0000001", "0000002", "0000003"):
        add_item(add_customer(code, f"Čevlji {code} d.o.o."), f"R-{code}", date(2012, 6, 1), "120.00")
    add_item(Customer.get(Customer.code == "0000002"), "R-2b", date(2012, 6, 2), "1030.50", amount="2000")
    prepare(DAY, actor)
    return actor


def letter_of(notice: Notice) -> bytes:
    """The PDF of the notice's letter."""
    return bytes(Document.get_by_id(notice.document_id).content)


def pdf_text(notice: Notice) -> str:
    """The text of the notice's letter."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(letter_of(notice))).pages)


def test_issue_makes_the_letter_and_counts_the_level(prepared: Actor) -> None:
    done = issue(NoticeFilter(), prepared)
    assert (done.count, done.refused) == (3, ())
    notice = Notice.get(Notice.number == 101)
    text = pdf_text(notice)
    for printed in ("2012-101", "Čevlji 0000002 d.o.o.", "R-0000002", "R-2b", "1.030,50", "1.152,50", "25.08.2012"):
        assert printed in text
    stored = Document.get_by_id(notice.document_id)
    assert stored.sha256 == hashlib.sha256(letter_of(notice)).hexdigest()
    assert {(row.level, row.last_notice_date) for row in OpenItem.select()} == {(1, DAY)}


def test_issuing_twice_does_nothing_the_second_time(prepared: Actor) -> None:
    issue(NoticeFilter(), prepared)
    with pytest.raises(NothingToDo):
        issue(NoticeFilter(), prepared)
    assert Document.select().count() == 3


def test_issue_needs_the_level_clerk(prepared: Actor) -> None:
    with pytest.raises(NotAllowed):
        issue(NoticeFilter(), Actor(prepared.id, prepared.code, prepared.name, "view", "sl"))
    assert Notice.select().where(Notice.state == "issued").count() == 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("UPDATE open_item SET open_amount = 0 WHERE document = 'R-0000001'", "paid"),
        ("UPDATE open_item SET open_amount = 11000 WHERE document = 'R-0000001'", "changed"),
        ("UPDATE open_item SET hold = 'disputed' WHERE document = 'R-0000001'", "disputed"),
    ],
)
def test_what_changed_since_prepare_is_refused_by_name(prepared: Actor, change: str, word: str) -> None:
    run(change)
    done = issue(NoticeFilter(), prepared)
    assert done.count == 2
    assert len(done.refused) == 1
    assert "2012/100" in done.refused[0]
    assert word in done.refused[0]
    assert Notice.get(Notice.number == 100).state == "prepared"


def test_stop_ends_after_the_chunk_in_hand(prepared: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opomini_tui.documents.issue.CHUNK", 1)
    stop = Event()
    done = issue(NoticeFilter(), prepared, progress=lambda *_told: stop.set(), stop=stop)
    assert (done.count, done.stopped) == (1, True)
    assert issue(NoticeFilter(), prepared).count == 2


def test_second_notice_names_the_first(prepared: Actor) -> None:
    issue(NoticeFilter(), prepared)
    second = prepare(date(2012, 8, 31), prepared)
    issue(NoticeFilter(packet=Span(second.packet, second.packet)), prepared)
    text = " ".join(pdf_text(Notice.get(Notice.number == 103)).split())
    assert "2012-100" in text
    assert "17.08.2012" in text


def test_own_template_takes_the_place_of_the_packaged_one(prepared: Actor) -> None:
    Template.create(level=1, language="sl", customer_kind="company", part="above", content="Dragi {stranka}, plačajte!")
    issue(NoticeFilter(number=Span(100, 100)), prepared)
    assert "Dragi Čevlji 0000001 d.o.o., plačajte!" in " ".join(pdf_text(Notice.get(Notice.number == 100)).split())


def test_same_notice_gives_the_same_bytes_after_unlock(prepared: Actor) -> None:
    issue(NoticeFilter(), prepared)
    before = Notice.get(Notice.number == 100).document_id
    unlock(NoticeFilter(), "again", prepared)
    issue(NoticeFilter(), prepared)
    assert Notice.get(Notice.number == 100).document_id == before
    assert Document.select().count() == 3


def test_letters_come_in_the_order_of_the_ids(prepared: Actor) -> None:
    ids = [row.id for row in Notice.select().order_by(Notice.number.desc())]
    assert [entry.notice.id for entry in notice_letters(ids)] == ids


def test_a_broken_text_stops_only_its_own_notices(prepared: Actor) -> None:
    run("UPDATE notice SET level = 2 WHERE number = 101")
    Template.create(level=2, language="sl", customer_kind="company", part="above", content="{?obresti} brez konca")
    done = issue(NoticeFilter(), prepared)
    assert done.count == 2
    assert len(done.refused) == 1
    assert "2012/101" in done.refused[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE company SET iban = ''", "3 letters have no payment slip: the company has no account number"),
        ("UPDATE company SET iban = 'SI56051008010486081'", "3 letters have no payment slip: the company's account"),
        ("UPDATE notice SET currency = 'CHF' WHERE number = 101", "1 letter has no payment slip: its currency is not"),
    ],
)
def test_a_letter_without_the_slip_that_the_company_wants_is_told(prepared: Actor, change: str, sentence: str) -> None:
    run(change)
    done = issue(NoticeFilter(), prepared)
    assert done.count == 3
    assert len(done.warnings) == 1
    assert done.warnings[0].startswith(sentence)
    assert "UPN QR" not in pdf_text(Notice.get(Notice.number == 101))


def test_nothing_is_told_when_every_letter_has_its_slip_or_none_is_wanted(prepared: Actor) -> None:
    assert issue(NoticeFilter(number=Span(100, 100)), prepared).warnings == ()
    assert "UPN QR" in pdf_text(Notice.get(Notice.number == 100))
    run("UPDATE company SET slip = ?, iban = ''", (False,))
    assert issue(NoticeFilter(), prepared).warnings == ()


def test_a_natural_person_is_known_by_a_tax_number(sqlite_actor: Actor) -> None:
    for code, kind in (("0000001", "person"), ("0000002", "company")):
        add_item(add_customer(code, kind=kind, tax_id="SI12345679"), f"R-{code}", date(2012, 6, 1), "120.00")
    prepare(date(2012, 8, 17), sqlite_actor)
    issue(NoticeFilter(), sqlite_actor)
    letters = [Document.get_by_id(row.document_id) for row in Notice.select().order_by(Notice.number)]
    texts = [PdfReader(BytesIO(bytes(letter.content))).pages[0].extract_text() for letter in letters]
    assert ["Davčna številka SI12345679" in text for text in texts] == [True, False]
    assert ["ID za DDV SI12345679" in text for text in texts] == [False, True]
