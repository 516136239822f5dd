"""Izstavitve: which prepared notices are issued; their figures are fixed and their letters made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from opomini_tui.actions import BY_ID
from opomini_tui.config import Config
from opomini_tui.documents.issue import Issued, issue
from opomini_tui.documents.signature import signer_of
from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notice_list import notices_by_currency
from opomini_tui.screens import known_values
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.session import read
from opomini_tui.screens.work_form import WorkForm
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import currency_sign, format_cents, format_date
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import Field, FieldProblem, NumberField
from opomini_tui.widgets.span_field import code_span, date_span, number_span

TYPING_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Match:
    """What the bounds choose."""

    chosen: NoticeFilter
    rows: int
    cents: Mapping[str, int]
    """Sum of the amounts by currency."""


class IssueScreen(WorkForm[None]):
    """Bounds of the notices to issue, and live how many there are."""

    SIZE = "small"

    def __init__(self, choice: Choice) -> None:
        """The year of the grid is proposed."""
        super().__init__()
        self._choice = choice
        self._typing: Timer | None = None
        self._match: Match | None = None

    def heading(self) -> str:
        """The button's name."""
        return BY_ID["notices.issue"].label

    def help_text(self) -> str:
        """What issuing does."""
        return _(
            "Issuing fixes the figures of prepared notices, makes their letters and counts the level on every item. "
            "An empty bound is open. What was paid or changed since it was prepared is refused by name."
        )

    def body(self) -> ComposeResult:
        """Leto, Datum opomina, Stopnja, Stranka, and what they choose."""
        yield NumberField("year", _("Year"), self._choice.shown.year, low=1990, high=2999, required=False).offers(
            listed(known_values.years)
        )
        yield date_span("date", _("Notice date"), self.session.today).offers(listed(known_values.notice_days))
        yield number_span("level", _("Level")).offers(listed(known_values.levels))
        yield code_span("customer", _("Customer")).offers(known_values.customers)
        yield Static("", id="issue-match", markup=False, classes="work--counts")
        yield Static("", id="issue-signing", markup=False)

    def confirm_label(self) -> str:
        """The deed by its name."""
        return _("Issue now")

    def on_mount(self) -> None:
        """Count at once, and say who signs."""
        self.field("year").focus_control()
        self.choosing()
        self._count()
        signing = self.query_one("#issue-signing", Static)
        read(self, "signing", partial(signing_words, self.session.actor, self.session.config), signing.update)

    @on(Field.Changed)
    def _changed(self) -> None:
        self._match = None
        self.choosing()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._count)

    def _count(self) -> None:
        try:
            chosen = bounds({str(field.name): field.read() for field in self.fields()})
        except FieldProblem:
            self.query_one("#issue-match", Static).update("")
            self.not_chosen()
            return
        read(self, "count", partial(count_prepared, chosen), self._counted, self._not_counted)

    def _not_counted(self, error: BaseException) -> None:
        self.choosing()  # a key that waits is of no use any more
        self.not_chosen()
        self.session.show_error(error)

    def _counted(self, match: Match) -> None:
        self._match = match
        self.work_on(match.chosen)
        self.query_one("#issue-match", Static).update(match_words(match))

    def confirmed(self) -> None:
        """Issue them; it can be stopped after the chunk in hand."""
        values = self.values()
        if values is None:
            return
        chosen, actor, config = bounds(values), self.session.actor, self.session.config

        def work(job: Job[Issued]) -> Issued:
            signer = signer_of(actor.record(), config)
            return issue(chosen, actor, signer=signer, progress=job.progress, stop=job.stop)

        run_verb(
            self.session,
            self.heading(),
            work,
            self._issued,
            self.show_failure,
            can_stop=True,
            said=issued_in_short,
            opener=self,
        )

    def _issued(self, issued: Issued) -> None:
        if self.is_active:
            self.dismiss(None)
        self.session.push_screen(OutcomeScreen(self.heading(), issued_words(issued), issued.refused))


def bounds(values: dict[str, Any]) -> NoticeFilter:
    """The prepared notices within what the form says."""
    return NoticeFilter(
        year=values["year"],
        date=values["date"],
        level=values["level"],
        customer=values["customer"],
        state="prepared",
    )


def count_prepared(chosen: NoticeFilter) -> Match:
    """How many there are; called in a thread."""
    found = notices_by_currency(chosen)
    return Match(
        chosen, sum(rows for rows, _cents in found.values()), {code: cents for code, (_rows, cents) in found.items()}
    )


def signing_words(actor: Actor, config: Config) -> str:
    """With whose certificate the letters are signed, or why they cannot be; "" when he has none; called in a thread."""
    try:
        signer = signer_of(actor.record(), config)
    except OpominiError as problem:
        return str(problem)
    if signer is None:
        return ""
    said = _("Letters are signed with the certificate of {name} (until {day}).")
    return said.format(name=signer.holder, day=format_date(signer.expires))


def match_words(match: Match) -> str:
    """How many prepared notices the bounds choose, and their amounts in each currency."""
    if not match.rows:
        return _("No prepared notice lies within these bounds.")
    said = ngettext("{count} prepared notice will be issued.", "{count} prepared notices will be issued.", match.rows)
    amounts = [
        f"{format_cents(cents, language())}\N{NO-BREAK SPACE}{currency_sign(code)}"
        for code, cents in match.cents.items()
    ]
    return f"{said.format(count=match.rows)} {' + '.join(amounts)}"


def issued_in_short(issued: Issued) -> str:
    """How many were issued, that some were not, and that it was stopped, for who was not looking."""
    sentences = issued_words(issued)[: 2 if issued.stopped else 1]
    if issued.refused:
        count = len(issued.refused)
        sentences.append(ngettext("{count} was left out.", "{count} were left out.", count).format(count=count))
    return " ".join(sentences)


def issued_words(issued: Issued) -> list[str]:
    """What was issued, for the outcome."""
    said = ngettext("{count} notice was issued.", "{count} notices were issued.", issued.count)
    sentences = [said.format(count=issued.count)]
    if issued.stopped:
        sentences.append(_("It was stopped; the rest is still prepared. Issue again to go on."))
    if issued.signed_by and issued.count:
        sentences.append(_("Signed with the certificate of {name}.").format(name=issued.signed_by))
    return [*sentences, *issued.warnings]
