"""The list before a batch goes: what will not go and why, put right from there, and addresses of several customers."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from opomini_tui.mail.plan import plan_sending
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.parties import Contact, Customer
from opomini_tui.screens.contact_form import ContactForm
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.notice_detail import NoticeDetailScreen
from opomini_tui.screens.preflight import PreflightScreen
from tests.screens.conftest import Opened, run_app
from tests.screens.conftest import said as toasts
from tests.screens.filling import confirm, type_over
from tests.screens.working import guard_over, said, settle, typed, until_shown

pytestmark = pytest.mark.journeys

PACKET = NoticeFilter(year=2012, packet=Span(3, 3))


def ready(actor: Actor) -> tuple[NoticeFilter, list[Customer]]:
    """Three notices that would go, and their customers; what went before was printed."""
    run("UPDATE notice SET printed_at = 5")
    some = plan_sending(PACKET, actor).ready[:3]
    chosen = NoticeFilter(ids=tuple(one.notice_id for one in some))
    return chosen, [Customer.get_by_id(one.customer_id) for one in some]


def give(customer: Customer, email: str) -> None:
    """Let the contact of a customer have this address."""
    Contact.update(email=email).where(Contact.customer == customer).execute()


async def opened(pilot: Pilot[int], chosen: NoticeFilter) -> PreflightScreen:
    """The list of a batch."""
    screen = PreflightScreen(chosen)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


async def test_a_wrong_address_is_put_right_and_leaves_the_list(company: Opened) -> None:
    chosen, (wrong, without, _fine) = ready(company.actor)
    give(wrong, "racuni@kupec, drugi@kupec.example")
    Contact.delete().where(Contact.customer == without).execute()
    async with run_app(company) as pilot:
        screen = await opened(pilot, chosen)
        assert "2 will not: bad address 1, no contact 1" in said(pilot)
        assert len(screen.found.ids) == 2
        assert "“racuni@kupec” is not an e-mail address: the domain after @ is not complete." in said(pilot)
        assert "Contact OPOM of the customer." in said(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomerForm)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ContactForm)
        await type_over(pilot, "racuni@kupec.example")
        await confirm(pilot)
        await pilot.press("escape")
        await until_shown(pilot, "1 will not: no contact 1")
        assert len(screen.found.ids) == 1
        assert "The customer has no contact OPOM with an e-mail address." in said(pilot)


async def test_a_shared_address_is_accepted_once(company: Opened) -> None:
    chosen, (first, second, alone) = ready(company.actor)
    give(first, "isti@kupec.example; svoj@kupec.example")
    give(second, "ISTI@kupec.example")
    give(alone, "nobody")
    async with run_app(company) as pilot:
        screen = await opened(pilot, chosen)
        assert "2 go to a shared address" in said(pilot)
        await pilot.press("a")
        await settle(pilot)
        assert screen.is_current  # the first row is the bad address, which is not to be accepted
        screen.table.move_to_index(1)
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        assert f"{second.name} ({second.code})" in said(pilot)
        await guard_over(pilot)
        await confirm(pilot)
        await until_shown(pilot, "1 will not: bad address 1")
        assert "shared" not in said(pilot)
        assert len(screen.found.ids) == 1
    stored = run("SELECT email, customers FROM shared_address").fetchall()
    assert stored == [("isti@kupec.example", " ".join(sorted((first.code, second.code))))]


async def test_a_notice_with_two_warnings_has_a_line_for_each(company: Opened) -> None:
    chosen, (strange, other, _third) = ready(company.actor)
    run("UPDATE notice SET customer_name = '王' WHERE customer_id = ?", (strange.id,))
    give(strange, "isti@kupec.example")
    give(other, "isti@kupec.example")
    async with run_app(company) as pilot:
        screen = await opened(pilot, chosen)
        assert "3 will go" in said(pilot)
        assert "with a warning: characters not shown 1" in said(pilot)
        assert len(screen.found.ids) == 3
        screen.table.action_last()
        await until_shown(pilot, "Customer name: the letter has no sign for 王")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticeDetailScreen)
        assert strange.code in said(pilot)


async def test_saving_a_contact_tells_whose_address_it_is_too(company: Opened) -> None:
    chosen, (first, second, _fine) = ready(company.actor)
    give(first, "isti@kupec.example")
    give(second, "nobody")
    async with run_app(company) as pilot:
        await opened(pilot, chosen)
        await pilot.press("f3", "enter")
        await settle(pilot)
        await type_over(pilot, "isti@kupec.example")
        await confirm(pilot)
        told = toasts(pilot)
        assert f"The address isti@kupec.example also belongs to {first.name} ({first.code})." in told


async def test_one_reason_one_search_and_the_notice(company: Opened) -> None:
    chosen, (wrong, without, _fine) = ready(company.actor)
    give(wrong, "nobody")
    Contact.delete().where(Contact.customer == without).execute()
    async with run_app(company) as pilot:
        screen = await opened(pilot, chosen)
        await pilot.press("f", "down", "down", "enter")
        await settle(pilot)
        assert "1 notice · no contact" in said(pilot)
        await pilot.press("f", "up", "up", "enter", "slash")
        await typed(pilot, wrong.code)
        assert len(screen.found.ids) == 1
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticeDetailScreen)
        assert wrong.name in said(pilot)


@pytest.mark.parametrize(("language", "size"), [("sl", (80, 24)), ("en", (120, 40))])
async def test_it_fits_with_five_thousand_rows(company: Opened, language: str, size: tuple[int, int]) -> None:
    many(5000, company.actor)
    async with run_app(company, size, language=language) as pilot:
        screen = await opened(pilot, NoticeFilter(year=2013))
        assert len(screen.found.ids) == 5000
        screen.table.action_last()
        await settle(pilot)
        assert screen.table.cursor_id == screen.found.ids[-1]
        assert ("obstaja poznejši opomin 4999" if language == "sl" else "a later notice exists 4999") in said(pilot)


def many(count: int, actor: Actor) -> None:
    """So many issued notices of 2013 to a customer whose address is wrong."""
    _chosen, (customer, *_others) = ready(actor)
    give(customer, "nobody")
    columns = [row[1] for row in run("PRAGMA table_info(notice)").fetchall() if row[1] != "id"]
    given = {"year": "2013", "number": "n.value", "state": "'issued'", "date": "'2013-01-01'"}
    source = ", ".join(given.get(name, f"notice.{name}") for name in columns)
    run(
        f"WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {count}) "
        f"INSERT INTO notice ({', '.join(columns)}) SELECT {source} FROM n JOIN notice ON notice.id = "
        "(SELECT MIN(id) FROM notice WHERE customer_id = ?)",
        (customer.id,),
    )
