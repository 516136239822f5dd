"""The application's colours: themes of the program and of the user, chosen live; drawing sparingly over a slow line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import DescendantFocus
from textual.filter import LineFilter
from textual.scroll_view import ScrollView
from textual.widgets import Input

from opomini_tui.models.preferences import LOW_TRAFFIC
from opomini_tui.screens.low_traffic import ON, choice_words, keep_cursor_still, use, wanted
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _
from opomini_tui.themes import DEFAULT, SIXTEEN_COLOURS, VARIABLES, LoadedThemes, load_themes, theme_folder
from opomini_tui.widgets.harmless import HARMLESS
from opomini_tui.widgets.real_cursor import put_cursor


class ColouredApp(SessionApp):
    """What of the application has to do with colours; `begin_in_colour` comes first."""

    themes_found = LoadedThemes((), {}, ())
    low_traffic = False
    """Few bytes for a slow line; see `screens.low_traffic`."""

    def begin_in_colour(self) -> None:
        """The themes, and the one to begin with; Textual's own are not offered."""
        self.low_traffic = wanted(self.config)
        if self.low_traffic:
            use(self, low=True)
        self._read_themes()
        for name in set(self.available_themes) - set(self.themes_found.titles):
            self.unregister_theme(name)
        self._begin_with(self._start_theme())

    def _read_themes(self) -> None:
        """The program's themes and the user's own, as their files are now."""
        self.themes_found = load_themes([theme_folder(), self.config.home / "themes"])
        for theme in self.themes_found.themes:
            self.register_theme(theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The default theme's own variables, for a user's theme that lacks some."""
        default = self.available_themes.get(DEFAULT)
        return {name: default.variables[name] for name in VARIABLES} if default else {}

    def _begin_with(self, theme: str) -> None:
        """The first theme, without what a change of themes costs: reading all the styles once more, twice."""
        self.set_reactive(ColouredApp.theme, theme)
        dark = self.current_theme.dark
        classes = {"-dark-mode": dark, "-light-mode": not dark, f"-theme-{theme}": True}
        self.update_classes(classes, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def _start_theme(self, chosen: str = "") -> str:
        """The theme asked for by the environment or the operator, else one that the terminal can show."""
        for name in (self.config.theme, SIXTEEN_COLOURS if self.low_traffic else chosen):
            if name in self._offered_themes():
                return name
        standard = self.console.color_system == "standard" and not self.no_color
        return SIXTEEN_COLOURS if standard else DEFAULT

    def _offered_themes(self) -> dict[str, str]:
        """Titles by name. NO_COLOR leaves only brightness, and the terminal's own colours have none: all would be black."""
        titles = self.themes_found.titles.items()
        return {name: title for name, title in titles if not (self.no_color and self.available_themes[name].ansi)}

    def draw_as_wanted(self) -> None:
        """In the operator's colours, or with few bytes."""
        low = wanted(self.config, self.chosen.recall(self.actor, LOW_TRAFFIC))
        if low != self.low_traffic:
            self.low_traffic = low
            use(self, low=low)
        self.theme = self._start_theme(self.chosen.recall(self.actor, "theme"))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and one that keeps what is in the data from the terminal's ear."""
        return [*super().get_line_filters(), HARMLESS]

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """No cursor blinks, and the terminal's own goes where the keys go."""
        keep_cursor_still(event.widget)
        if not isinstance(event.widget, (Input, ScrollView)):  # these put it where they draw their own
            self.call_later(put_cursor, event.widget)

    def action_theme(self) -> None:
        """Choose other colours; they are kept for the operator. Files that were edited are read anew."""
        from opomini_tui.screens.ask import Entry, ListScreen

        self._read_themes()
        for sentence in self.themes_found.failures:
            self.tell(sentence, problem=True)
        entries = [Entry(name, _(title)) for name, title in self._offered_themes().items()]

        def chosen(name: str | None) -> None:
            if name is not None:
                if name == self.theme:  # its file may say something else now; to the same theme Textual does nothing
                    self.theme = next(other for other in self.themes_found.titles if other != name)
                self.theme = name
                if self._actor is not None:
                    self.chosen.keep(self._actor, "theme", name)

        self.push_screen(ListScreen(_("Colours"), entries, search=False, current=self.theme), chosen)

    def action_low_traffic(self) -> None:
        """Fewer bytes over a slow line, on or off; kept for the operator."""
        if self.signed_in:
            self.choose_low_traffic(not self.low_traffic)

    def choose_low_traffic(self, low: bool) -> None:
        """As the operator wants it from now on."""
        self.chosen.keep(self.actor, LOW_TRAFFIC, ON if low else "")
        self.tell(choice_words(self.config, low))
        self.draw_as_wanted()
