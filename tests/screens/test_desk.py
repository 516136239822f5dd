"""Several operators at their desks: who is here, which rows somebody else works on, and going on only knowingly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from opomini_tui.evidence.presence import held_by_others, let_go, say_gone, say_here
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Operator
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.desk import GRID, place_of
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.send_one import SendOneScreen
from opomini_tui.screens.unlock import UnlockScreen
from tests.screens.conftest import Opened, notices_screen, run_app
from tests.screens.working import go_to, guard_over, said, settle, state_of, until, until_shown

pytestmark = pytest.mark.journeys


class Colleague:
    """Another session of the same database."""

    def __init__(self) -> None:
        self.actor = Actor.of(Operator.create(code="007", name="Kos", role="clerk", language="en"))

    def is_at(self, place: str, *numbers: int) -> None:
        """He says where he is, and that he works on these notices."""
        held = tuple(row.id for row in Notice.select().where((Notice.year == 2012) & Notice.number.in_(numbers)))
        _aside(lambda: say_here("other", self.actor.id, place, held))

    def lets_go(self, number: int) -> None:
        """He is done with the notice."""
        (notice,) = Notice.select().where((Notice.year == 2012) & (Notice.number == number))
        _aside(lambda: let_go("other", [notice.id]))


def _aside(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]  # a function without arguments
    thread.start()
    thread.join(60)


@contextmanager
def colleague() -> Iterator[Colleague]:
    """A second operator, who leaves at the end."""
    yield Colleague()
    _aside(lambda: say_gone("other"))


def sessions() -> list[str]:
    return [str(place) for (place,) in run("SELECT place FROM presence WHERE session <> 'other'").fetchall()]


async def test_who_is_here_is_said_and_listed(company: Opened) -> None:
    with colleague() as other:
        async with run_app(company) as pilot:
            other.is_at("notices.unlock")
            await until_shown(pilot, "Operator: 006 +007")
            await until(pilot, lambda: sessions() == [GRID])
            await pilot.press("ctrl+p", *"who is", "enter")
            await until_shown(pilot, "007 Kos: Unlock, since")
            _aside(lambda: say_gone("other"))
            await until_shown(pilot, "Nobody else is here.")
        assert sessions() == [], "who closes the program is gone at once"


async def test_the_place_follows_and_signing_out_ends_the_session(company: Opened) -> None:
    async with run_app(company) as pilot:
        await until(pilot, lambda: sessions() == [GRID])
        await pilot.press("m")
        await until(pilot, lambda: sessions() == ["notices.outbox"])
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: sessions() == [])


async def test_a_notice_that_somebody_works_on_is_marked_and_freed(company: Opened) -> None:
    with colleague() as other:
        async with run_app(company) as pilot:
            notice = await go_to(pilot, 233)
            other.is_at("notices.send", 233)
            await until_shown(pilot, "007 Kos works on it")
            assert pilot.app.screen is notices_screen(pilot)
            row = notices_screen(pilot).table.cursor_row
            assert row is not None
            assert (row.mark, row.style) == ("✎", "held")
            assert notices_screen(pilot).table.cursor_id == notice, "the cursor stays"
            other.lets_go(233)
            await until(pilot, lambda: "works on it" not in said(pilot))
            row = notices_screen(pilot).table.cursor_row
            assert row is not None
            assert row.mark == "I"


@pytest.mark.parametrize(("key", "form"), [("f4", SendOneScreen), ("k", UnlockScreen)])
async def test_who_comes_second_goes_on_only_knowingly(
    company: Opened, key: str, form: type[SendOneScreen | UnlockScreen]
) -> None:
    with colleague() as other:
        other.is_at("notices.unlock", 233)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            await pilot.press(key)
            await until_shown(pilot, "007 Kos is working on 2012/233.")
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, NoticesScreen))
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
            await guard_over(pilot)
            await pilot.press("f9")
            await until(pilot, lambda: isinstance(pilot.app.screen, form))
        assert state_of(233) == "issued"


async def test_a_form_holds_its_notices_as_long_as_it_is_open(company: Opened) -> None:
    async with run_app(company) as pilot:
        notice = await go_to(pilot, 233)
        await pilot.press("f4")
        await until(pilot, lambda: held_by_others("other") == {notice: "006 Skrbnik"})
        await pilot.press("escape")
        await until(pilot, lambda: held_by_others("other") == {})
        await pilot.press("space", "space", "k")
        await until(pilot, lambda: len(held_by_others("other")) == 2)
    assert held_by_others("other") == {}


def test_a_place_is_the_last_screen_that_has_an_action() -> None:
    assert place_of([]) == GRID
    assert place_of([object()]) == GRID
