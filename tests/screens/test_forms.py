"""What every form keeps to: the order of Tab is the one that is seen, Alt leads everywhere, dates and amounts as typed by people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import Span
from opomini_tui.models.preferences import LOW_TRAFFIC, recall
from opomini_tui.screens.access_keys import letters
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.own_account import OwnAccountScreen
from opomini_tui.text.names import fold
from opomini_tui.widgets.fields import DateField, Field, FieldProblem, MoneyField
from opomini_tui.widgets.span_field import SpanField
from tests.screens.conftest import TODAY, Opened, run_app
from tests.screens.conftest import said as toasts
from tests.screens.every_screen import OPENINGS, each_screen, furnish
from tests.screens.filling import field, fill, form, problems
from tests.screens.working import settle, until

DAYS = {"24.11.2011": date(2011, 11, 24), "24.11.": date(2012, 11, 24), "2411": date(2012, 11, 24)}
DAYS |= {
    "+7": date(2012, 10, 8),
    "-1": date(2012, 9, 30),
    "danes": TODAY,
    "today": TODAY,
    "2011-11-24": date(2011, 11, 24),
}
AMOUNTS = {
    "5450,6": Decimal("5450.60"),
    "5.450,60": Decimal("5450.60"),
    "5450.6": Decimal("5450.60"),
    "0": Decimal("0.00"),
}
FORMS = tuple(
    opening
    for opening in OPENINGS
    if opening.screen.endswith("Form")
    or opening.name.partition(" ")[0]
    in ("settings", "own", "batch", "issue", "unlock", "print", "quick", "texts", "sign")
    or opening.name in ("statement", "import", "certificate", "first start", "restored", "mapping")
)


def shown_fields(screen: FormScreen[Any]) -> list[Field[Any]]:
    """The fields into which something can be typed now, as far as one scrolls."""
    return [one for one in screen.fields() if one in {at for at in map(field_of, screen.focus_chain) if at}]


def field_of(widget: Any) -> Field[Any] | None:
    """The field that a control belongs to."""
    return next((node for node in widget.ancestors_with_self if isinstance(node, Field)), None)


def wrong_order(screen: FormScreen[Any]) -> list[str]:
    """The controls to which Tab comes earlier than to one above it or left of it."""
    controls = [control for control in screen.focus_chain if field_of(control) is not None]
    places = [(control.region.y, control.region.x) for control in controls]
    return [
        str(field_of(one)) for one, at, before in zip(controls[1:], places[1:], places, strict=False) if at < before
    ]


def wrong_keys(screen: FormScreen[Any]) -> list[str]:
    """Fields without an access key, with one that is not in their label, or with one that another has without need."""
    fields = [one for one in shown_fields(screen) if one.label]
    wrong = [one.label for one in fields if not one.access_key or one.access_key not in fold(one.label)]
    keys = [one.access_key for one in fields]
    most = len(set(letters([one.label for one in fields])))
    return [*wrong, *([f"only {len(set(keys))} of {most} letters: {keys}"] if len(set(keys)) < most else [])]


def misread(one: Field[Any]) -> list[str]:
    """What people type for a day or an amount and the field reads otherwise."""
    wanted: dict[str, Any] = {}
    if isinstance(one, DateField):
        wanted = dict(DAYS)
    elif isinstance(one, MoneyField):
        wanted = dict(AMOUNTS)
    elif isinstance(one, SpanField) and one.name == "date":
        wanted = {typed: Span(day, day) for typed, day in DAYS.items()}
    before, wrong = [box.value for box in one.query(Input)], []
    for typed, meant in wanted.items():
        for box in one.query(Input):
            box.value = typed
        try:
            wrong += [f"{one.name}: {typed} is {one.read()}"] if one.read() != meant else []
        except FieldProblem as problem:
            wrong.append(f"{one.name}: {typed}: {problem}")
    for box, value in zip(one.query(Input), before, strict=True):
        box.value = value
    return wrong


@pytest.mark.long
@pytest.mark.parametrize("language", ["sl", "en"])
async def test_every_form_keeps_to_it(company: Opened, language: str) -> None:
    furnish(company)
    wrong, days, amounts = list[str](), 0, 0
    async with run_app(company, (80, 24), language=language) as pilot:
        async for opening in each_screen(pilot, company, FORMS):
            screen = form(pilot)
            found = [*wrong_order(screen), *wrong_keys(screen)]
            for one in screen.fields():
                found += misread(one)
                days += isinstance(one, DateField)
                amounts += isinstance(one, MoneyField)
            wrong += [f"{opening.name}: {line}" for line in found]
            await settle(pilot)
    assert wrong == []
    assert days > 4
    assert amounts > 6


def test_letters_are_shared_only_where_there_are_too_few() -> None:
    assert letters(["Naziv", "Nivo", "Ulica"]) == ["n", "i", "u"]
    assert letters(["Do", "Od"]) == ["d", "o"]
    assert letters(["Ab", "A"]) == ["b", "a"], "who came first takes another, so that all have one"
    assert letters(["Ab", "A"], "b") == ["a", "a"]
    assert letters(["", "Čaša", "+"]) == ["", "c", ""]


async def opened(pilot: Pilot[int], screen: FormScreen[Any]) -> None:
    """The form is on the screen."""
    pilot.app.push_screen(screen)
    await until(pilot, lambda: pilot.app.screen is screen)


@pytest.mark.journeys
async def test_alt_with_a_shared_letter_goes_from_one_field_to_the_next(company: Opened) -> None:
    async with run_app(company) as pilot:
        screen = CustomerForm(int(run("SELECT MIN(id) FROM customer").fetchone()[0]))
        await opened(pilot, screen)
        for name in ("name", "city", "tax_id"):
            screen.field(name).access_key = "q"
        reached = []
        for _press in range(4):
            await pilot.press("alt+q")
            await settle(pilot)
            reached.append(next(str(one.name) for one in screen.fields() if one.has_focus_within))
        assert reached == ["city", "tax_id", "name", "city"], "from the name, where the cursor was"


@pytest.mark.journeys
@pytest.mark.parametrize(
    ("make", "name", "typed", "problem"),
    [
        (lambda: CustomerForm(1), "email", "ni naslov", "@"),
        (lambda: CustomerForm(None), "code", "", "may not be empty"),
        (lambda: OwnAccountScreen(Choice()), "smtp_host", "a..b", "The name of a server"),
    ],
)
async def test_what_is_wrong_is_said_below_the_field_as_it_is_left(
    company: Opened, make: Callable[[], FormScreen[Any]], name: str, typed: str, problem: str
) -> None:
    async with run_app(company) as pilot:
        await opened(pilot, make())
        await fill(pilot, {name: typed})
        assert problems(pilot) == {}, "not while it is typed"
        await pilot.press("tab")
        await settle(pilot)
        assert problem in problems(pilot)[name]
        await fill(pilot, {name: "5"})
        assert name not in problems(pilot)


@pytest.mark.journeys
async def test_settings_check_the_fields_of_every_level(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("alt+4")
        await settle(pilot)
        await fill(pilot, {"level_2_cost": "-5", "level_2_color": "rdeča"})
        await pilot.press("tab")
        await settle(pilot)
        assert set(problems(pilot)) == {"level_2_cost", "level_2_color"}


@pytest.mark.journeys
async def test_the_slow_line_in_ones_own_account(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("e")
        await settle(pilot)
        assert field(pilot, "low_traffic").read() is False
        await fill(pilot, {"low_traffic": True})
        await pilot.press("f9")
        await until(pilot, lambda: bool(recall(company.actor, LOW_TRAFFIC)))
        assert any("16 colours" in sentence for sentence in toasts(pilot))
        await pilot.press("e")
        await settle(pilot)
        assert field(pilot, "low_traffic").read() is True
        await fill(pilot, {"low_traffic": False})
        await pilot.press("f9")
        await until(pilot, lambda: not recall(company.actor, LOW_TRAFFIC))
