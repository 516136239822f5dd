"""The interest specification: what it prints adds up to what the notice charges, or it is left out; the slip stays last."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from opomini_tui.documents.interest_page import has_interest_pages, missing_sentence
from opomini_tui.documents.issue import issue
from opomini_tui.documents.letter import Letter, draw_letter, letter_sheets
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.dunning.interest import Rate, interest
from opomini_tui.dunning.prepare import prepare
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.settings import Company, DunningLevel, InterestRate
from opomini_tui.text.formats import amount_of, cents_of, parse_money
from tests.documents.paper_samples import RATES, specified
from tests.documents.samples import DAY, lines
from tests.ledger_rows import add_customer, add_item

OLD = date(2012, 6, 30)


def pages_of(letter: Letter) -> list[str]:
    """The text of every page."""
    return [page.extract_text() for page in PdfReader(BytesIO(draw_letter(letter))).pages]


@pytest.mark.parametrize("count", [1, 4, 12, 60, 500])
def test_every_item_is_explained_and_the_slip_stays_on_the_last_page(count: int) -> None:
    letter = specified(lines(count))
    plain = replace(letter, specification=None)
    sheets = letter_sheets(letter)
    assert [bool(sheet.codes) for sheet in sheets] == [False] * (len(sheets) - 1) + [True]
    assert len(sheets) > len(letter_sheets(plain))
    pages = pages_of(letter)
    assert [f"Stran {number} od {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    first = next(number for number, page in enumerate(pages) if "Obračun zamudnih obresti" in page)
    said = "\n".join(pages[first:])
    assert all(item.document in said for item in letter.items)
    assert f"Zamudne obresti skupaj (EUR) {letter.money(letter.interest)}" in said
    assert "SKUPAJ ZA PLAČILO" in "".join(pages[:first])


def test_the_printed_periods_add_up_to_the_printed_interest() -> None:
    letter = specified([replace(item, due_date=OLD) for item in lines(3)], cap=False)
    said = "\n".join(pages_of(letter)[1:])
    exact = [int(whole.replace(".", "").replace(",", "")) for whole in re.findall(r" (\d[\d.]*,\d{4})\b", said)]
    assert len(exact) == 3 * (1 + 12 + 2 + 2)  # 2012; 2013 to 2024; 2025 in two halves and 2026 in two
    per_item = [sum(exact[start : start + 17]) for start in range(0, 51, 17)]
    assert [(value + 50) // 100 for value in per_item] == [cents_of(item.interest) for item in letter.items]


def test_reading_order_is_item_period_interest() -> None:
    letter = specified(lines(1), rates=RATES[:-1])
    page = pages_of(letter)[1]
    row = ["R-2025-91001", "20.11.2025", "129,19", "21.11.2025", "31.12.2025", "41", "10,15", "365", "1,4729"]
    assert " ".join(row) in page


def test_a_rate_that_is_not_confirmed_is_marked_and_named() -> None:
    said = "\n".join(pages_of(specified(lines(1))))
    assert "od 01.01.2026), še ni potrjena" in said
    assert said.count("10,15*") == 2  # the first half-year, and the days after it
    known = (*RATES[:-1], Rate(date(2026, 1, 1), 1015), Rate(date(2026, 7, 1), 1000))
    assert "10,15*" not in pages_of(specified(lines(1), known))[1]


def test_days_without_any_rate_are_named() -> None:
    letter = specified([replace(item, due_date=date(2011, 12, 1)) for item in lines(1)])
    assert "Za dni pred 01.01.2012 obrestna mera ni znana" in "\n".join(pages_of(letter))


def test_the_cap_is_named_where_it_bites() -> None:
    items = [replace(lines(1)[0], due_date=date(2012, 1, 15)), lines(2)[1]]
    letter = specified(items)
    assert letter.items[0].interest == letter.items[0].open_amount
    said = "\n".join(pages_of(letter))
    full = letter.money(
        amount_of(interest(cents_of(letter.items[0].open_amount), date(2012, 1, 15), DAY, RATES, cap=False))
    )
    assert said.count(f"omejeno na višino glavnice, sicer {full}") == 1


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("sl", "Obračun zamudnih obresti do 24.11.2026"),
        ("en", "Late-payment interest up to 24 November 2026"),
        ("de", "Berechnung der Verzugszinsen bis 24.11.2026"),
        ("it", "Calcolo degli interessi di mora al 24/11/2026"),
        ("hr", "Obračun zateznih kamata do 24. 11. 2026."),
        ("fr", "Late-payment interest up to 24 November 2026"),
    ],
)
def test_it_speaks_the_language_of_the_letter(language: str, title: str) -> None:
    pages = pages_of(specified(lines(2), language=language))
    assert title in pages[1]


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert draw_letter(specified(lines(30))) == draw_letter(specified(lines(30)))


@pytest.fixture
def charging(sqlite_actor: Actor) -> Actor:
    """A customer with two items; level 1 charges interest, and the specification is wanted."""
    customer = add_customer("0000001")
    add_item(customer, "R-1", date(2012, 6, 30), "5450.60")
    add_item(customer, "R-2", date(2012, 7, 10), "100.00")
    add_item(customer, "D-1", date(2012, 7, 10), "-50.00")
    InterestRate.create(valid_from=date(2012, 1, 1), rate=900, confirmed=True)
    DunningLevel.update(interest=True).execute()
    Company.update(interest_page=True).execute()
    return sqlite_actor


def test_a_notice_is_issued_with_it_when_the_company_wants_it(charging: Actor) -> None:
    prepare(date(2012, 9, 26), charging)
    assert issue(NoticeFilter(), charging).count == 1
    notice = Notice.get()
    pages = [page.extract_text() for page in PdfReader(BytesIO(bytes(Document.get().content))).pages]
    assert len(pages) == 2
    assert "117,95" in pages[1]
    assert "D-1" not in pages[1]
    found = re.search(r"skupaj \(EUR\) ([\d.,]+)", pages[1])
    assert found is not None
    assert parse_money(found[1]) == notice.interest


def test_it_is_off_unless_it_is_wanted_and_where_no_interest_is_charged(charging: Actor) -> None:
    prepare(date(2012, 9, 26), charging)
    (wanted,) = notice_letters([Notice.get().id])
    assert has_interest_pages(wanted.bare)
    Company.update(interest_page=False).execute()
    (plain,) = notice_letters([Notice.get().id])
    assert plain.bare.specification is None
    Company.update(interest_page=True).execute()
    Notice.update(interest=0, total=Notice.total - Notice.interest).execute()
    (free,) = notice_letters([Notice.get().id])
    assert free.bare.specification is None


def test_rates_edited_since_make_no_false_page(charging: Actor) -> None:
    prepare(date(2012, 9, 26), charging)
    InterestRate.update(rate=1000).execute()
    (entry,) = notice_letters([Notice.get().id])
    assert entry.bare.specification is not None, "it was wanted"
    assert not has_interest_pages(entry.bare), "and cannot be had"
    assert not any("Obračun zamudnih obresti do" in page for page in pages_of(entry.letter))
    done = issue(NoticeFilter(), charging)
    assert done.count == 1
    assert done.warnings == (missing_sentence(1).format(n=1),)
    assert done.warnings[0].startswith("1 letter has no interest specification: the interest rates were changed")
