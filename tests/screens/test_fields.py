"""Fields of forms, and the form that holds them, in an application of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui import text
from opomini_tui.models.notice_filter import Span
from opomini_tui.screens.form import FormScreen
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.widgets.fields import (
    CheckField,
    DateField,
    FieldProblem,
    LongTextField,
    MoneyField,
    NumberField,
    SelectField,
    TextField,
    read_date,
    read_number,
)
from opomini_tui.widgets.span_field import SpanField, code_span, date_span, number_span
from tests.screens.conftest import TODAY, Opened, run_app

pytestmark = pytest.mark.journeys


class Form(FormScreen[dict[str, Any]]):
    """One field of each kind."""

    def heading(self) -> str:
        """Its title."""
        return "Form [/]"

    def body(self) -> ComposeResult:
        """The fields."""
        yield TextField("name", "Naziv [x]", "Ana", width=20)
        yield TextField("secret", "Geslo", password=True)
        yield DateField("day", "Dan", None, self.session.today)
        yield MoneyField("cost", "Strošek", Decimal("2.00"))
        yield NumberField("days", "Dni", 8, high=99)
        yield SelectField("kind", "Vrsta", [("graded", "po stopnjah [x]"), ("simple", "preprosto")], "graded")
        yield CheckField("active", "Aktiven", True)
        yield code_span("customer", "Stranka", Span("0000001", None))
        yield date_span("dates", "Datum", self.session.today)
        yield number_span("numbers", "Številka")
        yield LongTextField("text", "Besedilo", "Prva\nDruga", lines=3)

    def confirmed(self) -> None:
        """Give the values."""
        values = self.values()
        if values is not None:
            self.dismiss(values)


@asynccontextmanager
async def opened(company: Opened, results: list[Any] | None = None) -> AsyncIterator[tuple[Pilot[int], Form]]:
    """The form over the grid in a small window."""
    async with run_app(company) as pilot:
        form = Form()
        pilot.app.push_screen(form, (results if results is not None else []).append)
        await pilot.pause()
        yield pilot, form


async def test_values_come_typed_by_name(company: Opened) -> None:
    results: list[Any] = []
    async with opened(company, results) as (pilot, _form):
        await pilot.press("f9")
        await pilot.pause()
    assert results == [
        {
            "name": "Ana",
            "secret": "",
            "day": None,
            "cost": Decimal("2.00"),
            "days": 8,
            "kind": "graded",
            "active": True,
            "customer": Span("0000001", None),
            "dates": Span(None, None),
            "numbers": Span(None, None),
            "text": "Prva\nDruga",
        }
    ]


async def test_the_buttons_are_seen_at_80_by_24_and_escape_gives_nothing(company: Opened) -> None:
    results: list[Any] = []
    async with opened(company, results) as (pilot, form):
        button = form.query_one("#button-confirm")
        assert button.region.bottom <= 23
        assert button.region.height == 1
        await pilot.press("escape")
        await pilot.pause()
    assert results == [None]


async def test_enter_goes_on_and_alt_with_a_letter_jumps(company: Opened) -> None:
    async with opened(company) as (pilot, form):
        assert form.focused is form.field("name").control
        await pilot.press("enter")
        assert form.focused is form.field("secret").control
        await pilot.press("alt+s")
        assert form.focused is form.field("cost").control
        letters = [field.access_key for field in form.fields()]
        assert len(set(letters)) == len(letters)
        assert letters[:4] == ["n", "g", "d", "s"]


async def test_what_cannot_be_read_is_told_at_the_field_and_goes_when_it_is_corrected(company: Opened) -> None:
    text.use_language("en")
    async with opened(company) as (pilot, form):
        form.field("day").query_one(Input).value = "31.2."
        form.field("days").query_one(Input).value = "100"
        await pilot.press("f9")
        await pilot.pause()
        assert "A date is expected here" in form.field("day").problem
        assert form.field("days").problem == "A whole number from 0 to 99 is expected here."
        assert form.focused is form.field("day").control
        await pilot.press("ctrl+u", *"+7")
        assert form.field("day").problem == ""
        await pilot.press("tab")
        await pilot.pause()
        assert form.field("day").query_one(Input).value == "08.10.2012"


async def test_errors_of_a_verb_stand_at_their_fields(company: Opened) -> None:
    async with opened(company) as (pilot, form):
        form.show_failure(FieldErrors({"cost": "Too much [/]."}))
        await pilot.pause()
        assert form.field("cost").problem == "Too much [/]."
        form.show_failure(FieldErrors({"elsewhere": "Not here."}))
        await pilot.pause()
        assert pilot.app.screen is not form, "what no field of the form shows is told in a modal"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("01.10.2012", TODAY),
        ("1.10.", TODAY),
        ("0110", TODAY),
        ("+7", date(2012, 10, 8)),
        ("danes", TODAY),
        ("2012-10-01", TODAY),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str, day: date) -> None:
    assert read_date(typed, lambda: TODAY) == day


@given(st.text(max_size=12))
def test_any_text_is_a_date_and_a_number_or_a_problem_that_is_told(typed: str) -> None:
    for reader, expected in (
        (lambda: read_date(typed, lambda: TODAY), "24.11.2026"),
        (lambda: read_number(typed), "0 "),
    ):
        try:
            told = ""
            reader()
        except FieldProblem as problem:
            told = str(problem)
        assert not told or expected in told


async def test_a_range_the_wrong_way_round_is_told(company: Opened) -> None:
    async with opened(company) as (_pilot, form):
        field = form.field("numbers")
        assert isinstance(field, SpanField)
        field.write(Span(9, 3))
        with pytest.raises(FieldProblem):
            field.read()
