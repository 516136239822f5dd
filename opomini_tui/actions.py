"""The one registry of what can be done on the screens: key, title, help, where, and what it needs.

Bindings, the hint line, the command palette, F1 help and the key table of the README are made from it, so they cannot
disagree. Titles and helps are msgids, translated when they are shown. Keys that terminals swallow are never used
(ctrl+m, ctrl+i, ctrl+h, ctrl+j, alt+enter, ctrl+enter, F10, F11), and nothing irreversible hangs on a bare letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding

from opomini_tui.text import _

SHOWN_KEYS = {
    "enter": "↵",
    "escape": "Esc",
    "space": "␣",
    "delete": "Del",
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "comma": ",",
    "full_stop": ".",
}
PLACES = {
    "notices": "Dunning (the main screen)",
    "detail": "Details of a notice",
    "form": "Forms",
    "list": "Lists of records",
    "listed": "Lists with a search",
    "send_one": "Send one notice",
    "send_batch": "Send many notices",
    "sending": "While a batch is sent",
    "items": "Open items of a customer",
    "operator": "Operator and own account",
    "account": "Connecting a mail account",
    "import": "Import of a file",
    "texts": "Texts of a level",
    "preflight": "Before a batch is sent",
}
"""What the places of the registry are called in the documentation, where their id does not say it."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    id: "place.verb"; keys: Textual key names, comma-separated, the first one is shown; title, help: msgids; needs: the
    act of `Actor.require`; opens: dotted name "module:Class" of the screen it opens (imported when it is first used);
    command: the Textual action of the screen, by default the verb; hint: order in the hint line (0: not there).
    """

    id: str
    keys: str
    title: str
    help: str
    needs: str = ""
    opens: str = ""
    command: str = ""
    hint: int = 0

    @property
    def where(self) -> str:
        """The place in which it is offered: "everywhere", "notices", "detail", "form", "list", …"""
        return self.id.partition(".")[0]

    @property
    def verb(self) -> str:
        """The part of the id after the place."""
        return self.id.partition(".")[2]

    @property
    def run(self) -> str:
        """The Textual action that does it."""
        return f"open('{self.id}')" if self.opens else self.command or self.verb

    @property
    def key(self) -> str:
        """The shown key as people read it: "F6", "^Q", "↵"; "" when there is none."""
        return shown_key(self.keys.partition(",")[0])

    @property
    def label(self) -> str:
        """The title in the current language."""
        return _(self.title)


def shown_key(key: str) -> str:
    """How a Textual key name is shown: "ctrl+q" → "^Q", "f6" → "F6", "shift+f3" → "⇧F3"."""
    prefix = ""
    for name, sign in (("ctrl+", "^"), ("alt+", "Alt+"), ("shift+", "⇧")):
        if key.startswith(name):
            key, prefix = key.removeprefix(name), prefix + sign
    if key in SHOWN_KEYS:
        return prefix + SHOWN_KEYS[key]
    return prefix + (key.upper() if prefix or len(key) > 1 else key)


EVERYWHERE = (
    Action("everywhere.help", "f1,question_mark", "Help", "What can be done here, with every key", hint=1),
    Action("everywhere.palette", "ctrl+p", "Commands", "Find a command by its name", hint=9),
    Action("everywhere.theme", "", "Colours", "Choose another set of colours"),
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
    Action("notices.tick", "space", "Tick", "Tick the row and move down; Shift+arrows tick a range", hint=3),
    Action("notices.invert", "asterisk", "Invert ticks", "Tick what is not ticked and untick the rest"),
    Action("notices.undo", "u", "Undo ticks", "Take the last Tick all, Untick all or Invert back"),
    Action(
        "notices.search",
        "slash",
        "Search",
        "Show only rows with this name, code or number; Enter goes to them, Esc shows all again",
        hint=2,
    ),
    Action("notices.clear", "escape", "Clear search", "Show all rows again and go back to the grid"),
    Action("notices.locate", "l", "Locate", "Jump to a row by the sorted column; digits start it at once"),
    Action("notices.sort", "s", "Sort", "Choose the column to sort by; the same again reverses", hint=4),
    Action("notices.all_records", "a", "All records", "Show all records or only the first rows"),
    Action("notices.level_1", "alt+1", "Level 1", "Show or hide first notices", command="level(1)"),
    Action("notices.level_2", "alt+2", "Level 2", "Show or hide second notices", command="level(2)"),
    Action("notices.level_3", "alt+3", "Level 3", "Show or hide third notices", command="level(3)"),
    Action("notices.lawsuit", "alt+4", "Lawsuit", "Show only notices before lawsuit"),
    Action("notices.older_year", "less_than_sign,comma", "Previous year", "Show the year before", command="year(-1)"),
    Action("notices.newer_year", "greater_than_sign,full_stop", "Next year", "Show the year after", command="year(1)"),
    Action("notices.copy", "y", "Copy", "Copy the row, or all ticked rows, to the clipboard"),
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
    Action("detail.copy", "y", "Copy", "Copy what the tab shows"),
    Action("detail.close", "escape,q", "Back", "Back to the same row of the list", hint=6),
)

FORMS = (
    Action("form.confirm", "f9", "Confirm", "Do it", hint=1),
    Action("form.cancel", "escape", "Cancel", "Leave without doing anything", hint=2),
)

LISTS = (
    Action("list.new", "f2", "New", "Add a record", hint=2),
    Action("list.edit", "enter,o", "Open", "Open the record under the cursor", hint=3),
    Action("list.remove", "ctrl+d,delete", "Delete", "Delete the record under the cursor, after a question"),
    Action("list.search", "slash", "Search", "Show only rows that hold the text", hint=4),
    Action("list.close", "escape,q", "Back", "Back to where you came from", hint=5),
)

# Screens of the work itself: prepare, issue, unlock, print, send, export.
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
    Action("send_one.remedy", "f2", "Remedy", "Go to where the obstacle can be removed"),
    Action("send_batch.reasons", "f2", "Who will not get it", "The notices that will not go, each with its reason"),
    Action("preflight.contact", "f3", "Contact", "The customer's contacts, to correct the address", hint=2),
    Action("preflight.accept", "a", "Accept address", "Several customers may have this address", needs="send", hint=3),
    Action(
        "preflight.open_notice",
        "enter,o",
        "Details",
        "Items, interest, texts, letter, e-mail, deliveries and journal of the notice",
        hint=4,
    ),
    Action("preflight.show", "f", "Show", "Only notices with one reason", hint=4),
    Action("send_batch.tab", "f3", "Other tab", "Which notices, or subject and text"),
    Action("send_batch.template", "f6", "Insert template", "Put the template in force into the fields, to be changed"),
    Action(
        "outbox.recall",
        "u",
        "Take back",
        "Take the message back while it waits; it can be sent again",
        needs="send",
        hint=3,
    ),
    Action(
        "outbox.recall_batch",
        "U",
        "Take batch back",
        "Take every message of the batch back that still waits",
        needs="send",
    ),
    Action(
        "outbox.retry",
        "t",
        "Try again",
        "Send again what was deferred, refused, held or came back",
        needs="send",
        hint=4,
    ),
    Action(
        "outbox.go", "g", "Go on", "Start now, end a pause, try a stopped account again; and send from here", hint=4
    ),
    Action("outbox.pause", "p", "Pause", "No sender begins another message of the batch; again goes on", needs="send"),
    Action("outbox.show", "f", "Show", "Only messages in one state", hint=5),
    Action("outbox.batches", "b", "Batches", "All batches, unfinished ones first; each can be watched", hint=5),
    Action("outbox.tick", "space", "Tick or untick", "Tick the message; several can be cancelled or retried together"),
    Action("outbox.open_notice", "enter,o", "Open notice", "Everything about the notice of the message"),
    Action("outbox.contact", "f3", "Contact", "The customer and his contacts, to correct the address"),
    Action("outbox.settle", "s", "Settle", "Say what became of a message whose outcome is unknown", needs="resolve"),
    Action(
        "outbox.cancel",
        "ctrl+d,delete",
        "Cancel sending",
        "Messages that wait are not sent, after a question",
        needs="send",
    ),
    Action("outbox.account", "e", "Mail account", "The mail account that keeps messages from leaving"),
    Action("outbox.copy", "y", "Copy", "Copy all that is known of the message, the server's answer too"),
    Action("batches.open_batch", "enter,o", "Open", "Watch the batch: count-down, counts, results", hint=2),
    Action("sending.cancel_rest", "c", "Cancel the rest", "What waits is not sent, after a question", hint=5),
    Action(
        "notices.mailbox",
        "M",
        "Mailbox",
        "Bounces, delays and replies to notices; read the mailbox now",
        opens="opomini_tui.screens.mailbox:MailboxScreen",
    ),
    Action(
        "mailbox.poll", "r", "Read mailbox", "Look for new mail in the mailbox now; nothing in it is changed", hint=3
    ),
    Action("mailbox.open_text", "enter", "Open", "What the mail says", hint=4),
    Action("mailbox.open_notice", "o", "Open notice", "Everything about the notice that the mail belongs to", hint=5),
    Action("mailbox.show", "f", "Show", "Only bounces, delays, replies or copies", hint=6),
    Action("mailbox.contact", "f3", "Contact", "The customer and his contacts, to correct the address"),
    Action("mailbox.retry", "t", "Send again", "Send an undelivered notice to the corrected address", needs="send"),
    Action("mailbox.account", "e", "My account", "Your own mailbox (POP3) and mail server"),
    Action("mailbox.copy", "y", "Copy", "Copy what the mail says"),
)

# Screens of settings, customers, operators and import.
MASTER_DATA: tuple[Action, ...] = (
    Action("customers.sort", "s", "Sort", "By code, name or town; the same again reverses", hint=6),
    Action("customers.show", "f", "Show", "All customers, defaulters, or those who are not dunned"),
    Action("items.hold", "f6", "Hold", "Mark the ticked items (or the one under the cursor) as disputed or blocked"),
    Action("items.release", "f7", "Release", "Let the ticked items (or the one under the cursor) be dunned again"),
    Action(
        "notices.own_account",
        "e",
        "My account",
        "Your own mail server, password, printer and certificates",
        opens="opomini_tui.screens.own_account:OwnAccountScreen",
    ),
    Action("operator.quick_print", "f5", "Quick printing...", "Printer, copies and tray of this operator"),
    Action("operator.certificates", "f6", "Digital signatures...", "Certificates with which letters are signed"),
    Action("operator.copy", "f7", "Copy...", "Take the settings of another operator"),
    Action(
        "operator.connect", "f4", "Connect account...", "Sign in to Microsoft 365 or Google (XOAUTH2), also over SSH"
    ),
    Action("operator.test", "f8", "Try it", "Connect, sign in, send a test message and read it back, step by step"),
    Action(
        "account.paste", "f2", "By pasting", "Sign in on a page and paste its address, where the code does not work"
    ),
    Action("account.copy", "f5", "Copy address", "Copy the address of the page"),
    Action("certificates.choose", "enter", "Sign with it", "Letters are signed with the certificate under the cursor"),
    Action("settings.texts", "f4", "Texts...", "Texts of the letter and the message of the level that is shown"),
    Action("texts.insert", "f2", "Placeholders...", "Choose a placeholder from the list and insert it"),
    Action("texts.own", "f3", "Own texts...", "The texts that are your own; choose one to go to it"),
    Action("texts.edit", "f5", "In the editor", "Write the text in your own editor ($VISUAL, $EDITOR)"),
    Action("texts.reset", "f8", "Packaged text", "Bring the text that comes with the program back"),
    Action(
        "import.details",
        "f2",
        "Wrong values",
        "Every value in the first rows that cannot be read, and what is expected",
    ),
    Action("import.columns", "f6", "Columns...", "Which column of the file is which; remembered for the next files"),
)

ACTIONS: tuple[Action, ...] = (*EVERYWHERE, *NOTICES, *DETAIL, *FORMS, *LISTS, *WORK, *MASTER_DATA)
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
