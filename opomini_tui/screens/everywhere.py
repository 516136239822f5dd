"""What works on every screen: the clipboard, help, commands by name, a field's known values, who is here."""

from __future__ import annotations

from opomini_tui.actions import BY_ID
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _
from opomini_tui.widgets.field_values import OffersValues


class WorksEverywhere(SessionApp):
    """The part of the application that its keys of place "everywhere" reach; what they open is imported when it is wanted."""

    def copy_to_clipboard(self, text: str) -> None:
        """As `copy` does, for Textual's own widgets."""
        self.copy(text)

    def copy(self, text: str) -> bool:
        """Through tmux when it runs, else by the terminal; False when it is too long for that, and said to be in a file."""
        from opomini_tui.screens.clipboard import LARGEST_OSC52, copy_through_tmux

        if copy_through_tmux(text):
            self._clipboard = text
            return True
        if len(text.encode()) > LARGEST_OSC52:
            path = self.config.home / "copied.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.tell(_("Too much for the clipboard; it is in {path}.").format(path=path))
            return False
        super().copy_to_clipboard(text)
        return True

    def action_help(self) -> None:
        """Help on the screen that is shown."""
        from opomini_tui.screens.field_helps import about_focus
        from opomini_tui.screens.form import FormScreen
        from opomini_tui.screens.help import HelpScreen, keys_here

        screen = self.screen
        if isinstance(screen, (OpominiScreen, FormScreen)) and not isinstance(screen, HelpScreen):
            lists = [BY_ID["field.values"]] if any(field.has_values for field in screen.query(OffersValues)) else []
            actions = list(dict.fromkeys([*keys_here(screen), *lists]))
            self.push_screen(HelpScreen(screen.help_text(), actions, about_focus(screen)))

    def on_offers_values_wanted(self, event: OffersValues.Wanted) -> None:
        """The list of a field's known values; what is chosen stands in the field as if it were typed."""
        from opomini_tui.screens.values import ValuesScreen

        event.stop()
        field, box = event.field, event.box

        def chosen(text: str | None) -> None:
            if text is not None:
                box.value = text
                box.cursor_position = len(text)
            box.focus()

        if field.values is not None:
            self.push_screen(ValuesScreen(field.label, field.values, box.value), chosen)

    def action_palette(self) -> None:
        """Find a command of this screen by its name."""
        from opomini_tui.screens.ask import Entry, ListScreen

        screen = self.screen
        if not isinstance(screen, OpominiScreen):
            return
        entries = [Entry(a.id, a.label, a.key, _(a.help)) for a in screen.offered_actions()]

        def chosen(action_id: str | None) -> None:
            if action_id is not None:
                action = BY_ID[action_id]
                self.call_later(self.run_action, action.run, self if action.where == "everywhere" else screen)

        self.push_screen(ListScreen(_("Commands"), entries), chosen)

    def action_presence(self) -> None:
        """Who is here, at which screen, since when."""
        from opomini_tui.screens.presence import PresenceScreen

        if self.signed_in and not isinstance(self.screen, PresenceScreen):
            self.push_screen(PresenceScreen())

    def action_help_quit(self) -> None:
        """Ctrl+C does not quit; say what does."""
        self.tell(_("Press {key} to close the program.").format(key=BY_ID["everywhere.quit"].key))
