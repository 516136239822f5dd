"""The one registry of what can be done on the screens: key, title, help, where, and what it needs.

Bindings, the hint line, the command palette, F1 help and the key table of the README are made from it, so they cannot
disagree. Titles and helps are msgids, translated when they are shown. Keys that terminals swallow are never used
(ctrl+m, ctrl+i, ctrl+h, ctrl+j, alt+enter, ctrl+enter, F10, F11), and nothing irreversible hangs on a bare letter.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding

from opomini_tui.action import Action, shown_key
from opomini_tui.actions_mail import MAIL
from opomini_tui.actions_records import MASTER_DATA

__all__ = ["ACTIONS", "BY_ID", "PLACES", "Action", "actions_of", "bindings", "key_table", "shown_key"]

PLACES = {
    "notices": "Dunning (the main screen)",
    "detail": "Details of a notice",
    "form": "Forms",
    "list": "Lists of records",
    "listed": "Lists with a search",
    "rows": "Rows of every list",
    "send_one": "Send one notice",
    "send_batch": "Send many notices",
    "sending": "While a batch is sent",
    "approval": "Batches that a second operator approves",
    "items": "Open items of a customer",
    "operator": "Operator and own account",
    "account": "Connecting a mail account",
    "import": "Import of a file",
    "texts": "Texts of a level",
    "preflight": "Before a batch is sent",
    "review": "Each notice of a batch",
    "differences": "Differences of a letter",
    "page_image": "Pages of a letter",
    "record": "Forms of a record",
    "field": "Fields with known values",
    "unsaved": "Leaving a form with changes",
    "job": "While something long is done",
    "dashboard": "Overview",
    "open_items": "Open items of all customers",
    "columns": "Columns of the grid",
}
"""What the places of the registry are called in the documentation, where their id does not say it."""


EVERYWHERE = (
    Action("everywhere.help", "f1,question_mark", "Help", "What can be done here, with every key", hint=1),
    Action("everywhere.palette", "ctrl+p", "Commands", "Find a command by its name", hint=9),
    Action("everywhere.theme", "", "Colours", "Choose another set of colours"),
    Action("everywhere.low_traffic", "", "Slow line", "Send fewer bytes over a slow line: on or off"),
    Action("everywhere.presence", "", "Who is here", "Operators who are signed in now, and where they are"),
    Action(
        "everywhere.jobs",
        "ctrl+g",
        "Jobs in the background",
        "Back to what goes on in the background, or to what came of it",
    ),
    Action("everywhere.sign_out", "ctrl+o", "Sign out", "Another operator may sign in"),
    Action("everywhere.quit", "ctrl+q", "Close", "Close the program"),
)

NOTICES = (
    Action("notices.tick_all", "plus", "Tick all", "Tick every row of the current filter"),
    Action("notices.untick_all", "minus", "Untick all", "Untick every row"),
    Action(
        "notices.delete",
        "ctrl+d,delete",
        "Delete ticked",
        "Delete the ticked notices that are still prepared",
        needs="delete",
    ),
    Action(
        "notices.detail",
        "enter,o",
        "Details",
        "Items, interest, texts, letter, e-mail, deliveries and journal of the notice",
        opens="opomini_tui.screens.notice_detail:NoticeDetailScreen",
    ),
    Action(
        "notices.prepare",
        "f6",
        "Prepare",
        "Propose notices from the open items, review and accept them",
        needs="prepare",
        opens="opomini_tui.screens.prepare:PrepareScreen",
    ),
    Action(
        "notices.issue",
        "f7",
        "Issue",
        "Fix the figures of prepared notices and make their letters",
        needs="issue",
        opens="opomini_tui.screens.issue:IssueScreen",
    ),
    Action(
        "notices.unlock",
        "k,f12",
        "Unlock",
        "Take issued notices back to prepared, with a reason",
        needs="unlock",
        opens="opomini_tui.screens.unlock:UnlockScreen",
    ),
    Action(
        "notices.print",
        "f5",
        "Print",
        "Letters or the list, to a PDF file or to a printer",
        needs="print",
        opens="opomini_tui.screens.printing:PrintScreen",
    ),
    Action(
        "notices.print_now",
        "ctrl+t",
        "Quick printing",
        "Print the ticked notices, or the one under the cursor, on your own printer without a question",
        needs="print",
    ),
    Action(
        "notices.send",
        "f4",
        "Send by e-mail",
        "Send the notice under the cursor now",
        needs="send",
        opens="opomini_tui.screens.send_one:SendOneScreen",
    ),
    Action(
        "notices.export",
        "x",
        "Export",
        "Batch e-mail, the list as CSV or XLSX, cost list, lawsuit list",
        opens="opomini_tui.screens.export:ExportScreen",
    ),
    Action(
        "notices.send_batch",
        "f8",
        "Send notices by e-mail",
        "Send many notices with one subject and text",
        needs="send",
        opens="opomini_tui.screens.send_batch:SendBatchScreen",
        hint=5,
    ),
    Action(
        "notices.tick",
        "space",
        "Tick",
        "Tick the row and move down; Shift with arrows or page keys ticks a range",
        hint=3,
    ),
    Action("notices.invert", "asterisk", "Invert ticks", "Tick what is not ticked and untick the rest"),
    Action("notices.undo", "u,z,ctrl+z", "Undo ticks", "Take the last change of the ticks back, then the one before"),
    Action(
        "notices.search",
        "slash",
        "Filter",
        "Show only rows with these words, or a condition such as amount:>1000; Enter goes to them, Esc empties it",
        hint=2,
    ),
    Action("notices.clear", "escape", "Clear filter", "Show all rows again and go back to the grid"),
    Action("notices.locate", "l", "Locate", "Jump to a row by the sorted column; digits start it at once", hint=14),
    Action("notices.sort", "s", "Sort", "Choose the column to sort by; the same again reverses", hint=4),
    Action("notices.reverse", "S", "Reverse order", "Sort by the same column the other way round"),
    Action(
        "notices.columns",
        "c",
        "Columns...",
        "Which columns are shown, their order and width, which of them stay",
        hint=11,
    ),
    Action("notices.pane", "v", "Pane", "Items, recipient and last message beside the grid, in a wide window", hint=10),
    Action("notices.all_records", "a", "All records", "Show all records or only the first rows", hint=13),
    Action("notices.level_1", "alt+1", "Level 1", "Show or hide first notices", command="level(1)"),
    Action("notices.level_2", "alt+2", "Level 2", "Show or hide second notices", command="level(2)"),
    Action("notices.level_3", "alt+3", "Level 3", "Show or hide third notices", command="level(3)"),
    Action("notices.lawsuit", "alt+4", "Lawsuit", "Show only notices before lawsuit"),
    Action("notices.older_year", "less_than_sign,comma", "Previous year", "Show the year before", command="year(-1)"),
    Action("notices.newer_year", "greater_than_sign,full_stop", "Next year", "Show the year after", command="year(1)"),
    Action("notices.copy", "y", "Copy cell", "Choose a column and copy it: of the row, or of all ticked rows"),
    Action("notices.copy_rows", "Y", "Copy rows", "Copy the row, or all ticked rows, as lines with tabs", hint=12),
    Action("notices.reload", "r", "Reload", "Read everything again"),
    Action(
        "notices.customers",
        "f3",
        "Customers",
        "Customers and their contacts",
        opens="opomini_tui.screens.customers:CustomersScreen",
    ),
    Action(
        "notices.import",
        "i",
        "Import",
        "Read customers, contacts or open items from a file",
        needs="import",
        opens="opomini_tui.screens.import_file:ImportScreen",
    ),
    Action(
        "notices.settings",
        "n",
        "Settings",
        "Company, rules of dunning, levels and texts",
        needs="settings",
        opens="opomini_tui.screens.settings:SettingsScreen",
    ),
    Action(
        "notices.operators",
        "p",
        "Operators",
        "Operators, their mail servers and printers",
        needs="operators",
        opens="opomini_tui.screens.operators:OperatorsScreen",
    ),
)

DETAIL = (
    Action("detail.next", "n", "Next", "Show the next notice of the list", hint=2),
    Action("detail.previous", "N", "Previous", "Show the notice before", hint=3),
    Action(
        "detail.send",
        "f4",
        "Send by e-mail",
        "Send this notice now",
        needs="send",
        opens="opomini_tui.screens.send_one:SendOneScreen",
        hint=4,
    ),
    Action(
        "detail.print",
        "f5",
        "Print",
        "Print this notice",
        needs="print",
        opens="opomini_tui.screens.printing:PrintScreen",
        hint=5,
    ),
    Action("detail.print_now", "ctrl+t", "Quick printing", "Print this notice on your own printer", needs="print"),
    Action(
        "detail.differences", "d", "Differences", "What the letter says otherwise than the customer's previous notice"
    ),
    Action("detail.view", "v", "Open letter", "The PDF in a viewer, or as pictures in a terminal that shows them"),
    Action("detail.copy", "y", "Copy", "Copy what the tab shows"),
    Action("detail.close", "escape,q", "Back", "Back to the same row of the list", hint=6),
)

LETTER = (
    Action("differences.next", "n", "Next change", "Go to the next change", hint=2),
    Action("differences.previous", "N", "Previous change", "Go to the change before", hint=3),
    Action("differences.copy", "y", "Copy", "Copy the lines with their marks", hint=4),
    Action("differences.close", "escape,q,d", "Back", "Back to where you came from", hint=5),
    Action("page_image.next", "n,pagedown", "Next page", "The next page of the letter", hint=2),
    Action("page_image.previous", "N,pageup", "Previous page", "The page before", hint=3),
    Action("page_image.close", "escape,q,v", "Back", "Back to where you came from", hint=4),
)

COLUMNS = (
    Action("columns.show", "space", "Show or hide", "Show the column in the grid, or hide it"),
    Action("columns.up", "shift+up", "Further left", "Move the column to the left", command="move(-1)"),
    Action("columns.down", "shift+down", "Further right", "Move the column to the right", command="move(1)"),
    Action("columns.wider", "plus", "Wider", "One cell wider", command="width(1)"),
    Action("columns.narrower", "minus", "Narrower", "One cell narrower", command="width(-1)"),
    Action("columns.stay", "f", "Stays up to here", "This column and those before it stay while the others scroll"),
    Action("columns.reset", "r", "As before", "Columns as they were at first; F9 takes it over"),
)

FORMS = (
    Action("form.confirm", "f9", "Confirm", "Do it", hint=1),
    Action("form.cancel", "escape", "Cancel", "Leave without doing anything; with changes it asks first", hint=2),
    Action(
        "field.values", "alt+down,ctrl+l", "List of values", "Choose from the values that are known for the field (▼)"
    ),
    Action("record.next", "ctrl+down", "Next record", "The next record of the list, without going back to it"),
    Action("record.previous", "ctrl+up", "Previous record", "The record before"),
    Action("unsaved.drop", "f8", "Discard", "Leave the form; what was changed in it is lost"),
)

JOBS = (
    Action(
        "job.background", "b", "In the background", "It goes on while you work; the status line tells how far it is"
    ),
)

LISTS = (
    Action("list.new", "f2", "New", "Add a record", hint=2),
    Action("list.edit", "enter,o", "Open", "Open the record under the cursor", hint=3),
    Action("list.remove", "ctrl+d,delete", "Delete", "Delete the record under the cursor, after a question"),
    Action("list.search", "slash", "Search", "Show only rows that hold the text", hint=4),
    Action("list.close", "escape,q", "Back", "Back to where you came from", hint=5),
)

# Screens of the work itself: prepare, issue, unlock, print, export; those of mail are in `actions_mail`.
WORK: tuple[Action, ...] = (
    Action(
        "notices.outbox",
        "m",
        "Outbox",
        "Messages that wait, failed or are in doubt; running batches",
        opens="opomini_tui.screens.outbox:OutboxScreen",
    ),
    Action("prepare.confirm", "f9", "Confirm", "Make the ticked proposals: one packet, numbered", hint=1),
    Action(
        "prepare.tick", "space", "Tick or untick", "Untick a proposal to leave its customer out of this run", hint=2
    ),
    Action("prepare.tick_all", "plus", "Tick all", "Make every proposal"),
    Action("prepare.untick_all", "minus", "Untick all", "Make none"),
    Action("prepare.why", "w,f2", "Why", "Every open item and why it is, or is not, on a notice", hint=3),
    Action("prepare.criteria", "d", "As of", "To the day and the customers of the run", hint=4),
    Action("prepare.close", "escape,q", "Cancel", "Leave; nothing is prepared", hint=5),
    Action("listed.search", "slash", "Search", "Show only lines that hold the words", hint=5),
    Action("listed.close", "escape,q", "Back", "Back to where you came from", hint=2),
    Action("rows.copy", "y", "Copy cell", "Choose a column and copy it: of the row, or of all ticked rows"),
    Action("rows.copy_rows", "Y", "Copy rows", "Copy the row, or all ticked rows, as lines with tabs"),
)

OVERVIEW: tuple[Action, ...] = (
    Action(
        "notices.dashboard",
        "d",
        "Overview",
        "What waits for you, how old the open items are, what is due, how sending went",
        opens="opomini_tui.screens.dashboard:DashboardScreen",
    ),
    Action("dashboard.open_line", "enter,o", "Open", "What the line under the cursor counts", hint=2),
    Action(
        "dashboard.begin_here",
        "b",
        "Begin here",
        "Begin with the overview after signing in, or with the notices",
        hint=4,
    ),
    Action("dashboard.reload", "r", "Reload", "Read everything again", hint=3),
    Action("dashboard.close", "escape,q", "Notices", "To the grid of notices", hint=5),
    Action(
        "open_items.open_customer", "enter,o", "Open customer", "The customer of the item, at his open items", hint=3
    ),
)

ACTIONS: tuple[Action, ...] = (
    *EVERYWHERE,
    *NOTICES,
    *DETAIL,
    *LETTER,
    *COLUMNS,
    *FORMS,
    *JOBS,
    *LISTS,
    *WORK,
    *MAIL,
    *OVERVIEW,
    *MASTER_DATA,
)
BY_ID = {action.id: action for action in ACTIONS}


def actions_of(*places: str) -> list[Action]:
    """What can be done in these places, in the order of the registry."""
    return [action for action in ACTIONS if action.where in places]


def bindings(place: str, leave_out: Iterable[str] = ()) -> list[Binding]:
    """Textual bindings of one place, without the ids `leave_out`; the description is the msgid and is never shown."""
    hidden = frozenset(leave_out)
    return [
        Binding(key, action.run, action.title, id=action.id, show=False, priority=_before_inputs(place, key))
        for action in actions_of(place)
        if action.id not in hidden
        for key in filter(None, action.keys.split(","))
    ]


def _before_inputs(place: str, key: str) -> bool:
    """Whether the key works even while an input has the focus and would take it: Alt, and global ones that type nothing."""
    return key.startswith("alt+") or (place == "everywhere" and (key.startswith("ctrl+") or key == "f1"))


def key_table() -> str:
    """Every action that has a key, by place, as a Markdown table in English: what the README says."""
    lines = ["| where | key | | what it does |", "|---|---|---|---|"]
    with_keys = [action for action in ACTIONS if action.keys]
    for place in dict.fromkeys(action.where for action in with_keys):
        where = PLACES.get(place) or place.replace("_", " ").capitalize()
        for action in (action for action in with_keys if action.where == place):
            keys = " ".join(f"`{shown_key(key)}`" for key in action.keys.split(","))
            lines.append(f"| {where} | {keys} | {action.title} | {action.help} |")
            where = ""
    return "\n".join(lines)
