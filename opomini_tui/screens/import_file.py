"""Uvoz: customers, contacts or open items from a file of the ledger; first what will change, then F9 does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Button, Input, Static

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.ledger import BadFile, Imported
from opomini_tui.ledger.open_items import day_in_name
from opomini_tui.models.preferences import recall
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.import_mapping import MappingScreen
from opomini_tui.screens.import_preview import ImportView
from opomini_tui.screens.import_run import (
    ENDINGS,
    FOLDER,
    OPEN_ITEMS,
    Look,
    Order,
    bad_file_screen,
    counted,
    counted_in_short,
    kind_in_name,
    kind_names,
    look_at,
    problems_screen,
)
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.widgets.fields import DateField, Field, SelectField
from opomini_tui.widgets.path_field import PathField
from opomini_tui.widgets.reasons import ReasonList

TYPING_SECONDS = 0.2


class ImportScreen(FormScreen[None]):
    """Kind, file and day above; below the folder, or the first rows of the file as they are understood."""

    SIZE = "large"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("import")]

    def __init__(self, choice: Choice) -> None:
        """`choice` of the grid does not matter."""
        super().__init__(classes="whole-body")
        self._choice = choice
        self._look: Look | None = None
        self._mapping: dict[str, str] | None = None
        self._guessed_for = ""
        self._typing: Timer | None = None

    def heading(self) -> str:
        """The action's name."""
        return BY_ID["notices.import"].label

    def help_text(self) -> str:
        """How a file is imported."""
        return _(
            "Type the path (Tab completes it) or choose from the list below; the arrow down goes there. The first rows show how the "
            "columns are understood; F6 changes that. F9 first tells what will change, and F9 again does it: the whole file or "
            "nothing. A snapshot of open items is complete: what is missing in it is closed."
        )

    def offered_actions(self) -> list[Action]:
        """With the details and the columns."""
        return actions_of("import", "form", "everywhere")

    def confirm_label(self) -> str:
        """The first of two steps."""
        return _("Check the file")

    def cancel_label(self) -> str:
        """Nothing is undone by leaving."""
        return _("Close")

    def buttons(self) -> list[Button]:
        """Details, columns, leave, check."""
        tools = [BY_ID["import.details"], BY_ID["import.columns"]]
        return [*(form_button(tool.label, tool.verb, tool.key) for tool in tools), *super().buttons()]

    def body(self) -> ComposeResult:
        """The fields and what they lead to."""
        folder = recall(self.session.actor, FOLDER) or str(Path.home())
        yield SelectField("kind", _("What is imported"), list(kind_names().items()), OPEN_ITEMS)
        yield PathField("path", _("File"), folder.rstrip("/") + "/", endings=ENDINGS)
        yield DateField("as_of", _("Open items as of"), self.session.today(), self.session.today, required=True)
        yield ImportView()

    def on_mount(self) -> None:
        """The path is what is typed first."""
        box = self.field("path").query_one(Input)
        box.select_on_focus = False  # a path is gone on with
        box.cursor_position = len(box.value)
        box.focus()
        self._look_now()

    def fields(self) -> list[Field[Any]]:
        """Those that count for the kind."""
        return [field for field in super().fields() if field.display]

    @property
    def _kind(self) -> str:
        return str(self.field("kind").read())

    @property
    def _typed(self) -> str:
        return str(self.field("path").read())

    @on(Field.Changed)
    def _field_changed(self, event: Field.Changed) -> None:
        event.stop()
        if event.field.name == "as_of":
            return
        self._mapping = None
        self._show_day()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._look_now)

    def _show_day(self) -> None:
        """Only open items are as of a day."""
        self.query_one("#field-as-of").display = self._kind == OPEN_ITEMS

    def _look_now(self) -> None:
        typed, kind, mapping = self._typed, self._kind, self._mapping
        read(self, "look", lambda: look_at(typed, kind, mapping), self._looked)

    def _looked(self, look: Look) -> None:
        self._look = look
        if look.folder is None and self._guess():
            self._look_now()  # as of the other kind
            return
        self.query_one("#button-columns").disabled = look.preview is None
        self.query_one("#button-details").disabled = not (look.preview and look.preview.problems)
        self.call_later(self.query_one(ImportView).show, look)

    def _guess(self) -> bool:
        """Kind and day from the name of a file that was just chosen (whether the kind is another one now).

        What the operator says afterwards stays.
        """
        typed = self._typed
        if typed == self._guessed_for:
            return False
        self._guessed_for, name = typed, Path(typed).name
        kind: Any = self.field("kind")
        day: Any = self.query_one("#field-as-of")
        day.write(day_in_name(name) or self.session.today())
        guessed, before = kind_in_name(name), self._kind
        if guessed in ("", before):
            return False
        kind.write(guessed)
        self._show_day()
        return True

    @on(ImportView.Chosen)
    def _chosen(self, event: ImportView.Chosen) -> None:
        """An entry of the list: the path as if it were typed."""
        box = self.field("path").query_one(Input)
        box.value = event.typed
        box.cursor_position = len(event.typed)
        if not event.typed.endswith("/"):
            box.focus()

    def on_key(self, event: events.Key) -> None:
        """The arrow down goes from the path to what stands below."""
        if event.key == "down" and isinstance(self.focused, Input):
            view = self.query_one(ImportView)
            below = view.files if view.files.display else next(iter(view.query("RecordTable")), None)
            if below is not None:
                event.stop()
                below.focus()

    def action_details(self) -> None:
        """F2: the wrong values of the first rows."""
        found = self._look.preview if self._look else None
        if found is not None and found.problems:
            title = _("Wrong values in the first rows")
            self.session.push_screen(problems_screen(title, found.problems, Path(self._typed).name))

    def action_columns(self) -> None:
        """F6: say which column is which."""
        found = self._look.preview if self._look else None
        if found is not None:
            self.session.push_screen(MappingScreen(self._kind, found), self._mapped)

    def _mapped(self, mapping: dict[str, str] | None) -> None:
        if mapping is not None:
            self._mapping = mapping
            self._look_now()

    def confirmed(self) -> None:
        """F9: find out what the file would change."""
        values = self.values()
        if values is None:
            return
        path = Path(values["path"]).expanduser()
        if not values["path"] or not path.is_file():
            self.show_problems({"path": _("There is no such file; choose one.")})
            return
        if values["path"] != self._guessed_for:  # typed and confirmed in one go: what it is taken for is shown first
            self._look_now()
            return
        look = self._look
        known = look is not None and (look.typed, look.kind) == (values["path"], values["kind"])
        if known and look is not None and look.preview is not None and look.preview.missing:
            self.action_columns()
            return
        self._check(Order(values["kind"], path, self._day(values), self._mapping))

    def _day(self, values: dict[str, Any]) -> date | None:
        return values["as_of"] if values["kind"] == OPEN_ITEMS else None

    def _check(self, order: Order) -> None:
        """The dry run."""
        actor = self.session.actor

        def checked(found: Imported) -> None:
            if found.already_known:  # nothing to ask: only that it was read is recorded
                self._apply(order)
            else:
                self.session.push_screen(ReviewScreen(found), lambda yes: self._apply(order) if yes else None)

        run_verb(
            self.session,
            _("Checking the file"),
            lambda job: order.run(actor, job, dry_run=True),
            checked,
            lambda error: self._refused(error, order),
            can_stop=True,
            said=partial(counted_in_short, dry_run=True),
            opener=self,
        )

    def _refused(self, error: BaseException, order: Order) -> None:
        """Bad lines are listed; an older snapshot can be taken by a second confirmation."""
        if isinstance(error, BadFile):
            self.session.push_screen(bad_file_screen(error))
        elif not order.allow_older and order.is_older():
            screen = ConfirmScreen(_("Older snapshot"), [str(error)], _("Check the older one"))
            allowed = replace(order, allow_older=True)
            self.session.push_screen(screen, lambda yes: self._check(allowed) if yes else None)
        else:
            self.show_failure(error)

    def _apply(self, order: Order) -> None:
        """The import itself."""
        actor = self.session.actor

        def work(job: Job[Imported]) -> Imported:
            done = order.run(actor, job, dry_run=False)
            order.remember_folder(actor)
            return done

        run_verb(
            self.session,
            BY_ID["notices.import"].label,
            work,
            lambda done: self._done(order, done),
            lambda error: self._refused(error, order),
            can_stop=True,
            said=partial(counted_in_short, dry_run=False),
            opener=self,
        )

    def _done(self, order: Order, done: Imported) -> None:
        """Say what was done; then another file can be chosen in the same folder, if the form is still open."""
        if self.is_attached:
            path: Any = self.field("path")
            path.write(order.folder.rstrip("/") + "/")
            path.focus_control()
            self._mapping = None
            self._look_now()
        warnings = [f"{_('Warning')}: {warning}" for warning in done.warnings]
        self.session.push_screen(OutcomeScreen(self.heading(), [*counted(done, dry_run=False), *warnings]))

    @on(Button.Pressed, "#button-details")
    def _details_pressed(self) -> None:
        self.action_details()

    @on(Button.Pressed, "#button-columns")
    def _columns_pressed(self) -> None:
        self.action_columns()


class ReviewScreen(ConfirmScreen):
    """What the file will change; F9 does it."""

    def __init__(self, found: Imported) -> None:
        title = _("Import {kind}").format(kind=kind_names()[found.kind].lower())
        super().__init__(title, counted(found, dry_run=True), BY_ID["notices.import"].label, danger=False)
        self._warnings = found.warnings

    def body(self) -> ComposeResult:
        """The counts, then the warnings, which can be scrolled."""
        yield from super().body()
        if self._warnings:
            yield Static(_("Taken nevertheless:"), markup=False, classes="outcome--left")
            yield ReasonList(self._warnings)
