"""What can be done on the screens of records: settings, customers, operators, import; a part of `opomini_tui.actions`."""

from __future__ import annotations

from opomini_tui.action import Action

MASTER_DATA: tuple[Action, ...] = (
    Action("customers.sort", "s", "Sort", "By code, name or town; the same again reverses", hint=6),
    Action("customers.show", "f", "Show", "All customers, defaulters, or those who are not dunned"),
    Action(
        "customers.statement",
        "f5",
        "Statement of open items",
        "What the customer (or every listed one) owes, as a PDF to be confirmed and sent back",
        needs="print",
    ),
    Action("items.hold", "f6", "Hold", "Mark the ticked items (or the one under the cursor) as disputed or blocked"),
    Action("items.release", "f7", "Release", "Let the ticked items (or the one under the cursor) be dunned again"),
    Action(
        "items.statement",
        "f5",
        "Statement",
        "The open items of this customer as a PDF to be confirmed and sent back",
        needs="print",
    ),
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
