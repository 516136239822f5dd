"""Who is here: the other sessions, at which screen, since when; it follows them while it is open."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.screens.desk import Around, place_name
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.text import _
from opomini_tui.text.moments import moment


class PresenceScreen(FormScreen[None]):
    """A line for each session; one that was lost vanishes within a minute."""

    SIZE = "small"

    def heading(self) -> str:
        """The action's name."""
        return BY_ID["everywhere.presence"].label

    def body(self) -> ComposeResult:
        """The lines."""
        yield Static("", id="presence-list", markup=False)

    def buttons(self) -> list[Button]:
        """Only one."""
        return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]

    def on_mount(self) -> None:
        """Now, and whenever somebody comes, goes or is elsewhere."""
        self.query_one("#button-cancel").focus()
        self.watch(self.session, "around", self._show)

    def _show(self, around: Around) -> None:
        lines = [
            _("{operator}: {place}, since {when}").format(
                operator=f"{one.operator_code} {one.operator_name}",
                place=place_name(one.place),
                when=moment(one.started_at),
            )
            for one in around.colleagues
        ]
        self.query_one("#presence-list", Static).update("\n".join(lines) or _("Nobody else is here."))

    def confirmed(self) -> None:
        """F9 closes too."""
        self.dismiss(None)
