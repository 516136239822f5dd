"""Every screen and every modal, and how each is opened: one place for the tests that look at all of them.

    stand_still(monkeypatch)                             # of `standing_still`: no service is asked
    furnish(company)                                     # mail, a second operator, questions: nothing is empty
    async with run_app(company, (80, 24)) as pilot:
        async for opening in each_screen(pilot, company):   # on top of the grid of notices
            ...

`test_every_screen.py` holds the list complete: a screen class that nothing here opens fails it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from opomini_tui.errors import Refused
from opomini_tui.evidence.begun import BrokenOff
from opomini_tui.ledger import preview
from opomini_tui.ledger.imports import Imported
from opomini_tui.ledger.item_filter import ItemFilter
from opomini_tui.mail.batches import batches
from opomini_tui.models.notices import Document
from opomini_tui.models.parties import Operator
from opomini_tui.screens.account import AccountScreen
from opomini_tui.screens.account_trial import AccountTestScreen
from opomini_tui.screens.ask import AskTextScreen, ConfirmScreen, ErrorScreen
from opomini_tui.screens.broken_off import BrokenOffScreen
from opomini_tui.screens.confirm_count import ConfirmCountScreen
from opomini_tui.screens.conflict import ConflictScreen
from opomini_tui.screens.first_start import FirstStartScreen
from opomini_tui.screens.import_file import ReviewScreen
from opomini_tui.screens.import_mapping import MappingScreen
from opomini_tui.screens.job import JobScreen
from opomini_tui.screens.jobs import JobsScreen
from opomini_tui.screens.open_items import OpenItemsScreen
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.page_image import PageImageScreen
from opomini_tui.screens.presence import PresenceScreen
from opomini_tui.screens.restored import RestoredScreen
from opomini_tui.screens.send_one import SendingOneScreen
from opomini_tui.screens.sending import Sending
from opomini_tui.screens.sign_in import SignInScreen
from opomini_tui.screens.unfinished import UnfinishedScreen
from opomini_tui.setup.conflicts import Clash
from opomini_tui.text import _, pgettext
from opomini_tui.widgets.fields import TextField
from tests.conftest import REFERENCE
from tests.screens.conftest import TODAY, Opened, notices_screen, settle
from tests.screens.mail_history import AT, have_mail
from tests.screens.standing_still import CODE, SteadyJob
from tests.screens.working import go_to, meanwhile_shown

LONG = "Kupec Žnidaršič & Ćosić inženiring, d.o.o. ima neporavnane postavke, zato tega opomina ni mogoče odkleniti."
"""A sentence that takes two lines in a small window."""
NUMBER = 234
"""The notice under the cursor: a second one, sent to nobody yet, with a letter."""


@dataclass(frozen=True)
class Opening:
    """A screen: `push` makes it, or else the `keys` lead to it from the grid; `screen` is the class that is then on top.

    It is there when it says `words()`: what it asks others for comes a moment later.
    """

    name: str
    screen: str
    keys: tuple[str, ...] = ()
    push: Callable[[Opened], Screen[Any]] | None = None
    words: Callable[[], str] | None = None


def keys(name: str, screen: str, *pressed: str) -> Opening:
    """A screen to which keys lead."""
    return Opening(name, screen, pressed)


def made(
    name: str, push: Callable[[Opened], Screen[Any]], screen: str, words: Callable[[], str] | None = None
) -> Opening:
    """A screen that only comes by itself."""
    return Opening(name, screen, (), push, words)


def furnish(company: Opened) -> None:
    """Give the reference company what makes every screen show something: mail, a second operator."""
    have_mail(company)
    Operator.create(code="007", name="Kos Ana", role="clerk", user_name="ana", email="kos@podjetje.example")


def an_operator() -> Operator:
    """The administrator, who signs in to his server by XOAUTH2; nothing listens there."""
    operator: Operator = Operator.get(Operator.code == "006")
    operator.authentication, operator.smtp_port, operator.oauth_provider = "xoauth2", 1, "microsoft"
    operator.account = "skrbnik@podjetje.example"
    return operator


def an_account_test(company: Opened) -> AccountTestScreen:
    """The test of his account, which fails at a step."""
    return AccountTestScreen(an_operator(), company.config)


def _failed_at() -> str:
    return _("It failed at this step: {step}.")


def a_mapping(_company: Opened) -> MappingScreen:
    """The columns of the reference's list of customers."""
    return MappingScreen("customers", preview(REFERENCE / "customers.csv", "customers"))


def a_review(_company: Opened) -> ReviewScreen:
    """What an import would change."""
    warnings = tuple(f"{number}: {LONG}" for number in range(30))
    return ReviewScreen(Imported("customers", "customers.csv", 206, 12, 3, 0, 191, warnings, TODAY, False))


