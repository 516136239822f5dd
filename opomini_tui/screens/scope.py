"""Which notices a screen works on: the one under the cursor, the ticked ones, the filter."""

from __future__ import annotations

from collections.abc import Sequence

from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.choice import Choice
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.fields import SelectField


def scope_options(choice: Choice) -> list[tuple[str, str]]:
    """What there is to choose from, the most likely first."""
    options = []
    if count := len(choice.ticked):
        options.append(
            ("ticked", ngettext("{count} ticked notice", "{count} ticked notices", count).format(count=count))
        )
    if choice.cursor is not None:
        options.append(("cursor", _("the notice under the cursor")))
    options.append(("filter", _("all notices of the filter")))
    return options


def scope_field(choice: Choice, more: Sequence[tuple[str, str]] = ()) -> SelectField:
    """The field `scope`; `more` choices of the screen come after the common ones."""
    options = [*scope_options(choice), *more]
    return SelectField("scope", _("Notices"), options, options[0][0])


def scope_filter(choice: Choice, scope: str) -> NoticeFilter:
    """The notices of a scope."""
    return {"ticked": choice.only_ticked, "cursor": choice.only_cursor}.get(scope, choice.whole_filter)
