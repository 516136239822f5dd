"""How densely a letter is set: steps from airy to the smallest that reads well. Sizes in points, heights in millimetres."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Setting:
    """One step. `lift` raises title and text on the first page; the notes stand at the totals.

    `sum_row` ends the table. A `terse` letter has no deadline under the totals (it stands beside the address) and the
    signature in the line of the greeting.
    """

    text_size: float
    leading: float
    paragraph_gap: float
    row_height: float
    cell_size: float
    lift: float = 0.0
    note_size: float = 8.6
    note_leading: float = 3.9
    sum_row: bool = True
    totals_line: float = 4.7
    title_size: float = 19.0
    terse: bool = False

    @property
    def for_notes(self) -> Setting:
        """The same for the text beside the totals."""
        return replace(self, text_size=self.note_size, leading=self.note_leading)


PLAIN = Setting(9.4, 4.7, 2.3, 5.5, 8.8)
SEVERAL_PAGES = (Setting(9.8, 5.0, 2.8, 6.3, 9.0), PLAIN, Setting(9.2, 4.4, 1.9, 4.9, 8.6))
"""Of a letter that takes several pages: the airiest that needs no more of them than the densest."""
ONE_PAGE = (PLAIN, Setting(9.0, 4.25, 1.7, 4.8, 8.4), Setting(8.7, 4.0, 1.4, 4.5, 8.2))
ABOVE_SLIP = (
    PLAIN,
    Setting(9.0, 4.2, 1.7, 4.8, 8.5, 4.0, 8.2, 3.6),
    Setting(8.8, 4.0, 1.4, 4.4, 8.3, 8.0, 7.8, 3.35, totals_line=4.4),
    Setting(8.6, 3.8, 1.2, 4.05, 8.1, 8.0, 7.5, 3.15, sum_row=False, totals_line=4.2),
    Setting(8.4, 3.6, 1.0, 3.8, 8.0, 9.0, 7.2, 3.0, sum_row=False, totals_line=4.1, title_size=17.0),
    Setting(8.2, 3.4, 0.8, 3.5, 7.9, 10.2, 7.0, 2.85, False, 3.9, 16.0, terse=True),
)