def a_letter(_company: Opened) -> PageImageScreen:
    """The first letter as a picture."""
    return PageImageScreen("2012-234", bytes(Document.select().first().content))


def a_job(_company: Opened) -> JobScreen:
    """A job in the middle."""
    return JobScreen(steady_job())


def some_jobs(_company: Opened) -> JobsScreen:
    """One is at work in the background, one has ended there."""
    return JobsScreen([steady_job(), SteadyJob(_("Export"), over=True, ending=LONG)])


def steady_job() -> SteadyJob:
    """It issues notices, and is a fifth done."""
    return SteadyJob(
        _("Issue"), done=42, total=206, counts={pgettext("notices", "issued"): 40}, can_stop=True, said=str
    )


def what_was_broken_off(_company: Opened) -> BrokenOffScreen:
    """An import and issuing."""
    return BrokenOffScreen([BrokenOff("notices.import", AT), BrokenOff("notices.issue", AT)])


def an_error(_company: Opened) -> ErrorScreen:
    """A refusal that names many records."""
    reasons = [f"2012-{number}: {LONG}" for number in range(100, 140)]
    return ErrorScreen(Refused(LONG, reasons))


def a_conflict(_company: Opened) -> ConflictScreen:
    """Two have changed the same fields."""
    fields = (TextField("street", _("Street")), TextField("city", _("City")))
    return ConflictScreen({field: Clash("Čopova ulica 53", "Prešernova cesta 1") for field in fields})


def a_batch(_company: Opened) -> UnfinishedScreen:
    """A batch that was left."""
    return UnfinishedScreen(batches()[:1])


class StillSending(SendingOneScreen):
    """A message whose server takes its time."""

    def _look(self) -> None:
        """It is not over."""


def a_sending(_company: Opened) -> SendingOneScreen:
    """A message that is being sent."""
    return StillSending(_("Send by e-mail"), Sending(batches()[0].name))


OPENINGS: tuple[Opening, ...] = (
    keys("grid", "NoticesScreen"),
    keys("help", "HelpScreen", "f1"),
    keys("palette", "ListScreen", "ctrl+p"),
    keys("sort", "ListScreen", "s"),
    keys("copy cell", "ListScreen", "y"),
    keys("columns", "ColumnsScreen", "c"),
    keys("delete", "ConfirmScreen", "space", "ctrl+d"),
    *(keys(f"detail {tab}", "NoticeDetailScreen", "enter", str(tab)) for tab in range(1, 7)),
    keys("differences", "LetterDifferencesScreen", "enter", "d"),
    keys("prepare", "PrepareScreen", "f6"),
    keys("prepare criteria", "PrepareScreen", "f6", "d"),
    keys("why", "PrepareWhyScreen", "f6", "f2"),
    keys("issue", "IssueScreen", "f7"),
    keys("unlock", "UnlockScreen", "f12"),
    keys("print", "PrintScreen", "f5"),
    keys("quick printing", "PrinterScreen", "ctrl+t"),
    keys("send one", "SendOneScreen", "f4"),
    keys("batch", "SendBatchScreen", "f8"),
    keys("batch texts", "SendBatchScreen", "f8", "f3"),
    keys("preflight", "PreflightScreen", "f8", "f2"),
    keys("review", "BatchReviewScreen", "f8", "f7"),
    keys("export", "ExportScreen", "x"),
    keys("outbox", "OutboxScreen", "m"),
    keys("outbox states", "ListScreen", "m", "f"),
    keys("batches", "BatchesScreen", "m", "b"),
    keys("progress", "SendProgressScreen", "m", "b", "enter"),
    keys("mailbox", "MailboxScreen", "M"),
    keys("overview", "DashboardScreen", "d"),
    keys("customers", "CustomersScreen", "f3"),
    keys("customer", "CustomerForm", "f3", "enter"),
    keys("new customer", "CustomerForm", "f3", "f2"),
    keys("contacts", "CustomerForm", "f3", "enter", "alt+2"),
    keys("contact", "ContactForm", "f3", "enter", "alt+2", "enter"),
    keys("items of a customer", "CustomerForm", "f3", "enter", "alt+3"),
    keys("hold", "HoldForm", "f3", "enter", "alt+3", "f6"),
    keys("list of values", "ValuesScreen", "f7", "alt+down"),
    keys("statement", "StatementScreen", "f3", "f5"),
    keys("import", "ImportScreen", "i"),
    *(keys(f"settings {tab}", "SettingsScreen", "n", f"alt+{tab}") for tab in range(1, 9)),
    keys("contact code", "ContactTypeForm", "n", "alt+6", "enter"),
    keys("rate", "RateForm", "n", "alt+7", "f2"),
    keys("texts", "TemplatesScreen", "n", "alt+3", "f4"),
    keys("placeholders", "ListScreen", "n", "alt+3", "f4", "f2"),
    keys("operators", "OperatorsScreen", "p"),
    keys("operator", "OperatorForm", "p", "enter"),
    keys("quick print", "QuickPrintScreen", "p", "enter", "f5"),
    keys("certificates", "CertificatesScreen", "p", "enter", "f6"),
    keys("certificate", "CertificateForm", "p", "enter", "f6", "f2"),
    keys("copy operator", "ListScreen", "p", "enter", "f7"),
    keys("own account", "OwnAccountScreen", "e"),
    keys("unsaved", "UnsavedScreen", "f3", "enter", "X", "tab", "X", "escape"),
    made("open items", lambda company: OpenItemsScreen(ItemFilter(), _("Open items")), "OpenItemsScreen"),
    made("sign in", lambda company: SignInScreen("ana", LONG), "SignInScreen"),
    made("first start", lambda company: FirstStartScreen(), "FirstStartScreen"),
    made("unfinished", a_batch, "UnfinishedScreen"),
    made("broken off", what_was_broken_off, "BrokenOffScreen"),
    made("restored", lambda company: RestoredScreen(LONG), "RestoredScreen"),
    made("sending one", a_sending, "SendingOneScreen"),
    made("mapping", a_mapping, "MappingScreen"),
    made("import review", a_review, "ReviewScreen"),
    made("account", lambda company: AccountScreen(an_operator()), "AccountScreen", lambda: " ".join(CODE.user_code)),
    made("account test", an_account_test, "AccountTestScreen", lambda: _failed_at().partition("{")[0].strip()),
    made("letter as a picture", a_letter, "PageImageScreen"),
    made("job", a_job, "JobScreen", lambda: "42 / 206"),
    made("jobs", some_jobs, "JobsScreen"),
    made("error", an_error, "ErrorScreen"),
    made("conflict", a_conflict, "ConflictScreen"),
    made("count", lambda company: ConfirmCountScreen(_("Unlock"), [LONG], 42, _("Unlock")), "ConfirmCountScreen"),
    made("who is here", lambda company: PresenceScreen(), "PresenceScreen"),
    made("outcome", lambda company: OutcomeScreen(_("Issue"), [LONG] * 3, [LONG] * 30), "OutcomeScreen"),
    made("question", lambda company: ConfirmScreen(_("Unlock"), [LONG] * 2, _("Unlock")), "ConfirmScreen"),
    made("text question", lambda company: AskTextScreen(_("Unlock"), _("Reason"), [LONG]), "AskTextScreen"),
)


