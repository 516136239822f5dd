"""Priprava: the proposals of a run, computed from the open items, are reviewed and accepted (forms.md §1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input, Static

from opomini_tui.actions import BY_ID, Action, bindings
from opomini_tui.dunning.explain import Review, propose
from opomini_tui.dunning.prepare import Prepared, Proposal, Tally, prepare
from opomini_tui.dunning.reasons import reason_name
from opomini_tui.dunning.unsent import unsent_sentence
from opomini_tui.models.notice_filter import Span
from opomini_tui.screens import known_values
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.copying import CopiesRows, with_copying
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.prepare_why import PrepareWhyScreen
from opomini_tui.screens.session import read
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import format_cents, format_money
from opomini_tui.widgets.fields import DateField, Field, FieldProblem
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row
from opomini_tui.widgets.record_table import RecordTable
from opomini_tui.widgets.span_field import code_span

TYPING_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a run is made of: its day and the range of customer codes."""

    on: date
    customers: Span[str]


class ProposalTable(RecordTable):
    """Proposals in the colours of their levels."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"record-table--level-{level}" for level in (1, 2, 3)}


class PrepareScreen(CopiesRows, OpominiScreen):
    """Day and customers above, the proposals below; every ticked one becomes a notice when the run is accepted."""

    PLACES = ("prepare",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("prepare"), *bindings("rows")]

    def __init__(self, choice: Choice) -> None:
        """Of the `choice` only the day matters: a run looks at all open items."""
        super().__init__()
        self._choice = choice
        self._criteria: Criteria | None = None
        self._review: Review | None = None
        self._typing: Timer | None = None

    def title_text(self) -> str:
        """The button's name."""
        return BY_ID["notices.prepare"].label

    def help_text(self) -> str:
        """What a run does."""
        return _(
            "Notices are proposed from the open items as of the day. Untick a proposal to leave its customer out. "
            "F9 makes the ticked ones: they get a packet and numbers, and can still be deleted until they are issued. "
            "W shows every open item and why it is, or is not, on a notice. ! marks a customer whose previous notice was "
            "issued but never sent or printed; the line below the list names it."
        )

    def content(self) -> ComposeResult:
        """Criteria, what they bring, the proposals."""
        with Horizontal(id="prepare-criteria"):
            day = self._choice.day or self.session.today()
            yield DateField("on", _("As of"), day, self.session.today, required=True)
            yield code_span("customers", _("Customer")).offers(known_values.customers)
        yield Static(_("Computing …"), id="prepare-summary", markup=False)
        yield Static("", id="prepare-left", markup=False)
        yield ProposalTable(
            proposal_columns(),
            tickable=True,
            tick_title="   ",  # room for the mark of a warning
            empty_text=_("No open item is to be dunned."),
            id="prepare-table",
        )
        yield Static("", id="prepare-note", markup=False)

    def on_mount(self) -> None:
        """Compute for the day at once; it is what is changed first."""
        self.query_one(DateField).focus_control()
        self._compute()

    @property
    def table(self) -> RecordTable:
        """The proposals."""
        return self.query_one("#prepare-table", RecordTable)

    def copied_table(self) -> RecordTable:
        """The proposals."""
        return self.table

    def offered_actions(self) -> list[Action]:
        """Those of its place, and copying."""
        return with_copying(super().offered_actions())

    def _read_criteria(self) -> Criteria | None:
        """What is typed; None when it cannot be read, which is said at the field."""
        values = {}
        for field in self.query(Field):
            try:
                values[field.name] = field.read()
            except FieldProblem as problem:
                field.problem = str(problem)
                return None
        return Criteria(values["on"], values["customers"])

    @on(Field.Changed)
    def _criteria_changed(self) -> None:
        """What was shown does not hold any more: it cannot be accepted until it is computed again."""
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._compute)

    def _compute(self) -> None:
        """Compute the proposals in a thread."""
        criteria = self._read_criteria_quietly()
        if criteria is None or (criteria == self._criteria and self._review is not None):
            return
        self._criteria, self._review = criteria, None
        self.query_one("#prepare-summary", Static).update(_("Computing …"))
        read(self, "propose", partial(propose, criteria.on, criteria.customers), self._show)

    def _read_criteria_quietly(self) -> Criteria | None:
        """As `_read_criteria`, but what is half typed is no problem yet."""
        try:
            values = {field.name: field.read() for field in self.query(Field)}
        except FieldProblem:
            return None
        return Criteria(values["on"], values["customers"])

    def _show(self, review: Review) -> None:
        """Show the proposals, all ticked."""
        self._review = review
        rows = review.proposals
        numbers = range(1, len(rows) + 1)
        self.table.load(numbers, lambda ids: {one: proposal_row(rows[one - 1]) for one in ids if one in numbers})
        self.table.tick_all()
        self.query_one("#prepare-left", Static).update(left_words(review, self._criteria))
        self.query_one("#prepare-note").display = any(one.unsent for one in rows)
        self._show_note(self.table.cursor_id)

    @on(RecordTable.RowHighlighted)
    def _moved(self, event: RecordTable.RowHighlighted) -> None:
        self._show_note(event.id)

    def _show_note(self, number: int | None) -> None:
        """What is to be known of the proposal under the cursor."""
        unsent = self._review.proposals[number - 1].unsent if self._review and number else ""
        self.query_one("#prepare-note", Static).update(unsent_sentence(unsent) if unsent else "")

    @on(RecordTable.TicksChanged)
    def _show_summary(self) -> None:
        """Count what would be made now."""
        if self._review is None:
            return
        out = self._excluded(self._review)
        kept = (one for one in self._review.proposals if one.customer.code not in out)
        self.query_one("#prepare-summary", Static).update(made_words(kept))

    def _excluded(self, review: Review) -> frozenset[str]:
        """Codes of the customers with an unticked proposal; a customer is left out as a whole."""
        return frozenset(review.proposals[number - 1].customer.code for number in self.table.ticks.exceptions())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter in a field computes and goes to the proposals."""
        event.stop()
        if self._read_criteria() is not None:
            self._compute()
            self.table.focus()

    def action_tick_all(self) -> None:
        """Make every proposal."""
        self.table.tick_all()

    def action_untick_all(self) -> None:
        """Make none."""
        self.table.untick_all()

    def action_tick(self) -> None:
        """Space in the list; the table itself does it when it has the focus."""
        self.table.action_tick()

    def action_criteria(self) -> None:
        """Back to the day."""
        self.query_one(DateField).focus_control()

    def action_why(self) -> None:
        """Every item with its sentence."""
        criteria = self._read_criteria()
        if criteria is not None:
            self.session.push_screen(PrepareWhyScreen(criteria.on, criteria.customers))

    def action_close(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)

    def action_confirm(self) -> None:
        """Make the ticked proposals, if they are the ones that are shown."""
        criteria, review = self._read_criteria(), self._review
        if criteria is None:
            return
        if review is None or criteria != self._criteria:
            self._compute()
            self.session.tell(_("The proposals are being computed; look at them first."), problem=True)
            return
        out = self._excluded(review)
        kept = [one for one in review.proposals if one.customer.code not in out]
        if not kept:
            self.session.tell(_("No proposal is ticked; there is nothing to prepare."), problem=True)
            return

        def work(job: Job[Prepared]) -> Prepared:
            return prepare(
                criteria.on,
                self.session.actor,
                customers=criteria.customers,
                excluded=out,
                expected=fingerprint(kept),
                progress=lambda done, _total=0, *more: job.progress(done, len(kept), *more),
                stop=job.stop,
            )

        def said(made: Prepared) -> str:
            return prepared_words(made)[0]

        run_verb(self.session, self.title_text(), work, self._made, self._failed, can_stop=True, said=said, opener=self)

    def _made(self, made: Prepared) -> None:
        """Close and say packet and numbers."""
        if self.is_active:
            self.dismiss(None)
        self.session.push_screen(OutcomeScreen(self.title_text(), prepared_words(made)))

    def _failed(self, error: BaseException) -> None:
        """Say why, and show what would be proposed now."""
        self.session.show_error(error)
        if self.is_attached:
            self._review = None
            self._compute()


def proposal_columns() -> Sequence[Column]:
    """The columns of the proposals."""
    return (
        Column("code", _("Customer code"), 13, sortable=False),
        Column("name", _("Customer name"), 16, sortable=False, grows=True),
        Column("level", _("Level"), 7, "right", sortable=False),
        Column("items", _("Items"), 8, "right", sortable=False),
        Column("days", _("Days late"), 10, "right", sortable=False),
        Column("amount", _("Amount"), 13, "right", sortable=False),
    )


def proposal_row(proposal: Proposal) -> Row:
    """One proposal as a line."""
    figures = proposal.figures
    cells = (
        proposal.customer.code,
        proposal.customer.name,
        str(figures.level),
        str(len(proposal.verdict.taken)),
        str(figures.days_late),
        format_cents(figures.amount, language()),
    )
    return Row(cells, background=f"level-{figures.level}", mark="!" if proposal.unsent else "")


def fingerprint(proposals: Iterable[Proposal]) -> str:
    """The fingerprint by which `prepare` knows that it makes exactly what was reviewed."""
    tally = Tally()
    for proposal in proposals:
        tally.add(proposal)
    return str(tally.digest.hexdigest())


def made_words(proposals: Iterable[Proposal]) -> str:
    """`206 notices · 25.310,40 · 1st: 100 · 2nd: 106`."""
    count, amount, levels = 0, 0, Counter[int]()
    for proposal in proposals:
        count += 1
        amount += proposal.figures.amount
        levels[proposal.figures.level] += 1
    parts = [ngettext("{count} notice", "{count} notices", count).format(count=count), format_cents(amount, language())]
    return " · ".join([*parts, *levels_words(levels)])


def levels_words(levels: Counter[int] | dict[int, int]) -> list[str]:
    """How many notices of each level."""
    return [_("level {level}: {count}").format(level=level, count=levels[level]) for level in sorted(levels)]


def left_words(review: Review, criteria: Criteria | None = None) -> str:
    """How many items stay, by reason; or that there are none at all, among the customers of the `criteria`."""
    if not review.left and not review.proposals:
        if criteria is not None and criteria.customers != Span():
            return _("These customers have no open items.")
        return _("There are no open items. Import a snapshot first.")
    if not review.left:
        return _("Every open item is on a notice.")
    reasons = sorted(review.left.items(), key=lambda entry: -entry[1])
    named = ", ".join(f"{reason_name(reason)} {count}" for reason, count in reasons)
    return _("Items left: {reasons}").format(reasons=named)


def prepared_words(made: Prepared) -> list[str]:
    """What a run made, for its outcome."""
    numbers = f"{made.year}/{made.first_number} – {made.year}/{made.last_number}"
    count = ngettext("{count} notice", "{count} notices", made.notices).format(count=made.notices)
    return [
        _("Packet {packet}: {notices}, numbers {numbers}.").format(packet=made.packet, notices=count, numbers=numbers),
        " · ".join([format_money(made.amount, language()), *levels_words(dict(made.levels))]),
        *made.warnings,
        _("They are prepared. Issue them when they are right; until then they can be deleted."),
    ]
