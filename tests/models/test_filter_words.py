"""The filter line: forgiving, in both languages at once, never failing, and what it wrote it reads again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.dunning.prepare import prepare
from opomini_tui.models.actor import Actor
from opomini_tui.models.filter_words import (
    EXAMPLES,
    STATES,
    WORDS,
    Words,
    advice,
    completed,
    known_keys,
    read_words,
    write_words,
)
from opomini_tui.models.notice_filter import NoticeFilter, Span, notice_amounts, notice_ids, notice_totals, rows_of
from opomini_tui.text import use_language
from tests.ledger_rows import add_customer, add_item


def today() -> date:
    return date(2012, 10, 1)


def words_of(line: str) -> Words:
    return read_words(line, today).words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Words()),
        ("novak žaga", Words(search="novak žaga")),
        ("2012/275", Words(search="2012/275")),
        ("številka:2012/138 kos", Words(search="2012/138 kos")),
        ("customer:0000001..4", Words(customer=Span("0000001", "0000004"))),
        ("stranka:>0000300", Words(customer=Span("0000300", None))),
        ("number:100..191", Words(number=Span(100, 191))),
        ("številka:191..100", Words(number=Span(100, 191))),
        ("stevilka: 138", Words(number=Span(138, 138))),
        ("amount:>1000", Words(amount=Span(Decimal("1000.01"), None))),
        ("znesek<=5.450,60", Words(amount=Span(None, Decimal("5450.60")))),
        ("znesek:100 .. 500,5", Words(amount=Span(Decimal("100"), Decimal("500.5")))),
        ("state:issued", Words(state="issued")),
        ("STANJE:Poslan", Words(state="sent")),
        ("stanje: v pripravi", Words(state="prepared")),
        ("sta:izs", Words(state="issued")),
        ("level:1..3", Words(level=Span(1, 3))),
        ("stopnja:>1", Words(level=Span(2, None))),
        ("due:<01.10.2012", Words(due=Span(None, date(2012, 9, 30)))),
        ("zapadlost:1.8...31.8.", Words(due=Span(date(2012, 8, 1), date(2012, 8, 31)))),
        ("due<-30", Words(due=Span(None, date(2012, 8, 31)))),
        ("datum:danes", Words(date=Span(today(), today()))),
        ("late:>60 paket:2", Words(days_late=Span(61, None), packet=Span(2, 2))),
        ("level:1 level:2 kos", Words(level=Span(2, 2), search="kos")),
        ('"a:b" x', Words(search="a:b x")),
        ("d.o.o.: [x]", Words(search="d.o.o.: [x]")),
        ("stanje: ", Words()),
    ],
)
def test_what_is_understood(line: str, expected: Words) -> None:
    assert read_words(line, today) == type(read_words("", today))(expected, ())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("kupec:1", "kupec: is not known. Known: customer: number: amount:"),
        ("s:x", "s: may be customer: number: state: level:"),
        ("state:p", "State: one of prepared, sent"),
        ("state:gone", "State: one of prepared, issued, sent"),
        ("number:abc", "abc is not a whole number."),
        ("number:9999999999", "9999999999 is not a whole number."),
        ("amount:1.000", "1.000 is not an amount"),
        ("amount:>999999999999", "999999999999 is not an amount"),
        ("due:31.2.2012", "31.2.2012 is not a date"),
        ("due:>31.12.9999", "31.12.9999 is not a date."),
        ("customer:5..400 customer:0000004..0000001", "The end of the range lies before its beginning."),
    ],
)
def test_what_is_not_understood_is_told_and_the_rest_counts(line: str, told: str) -> None:
    use_language("en")
    reading = read_words(f"{line} kos", today)
    assert reading.problems[0].startswith(told)
    assert reading.words.search == "kos"


@given(st.text(max_size=60) | st.text('stanjeodlv:<>=."0123456789-, [', max_size=40))
def test_reading_never_fails_and_what_is_written_reads_the_same(line: str) -> None:
    for language in ("sl", "en"):
        use_language(language)
        words = words_of(line)
        written = write_words(words)
        assert read_words(written, today) == type(read_words("", today))(words, ()), written
        assert isinstance(advice(line), str)
        guess = completed(line)
        assert guess is None or (guess.startswith(line) and len(guess) > len(line))


SPANS = st.tuples(st.integers(0, 999_999_999) | st.none(), st.integers(0, 999_999_999) | st.none()).map(
    lambda ends: Span(*(sorted(ends) if None not in ends else ends))  # type: ignore[type-var]  # None is not sorted
)
AMOUNTS = st.decimals("-1000000", "99999999999.99", places=2)
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))


@given(SPANS, AMOUNTS, DAYS, st.sampled_from([None, *STATES]))
def test_every_condition_can_be_written_in_either_language_and_read_in_the_other(
    span: Span[int], amount: Decimal, day: date, state: str | None
) -> None:
    words = Words(
        number=span, days_late=span, amount=Span(amount, None), due=Span(None, day), date=Span(day, day), state=state
    )
    for written, read in (("sl", "en"), ("en", "sl")):
        use_language(written)
        line = write_words(words)
        use_language(read)
        assert words_of(line) == words


def test_keys_and_states_are_completed_in_the_language_of_the_interface() -> None:
    use_language("sl")
    assert completed("novak st") == "novak stranka:"
    assert completed("stev") == "stevilka:", "what was typed without č stays as it was typed"
    assert completed("stanje:p") == "stanje:pripravljen"
    assert completed("state:i") == "state:izstavljen"
    assert completed("xyz") is None
    assert completed("novak ") is None
    use_language("en")
    assert completed("sta") == "state:"


def test_advice_gives_examples_that_are_understood() -> None:
    use_language("sl")
    assert advice("") == known_keys()
    assert advice("stanje:") == "stanje:pripravljen   stanje:izstavljen   stanje:poslan"
    assert advice("zap:<1") == "zapadlost:<1.10.2012   zapadlost:1.8.2012..31.8.2012   zapadlost:<-30"
    assert len(known_keys()) <= 78, "it fits below the filter line at 80 columns"
    for name in WORDS:
        line = advice(f"{WORDS[name][0]}:")
        assert len(line) <= 78
        for example in line.split("   "):
            reading = read_words(example, today)
            assert (reading.problems, reading.words == Words()) == ((), False)
    assert set(EXAMPLES) | {"state"} == set(WORDS)


@pytest.fixture
def four(actor: Actor) -> Actor:
    """Notices 100 to 103 of 100, 200, 300, 400 euros; each has an item that fell due on 1 to 4 May."""
    for place, name in enumerate(("Žaga d.o.o.", "Čebelar Novak s.p.", "Cvet d.o.o.", "Novak in Žaga"), 1):
        add_item(add_customer(f"000000{place}", name), f"R-{place}", date(2012, 5, place), f"{place}00.00")
    prepare(date(2012, 8, 17), actor)
    return actor


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("zaga", [100, 103]),
        ("novak zaga", [103]),
        ("amount:200..300", [101, 102]),
        ("amount:>200 novak", [103]),
        ("due:<3.5.2012", [100, 101]),
        ("due:3.5.2012..", [102, 103]),
        ("late:>107", [100]),
        ("date:17.8.2012 packet:1 number:>102", [103]),
        ("customer:0000002..3", [101, 102]),
        ("state:sent", []),
    ],
)
def test_the_line_becomes_a_query(four: Actor, line: str, numbers: list[int]) -> None:
    chosen = words_of(line).within(NoticeFilter(year=2012))
    assert [row[0] for row in rows_of(chosen, "notice.number")] == numbers
    assert notice_totals(chosen).rows == len(numbers)
    assert Words.of(chosen) == words_of(line)


def test_amounts_of_any_number_of_notices_are_added_up(four: Actor) -> None:
    ids = notice_ids(NoticeFilter())
    assert notice_amounts(ids) == 100_000
    assert notice_amounts(ids[1:3]) == 50_000
    assert notice_amounts([]) == 0