async def open_screen(pilot: Pilot[int], company: Opened, opening: Opening) -> None:
    """Open it over the grid, whose cursor stands on the notice NUMBER.

    Raises:
        AssertionError: it is not that screen which is on top then.
    """
    if opening.push is None:
        await go_to(pilot, NUMBER)
    else:
        pilot.app.push_screen(opening.push(company))
        await settle(pilot)
    for key in opening.keys:
        await pilot.press(key)
        await settle(pilot)
    if opening.words is not None:
        await meanwhile_shown(pilot, opening.words())
        await settle(pilot)
    found = [kind.__name__ for kind in type(pilot.app.screen).__mro__]
    assert opening.screen in found, f"{opening.name}: {found[0]} instead of {opening.screen}"


async def each_screen(
    pilot: Pilot[int], company: Opened, openings: Sequence[Opening] = OPENINGS
) -> AsyncIterator[Opening]:
    """Open one after the other; tabs of the same form without closing it between them."""
    before: Opening | None = None
    for opening in openings:
        way = opening.keys[:-1]
        same = before is not None and way and (way, opening.screen) == (before.keys[:-1], before.screen)
        if same and before is not None and _is_tab(before.keys[-1]) and _is_tab(opening.keys[-1]):
            await pilot.press(opening.keys[-1])
            await settle(pilot)
        else:
            await close_all(pilot)
            await open_screen(pilot, company, opening)
        yield opening
        before = opening
    await close_all(pilot)


def _is_tab(key: str) -> bool:
    """Whether the key only turns to another page of the same screen: a digit, with Alt in forms."""
    return key.removeprefix("alt+").isdigit()


async def close_all(pilot: Pilot[int]) -> None:
    """Back to the grid, whatever is open; ticks, toasts and jobs in the background are taken away."""
    grid = notices_screen(pilot)
    while pilot.app.screen is not grid:
        pilot.app.pop_screen()
    grid.table.untick_all()
    pilot.app.clear_notifications()
    await settle(pilot)
    grid.session.background.forget()
    await settle(pilot)
