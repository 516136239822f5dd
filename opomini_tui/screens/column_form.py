"""The columns of the grid: which are shown, in which order, how wide, and how many stay while the others scroll."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.notice_columns import ALWAYS, LEAST_WIDTH, MOST_WIDTH, Arrangement, notice_columns
from opomini_tui.text import _
from opomini_tui.widgets.cell_text import fit
from opomini_tui.widgets.readable import ChoiceList

TITLE_WIDTH = 22
STEPS = ("show", "up", "down", "wider", "narrower", "stay", "reset")


class ColumnsScreen(FormScreen[Arrangement]):
    """A list of all columns, changed by keys; the grid takes it over with F9."""

    SIZE = "list"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("columns")]

    def __init__(self, arrangement: Arrangement, window: int) -> None:
        super().__init__()
        self._columns = {column.key: column for column in notice_columns(window)}
        self._take(arrangement)

    def _take(self, arrangement: Arrangement) -> None:
        self.order = list(dict.fromkeys([*(key for key in arrangement.order if key in self._columns), *self._columns]))
        self.hidden = set(arrangement.hidden) - {ALWAYS}
        self.widths = {key: width for key, width in arrangement.widths.items() if key in self._columns}
        self.frozen = arrangement.frozen

    def heading(self) -> str:
        """What is arranged."""
        return _("Columns")

    def help_text(self) -> str:
        """How it is used."""
        return _(
            "The columns from left to right. Those marked so stay while the others scroll. "
            "The number of the notice is always shown."
        )

    def offered_actions(self) -> list[Action]:
        """The keys of the list, then those of every form."""
        return actions_of("columns", "form", "everywhere")

    def body(self) -> ComposeResult:
        """The keys, and the list."""
        yield Static(self._keys(), id="columns-keys")
        yield ChoiceList(id="list-entries")

    def _keys(self) -> Content:
        parts = []
        for step in STEPS:
            action = BY_ID[f"columns.{step}"]
            parts.append(Content.assemble((action.key, "$hint-key bold"), " ", action.label))
        return Content("  ").join(parts)

    def buttons(self) -> list[Button]:
        """Leave, or take it over."""
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(self.confirm_label(), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def on_mount(self) -> None:
        """The list has the focus."""
        self._show(0)
        self.query_one(OptionList).focus()

    @property
    def _place(self) -> int:
        return self.query_one(OptionList).highlighted or 0

    @property
    def _key(self) -> str:
        return self.order[self._place]

    def arrangement(self) -> Arrangement:
        """What is arranged now."""
        order = () if self.order == list(self._columns) else tuple(self.order)
        return Arrangement(order, frozenset(self.hidden), dict(self.widths), self.frozen)

    def _shown(self, key: str) -> bool:
        return key not in self.hidden

    def _staying(self) -> set[str]:
        """The columns that stay."""
        shown = [key for key in self.order if self._shown(key)]
        if self.frozen is not None:
            return set(shown[: self.frozen])
        staying = set()
        for key in shown:
            if not self._columns[key].frozen:
                break
            staying.add(key)
        return staying

    def _show(self, place: int) -> None:
        options, staying, word = self.query_one(OptionList), self._staying(), _("stays")
        options.clear_options()
        for key in self.order:
            column = self._columns[key]
            sign = "[x]" if self._shown(key) else "[ ]"
            width = (
                str(self.widths[key]) if key in self.widths else _("by itself") if column.grows else str(column.width)
            )
            own = "•" if key in self.widths else " "
            stays = f"  {word}" if key in staying else ""
            options.add_option(Option(Content(f"{sign} {fit(column.title, TITLE_WIDTH)} {width:>9}{own}{stays}")))
        options.highlighted = place

    def action_show(self) -> None:
        """Show the column or hide it."""
        if self._key != ALWAYS:
            self.hidden ^= {self._key}
            self._show(self._place)

    def action_move(self, step: int) -> None:
        """Move the column up or down the list, which is left or right in the grid."""
        place = self._place
        target = place + step
        if 0 <= target < len(self.order):
            self.order[place], self.order[target] = self.order[target], self.order[place]
            self._show(target)

    def action_width(self, step: int) -> None:
        """A cell wider or narrower."""
        key = self._key
        width = self.widths.get(key, self._columns[key].width) + step
        self.widths[key] = max(LEAST_WIDTH, min(width, MOST_WIDTH))
        self._show(self._place)

    def action_stay(self) -> None:
        """This column and those before it stay while the others scroll; the same again: none of them."""
        shown = [key for key in self.order if self._shown(key)]
        count = sum(key in shown for key in self.order[: self._place + 1])
        self.frozen = 0 if self.frozen == count else count
        self._show(self._place)

    def action_reset(self) -> None:
        """Everything as in the original."""
        self._take(Arrangement())
        self._show(self._place)

    def confirmed(self) -> None:
        """Take it over."""
        self.dismiss(self.arrangement())
