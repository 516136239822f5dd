"""What can be done with the letter of the notice that a screen shows: open it, and see what it says otherwise."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from opomini_tui.config import Config
from opomini_tui.documents.shown_letter import ShownLetter, shown_letter
from opomini_tui.errors import OpominiError
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.letter_differences import LetterDifferencesScreen
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.page_image import PageImageScreen, images_shown, why_no_images
from opomini_tui.screens.session import read
from opomini_tui.screens.viewer import desktop_viewer, keep, own_viewer, show_file
from opomini_tui.text import _


class LetterActions(OpominiScreen):
    """The actions `differences` and `view` of a screen that shows one notice."""

    def shown_notice(self) -> int | None:
        """The id of the notice shown; None while there is none."""
        raise TypeError(f"{type(self).__name__} shows no notice")

    def action_differences(self) -> None:
        """What the letter says otherwise than the customer's previous one."""
        notice = self.shown_notice()
        if notice is not None:
            self.session.push_screen(LetterDifferencesScreen(notice))

    def action_view(self) -> None:
        """Open the PDF: in the operator's own viewer, as pictures in the terminal, else as the desktop does."""
        notice = self.shown_notice()
        if notice is None:
            return
        try:
            own = own_viewer(self.session.config)
        except OpominiError as error:
            self.session.show_error(error)
            return
        if not own and images_shown():
            read(self, "view", partial(shown_letter, notice), self._show_pages)
        else:
            read(self, "view", partial(open_letter, notice, self.session.config), self._opened)

    def _show_pages(self, letter: ShownLetter) -> None:
        self.session.push_screen(PageImageScreen(letter_title(letter), letter.content))

    def _opened(self, opened: tuple[Path, str]) -> None:
        path, viewer = opened
        no_images = why_no_images(self.session.config)
        if viewer:
            said = _("The letter is open in {viewer}.").format(viewer=viewer)
            self.session.tell(f"{said} {no_images}".strip())
            return
        sentences = [
            *filter(None, (no_images,)),
            _("There is no display here to open it on. The letter is in this file:"),
            str(path),
            _("Only you can read it; it is removed when the program ends. {name} names a viewer.").format(
                name="OPOMINI_VIEWER"
            ),
        ]
        self.session.push_screen(OutcomeScreen(_("Letter"), sentences))


def letter_title(letter: ShownLetter) -> str:
    """`Letter of notice 2012/233`, and that it is a draft."""
    if letter.sha256:
        return _("Letter of notice {label}").format(label=letter.label)
    return _("Draft of the letter of notice {label}").format(label=letter.label)


def open_letter(notice_id: int, config: Config) -> tuple[Path, str]:
    """Write the letter and open it; its file, and the viewer ("" where there is none). Called in a thread.

    Raises:
        OpominiError: there is no letter, or the viewer does not show it.
    """
    letter = shown_letter(notice_id)
    path = keep(letter.content, f"opomin-{letter.label.replace('/', '-')}.pdf")
    command = own_viewer(config) or desktop_viewer()
    if command:
        show_file(path, command)
    return path, command[0] if command else ""
