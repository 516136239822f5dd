"""E-pošiljanje opominov: many notices with one subject and text (forms.md §2)."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Button, Static, TabbedContent, TabPane

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.approval import approval_sentence, needs_approval
from opomini_tui.mail.outbox import Enqueued
from opomini_tui.mail.plan import SendCounts, SendPlan, plan_sending
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.settings import Company
from opomini_tui.screens import known_values
from opomini_tui.screens.button_text import rename_button
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.confirm_count import ConfirmCountScreen
from opomini_tui.screens.form import form_button
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.send_batch_parts import (
    batch_filter,
    confirm_words,
    count_chosen,
    counts_words,
    queued_words,
    queueing,
    scope_options,
    send_label,
    year_of,
)
from opomini_tui.screens.send_batch_texts import PANES, TEXTS, BatchTexts, key_hint
from opomini_tui.screens.send_progress import SendProgressScreen
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import Field, FieldProblem, NumberField, SelectField
from opomini_tui.widgets.span_field import code_span, date_span, number_span

TYPING_SECONDS = 0.15
BOUNDS = ("year", "customer", "date", "packet", "level", "number")
LOW = 30
"""Below so many lines the bounds make room while the texts are written."""


class SendBatchScreen(BatchTexts):
    """Bounds, which rows, texts; live how many will go and how many will not."""

    SIZE = "large"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("send_batch")]

    def __init__(self, choice: Choice) -> None:
        """Ticked notices are proposed when there are any; else everything within the bounds of the grid's year."""
        super().__init__()
        self._choice = choice
        self._counting: Timer | None = None
        self._previewing: Timer | None = None
        self._counts: SendCounts | None = None
        self._counted_for: NoticeFilter | None = None
        self._wanted: NoticeFilter | None = None

    def heading(self) -> str:
        """The form's name."""
        return BY_ID["notices.send_batch"].label

    def help_text(self) -> str:
        """How to fill it in."""
        return _(
            "An empty bound is open. Subject and text are taken from the template of each notice's level and language; what is "
            "typed here replaces them for this batch. Type {{ and Tab for placeholders. F2 lists who will not get anything."
        ).format()

    def body(self) -> ComposeResult:
        """The bounds, then the two tabs."""
        yield NumberField("year", _("For year"), self._choice.shown.year, low=1990, high=2999, required=False).offers(
            listed(known_values.years)
        )
        yield code_span("customer", _("Customer")).offers(known_values.customers)
        yield date_span("date", _("Notice date"), self.session.today).offers(listed(known_values.notice_days))
        yield number_span("packet", _("Packet")).offers(listed(known_values.packets))
        yield number_span("level", _("Notice level")).offers(listed(known_values.levels))
        numbers = known_values.numbers(lambda: year_of(self.field("year")))
        yield number_span("number", _("Notice number")).offers(numbers)
        with TabbedContent(id="batch-tabs"):
            with TabPane(_("Grid settings"), id=PANES[0]):
                options = scope_options(self._choice)
                yield SelectField("scope", _("Send"), options, options[0][0])
                yield Static("", id="batch-scope-help", markup=False)
                yield Static(_("Copy, subject and text are on the other tab: F3."), id="batch-tab-help", markup=False)
                yield Static(key_hint("send_batch.review"), id="batch-review-help", markup=False)
            with TabPane(_("E-mail settings"), id=PANES[1]):
                yield from self.text_fields(4 if self._low else 8)

    def buttons(self) -> list[Button]:
        """Leave, who will not get it, template, send."""
        send = form_button(_("Send"), "confirm", BY_ID["form.confirm"].key, main=True)
        send.disabled = True
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(_("Left out"), "reasons", BY_ID["send_batch.reasons"].key),
            form_button(_("Template"), "template", BY_ID["send_batch.template"].key),
            send,
        ]

    def on_mount(self) -> None:
        """The counts go between body and buttons; count and preview at once."""
        self.query_one(".form").mount(Static(_("Counting …"), id="batch-counts", markup=False), after=".form--body")
        self.field("year").focus_control()
        self._arrange()
        self._count()
        self.preview()

    def action_access(self, key: str) -> None:
        """Alt with a digit shows that tab and goes to its first field; Alt with a letter also shows the tab of its field."""
        wanted = {"1": "scope", "2": "cc"} | {field.access_key: str(field.name) for field in self.fields()}
        if key in wanted:
            self._show_field(wanted[key])

    def action_tab(self) -> None:
        """The other tab."""
        self._show_field("cc" if self.query_one(TabbedContent).active == PANES[0] else "scope")

    def _show_field(self, name: str) -> None:
        """Show the tab with which the field is seen, and go to the field at once: the next key is meant for it."""
        self.query_one(TabbedContent).active = PANES[name in TEXTS]
        self.set_focus(self.field(name).control)
        self._make_room()

    @on(TabbedContent.TabActivated)
    @on(events.Resize)
    def _make_room(self) -> None:
        """In a low window the bounds give their lines to the texts, so that the preview is seen while they are typed."""
        self.set_class(self._low, "-low")
        for name in BOUNDS:
            self.field(name).display = not (self._low and self.query_one(TabbedContent).active == PANES[1])

    @property
    def _low(self) -> bool:
        return self.session.size.height < LOW

    # What is chosen

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        """Bounds are counted and previewed, texts only previewed, when the operator pauses."""
        if event.field.name == "scope":
            self._arrange()
        if event.field.name not in TEXTS:
            self._counts = None
            self._confirming = self._confirming and self.chosen() == self._wanted
            self._name_button()
            if self._counting is not None:
                self._counting.stop()
            self._counting = self.set_timer(TYPING_SECONDS, self._count)
        if self._previewing is not None:
            self._previewing.stop()
        self._previewing = self.set_timer(2 * TYPING_SECONDS, self.preview)

    def _arrange(self) -> None:
        """Bounds count only when they are what chooses."""
        scope = str(self.field("scope").read())
        for name in BOUNDS:
            self.field(name).disabled = scope != "bounds"
        words = {
            "bounds": _("Every notice within the bounds above; an empty bound is open."),
            "ticked": _("Only the ticked rows; the bounds above do not count."),
            "grid": _("Exactly the rows that the grid shows; the bounds above do not count."),
        }
        self.query_one("#batch-scope-help", Static).update(words[scope])

    def chosen(self) -> NoticeFilter | None:
        """The notices chosen; None while a bound cannot be read."""
        try:
            values = {name: self.field(name).read() for name in (*BOUNDS, "scope")}
        except FieldProblem:
            return None
        return batch_filter(self._choice, values)

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.stop()
            self._counting = None
        chosen = self.chosen()
        if chosen is None:
            self.query_one("#batch-counts", Static).update(_("A bound cannot be read."))
            return
        self.work_on(chosen)
        read(self, "counts", partial(count_chosen, chosen), partial(self._counted, chosen))

    def _counted(self, chosen: NoticeFilter, found: tuple[SendCounts, int]) -> None:
        if chosen == self.chosen():
            self._counts, self._counted_for = found[0], chosen
            self.query_one("#batch-counts", Static).update(counts_words(*found))
            self._name_button()

    def _name_button(self) -> None:
        """The button says how many; without any it cannot be pressed."""
        going = self._counts.going if self._counts else None
        button = self.query_one("#button-confirm", Button)
        rename_button(button, send_label(going), BY_ID["form.confirm"].key)
        button.disabled = not going

    @on(NoticesChanged)
    def _notices_changed(self, event: NoticesChanged) -> None:
        event.stop()
        self._count()

    # Who gets it

    @on(Button.Pressed, "#button-reasons")
    def action_reasons(self) -> None:
        """The list of those that will not go, and of addresses that deserve a look."""
        from opomini_tui.screens.preflight import PreflightScreen

        chosen = self.chosen()
        if chosen is not None:
            self.session.push_screen(PreflightScreen(chosen))

    def action_review(self) -> None:
        """Go through the notices that will go, each as it will go."""
        from opomini_tui.screens.batch_review import BatchReviewScreen, OwnTexts

        values = self.values()
        if values is None:
            self._show_problem_tab()
            return
        texts = OwnTexts(values["subject"], values["body"], tuple(split_addresses(values["cc"])))
        self.session.push_screen(BatchReviewScreen(batch_filter(self._choice, values), texts))

    # Sending

    def action_confirm(self) -> None:
        """With what stands in the form now, also when it was typed a moment ago: that is counted first."""
        self._wanted = self.chosen()
        if self._counting is not None or self._wanted != self._counted_for:
            self._count()
        super().action_confirm()

    def confirmed(self) -> None:
        """Ask with the numbers of what goes, counted anew; the count must be typed."""
        values, counts = self.values(), self._counts
        if values is None:
            self._show_problem_tab()
            return
        chosen = batch_filter(self._choice, values)
        if counts is not None and chosen == self._counted_for and not counts.going:
            self.session.tell(_("None of these notices can go; F2 says why."), problem=True)
        else:
            actor, config, ask = self.session.actor, self.session.config, partial(self._ask, chosen, values)

            def plan(job: Job[SendPlan]) -> SendPlan:
                return plan_sending(chosen, actor, config=config, progress=job.progress, stop=job.stop)

            run_verb(self.session, self.heading(), plan, ask, self.show_failure, can_stop=True)

    def _ask(self, chosen: NoticeFilter, values: dict[str, Any], plan: SendPlan) -> None:
        """The operator agrees to these very notices; what becomes ready while he is asked does not go."""
        agreed = frozenset(one.notice_id for one in plan.ready)
        counts = SendCounts(len(agreed) + len(plan.held_back), len(agreed), {})
        if not agreed:
            self.session.tell(_("None of these notices can go; F2 says why."), problem=True)
            return
        asks = approval_sentence(self.session.actor) if needs_approval(agreed) else ""
        words = confirm_words(counts, values, Company.current().recall_seconds, asks)
        ask = ConfirmCountScreen(self.heading(), words, counts.going, send_label(counts.going), short=True)
        self.session.push_screen(ask, lambda yes: self._send(chosen, values, agreed) if yes else None)

    def _show_problem_tab(self) -> None:
        """A problem on the hidden tab must be seen."""
        wrong = next((str(field.name) for field in self.fields() if field.problem), "")
        if wrong:
            self._show_field(wrong)

    def _send(self, chosen: NoticeFilter, values: dict[str, Any], agreed: frozenset[int]) -> None:
        """Queue exactly what was agreed to, then watch."""
        session = self.session
        queue, fail = queueing(session, chosen, agreed, values), self.show_failure
        run_verb(session, self.heading(), queue, self._queued, fail, can_stop=True, said=queued_words, opener=self)

    def _queued(self, queued: Enqueued) -> None:
        session = self.session
        if self.is_active:
            self.dismiss(None)
        if not queued.batch:
            reasons = [f"{one.label}: {one.sentence}" for one in queued.held_back]
            session.push_screen(OutcomeScreen(self.heading(), [_("Nothing was sent.")], reasons))
            return
        session.push_screen(SendProgressScreen(queued.batch))
