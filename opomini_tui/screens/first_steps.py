"""What an empty database is greeted with: the way to the first notices."""

from __future__ import annotations

from textual.content import Content

from opomini_tui.actions import BY_ID
from opomini_tui.text import _


def first_steps() -> Content:
    """Each step with its key, in the current language."""
    steps = [
        (
            BY_ID["notices.settings"].key,
            _("settings: your company, the rules of dunning, the contact of each level"),
        ),
        (BY_ID["notices.operators"].key, _("operators: your mail server, so that notices can be sent")),
        (BY_ID["notices.import"].key, _("import: customers, contacts and open items from your ledger")),
        (BY_ID["notices.prepare"].key, _("prepare: the first notices, to be reviewed before anything is issued")),
    ]
    lines = [Content.styled(_("There are no notices yet. The first steps:"), "bold $foreground"), Content("")]
    lines += [Content.assemble("  ", (f"{key:<4}", "$hint-key bold"), text) for key, text in steps]
    return Content("\n").join(lines)
