"""Before a batch goes: letters that cannot be signed any more are held back, doubtful ones go with a warning."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.documents.issue import issue
from opomini_tui.documents.signature import signer_of
from opomini_tui.dunning.prepare import prepare
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.plan import plan_sending
from opomini_tui.mail.preflight import Doubt, Preflight, preflight
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.parties import Certificate, Customer
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Company
from opomini_tui.setup.certificates import add_certificate
from tests.ledger_rows import add_customer, add_item
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

RUNS = date(2012, 8, 17), date(2012, 8, 31)
ALL = NoticeFilter()


@pytest.fixture
def prepared(actor: Actor) -> Actor:
    """Prepared notices to a natural person (0000001), whose letters are locked, and to a company."""
    for code in ("0000001", "0000002"):
        add_item(add_customer(code), f"R-{code}", date(2012, 6, 1), "120.00")
    Customer.update(kind="person", tax_id="SI12345678").where(Customer.code == "0000001").execute()
    Company.update(attachment_password="{tax_id}").execute()
    prepare(RUNS[0], actor)
    return actor


def certified(actor: Actor, config: Config, folder: Path) -> None:
    """Give the operator a certificate."""
    add_certificate("006", make_pkcs12(folder / "ana.p12", "Ana Novak"), PASSPHRASE, actor, config)


def looked(actor: Actor, config: Config) -> tuple[Preflight, list[Doubt]]:
    found = preflight(ALL, actor, today=RUNS[0], config=config)
    return found, list(found.doubts)


def test_what_cannot_be_signed_anew_is_named_before_it_fails(prepared: Actor, config: Config, tmp_path: Path) -> None:
    certified(prepared, config, tmp_path)
    issue(ALL, prepared, signer=signer_of(prepared.record(), config))
    assert looked(prepared, config)[0].counts == {}, "who has the certificate may send"
    Certificate.delete().execute()
    found, (doubt,) = looked(prepared, config)
    assert (doubt.customer_code, doubt.code, doubt.goes, found.going) == ("0000001", "no_signature", False, 1)
    assert "signed anew: You have no certificate" in doubt.sentence
    (held,) = plan_sending(ALL, prepared, today=RUNS[0], config=config).held_back
    assert held.sentence == doubt.sentence
    (queued,) = enqueue(ALL, prepared, config).held_back
    assert (queued.code, queued.sentence) == (held.code, held.sentence), "queueing says the same"


def test_unsigned_letters_of_who_has_a_certificate_are_a_warning(
    prepared: Actor, config: Config, tmp_path: Path
) -> None:
    issue(NoticeFilter(customer=Span("0000001", "0000001")), prepared)
    assert looked(prepared, config)[0].counts == {"not_issued": 1}, "nobody signs"
    certified(prepared, config, tmp_path)
    issue(ALL, prepared, signer=signer_of(prepared.record(), config))
    found, (doubt,) = looked(prepared, config)
    assert (found.going, doubt.customer_code, doubt.code, doubt.goes) == (2, "0000001", "unsigned", True)


def test_a_previous_notice_that_never_left_is_a_warning(prepared: Actor, config: Config) -> None:
    issue(ALL, prepared)
    prepare(RUNS[1], prepared)
    issue(ALL, prepared)
    found = preflight(NoticeFilter(date=Span(RUNS[1], RUNS[1])), prepared, today=RUNS[1], config=config)
    assert [(one.code, one.goes, one.sentence) for one in found.doubts] == [
        ("previous_unsent", True, f"The previous notice 2012/{number} was not sent.") for number in (100, 101)
    ]


def test_characters_that_no_letter_shows_are_named_with_their_field(prepared: Actor, config: Config) -> None:
    Customer.update(street="שלום 1").where(Customer.code == "0000001").execute()
    OpenItem.update(document="R-王").where(OpenItem.document == "R-0000002").execute()
    issued = issue(NoticeFilter(customer=Span("0000001", "0000001")), prepared)
    assert issued.warnings == (
        "2012/100: Street: ש ל ו ם is of a script from right to left, the letter sets it wrongly.",
    )
    prepare(RUNS[1], prepared)
    issue(ALL, prepared)
    found = preflight(ALL, prepared, today=RUNS[0], config=config)
    street = [one for one in found.doubts if one.code == "characters"]
    assert [one.customer_code for one in street] == ["0000001"]
    assert street[0].sentence.startswith("Street: ש")
