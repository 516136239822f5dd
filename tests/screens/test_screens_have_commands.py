"""Whatever the screens do, a command does too, for scripts and for who hears the screen instead of seeing it; or why not."""

from __future__ import annotations

import argparse
import re

from opomini_tui import text
from opomini_tui.actions import ACTIONS
from opomini_tui.cli import build_parser

COMMANDS = {
    "notices.delete": "delete",
    "notices.prepare": "prepare",
    "prepare.confirm": "prepare",
    "prepare.tick": "prepare",
    "prepare.why": "prepare --why",
    "notices.issue": "issue",
    "notices.unlock": "unlock",
    "notices.print": "print",
    "notices.print_now": "print --printer",
    "detail.print": "print",
    "detail.print_now": "print --printer",
    "notices.send": "send",
    "detail.send": "send",
    "notices.send_batch": "send",
    "send_batch.reasons": "send --dry-run",
    "send_one.remedy": "send --dry-run",
    "notices.export": "export",
    "notices.import": "import",
    "import.columns": "import --map",
    "notices.settings": "settings apply",
    "notices.outbox": "outbox list",
    "outbox.recall": "outbox cancel",
    "outbox.recall_batch": "outbox cancel --batch",
    "outbox.cancel": "outbox cancel",
    "sending.cancel_rest": "outbox cancel --batch",
    "outbox.retry": "outbox retry",
    "outbox.go": "outbox start",
    "outbox.pause": "outbox pause",
    "outbox.settle": "outbox resolve",
    "approval.approve": "outbox approve",
    "approval.refuse": "outbox refuse",
    "notices.mailbox": "mailbox list",
    "mailbox.poll": "mailbox poll",
    "mailbox.retry": "outbox retry",
    "customers.statement": "statement",
    "items.statement": "statement",
    "operator.connect": "account connect",
    "operator.test": "account test",
    "account.paste": "account connect --paste",
    "notices.dashboard": "overview",
    "notices.detail": "notice",
    "detail.view": "notice --pdf",
    "notices.customers": "import",
    "items.hold": "hold",
    "items.release": "release",
}
"""The command that does, or tells, the same."""
WITHOUT = {
    "preflight.accept": "a person has to look at the address that customers share",
    "notices.operators": "an administrator on the screen; `settings` never tells or takes passwords",
    "notices.own_account": "the operator's own password",
    "operator.quick_print": "a habit of the screen: the command names its printer",
    "operator.certificates": "a passphrase is typed",
    "operator.copy": "a convenience of the form",
    "certificates.choose": "a passphrase is typed",
    "texts.reset": "`settings apply` without the text",
}
MOVES = {
    *("everywhere", "columns", "field", "record", "unsaved", "differences", "page_image", "review", "listed", "list"),
    *("form", "dashboard", "open_items", "job"),
}
"""Places whose actions change what is seen, or finish what another action began."""
LOOKS = re.compile(
    r"\.(tick|untick|tick_all|untick_all|invert|undo|search|clear|locate|sort|reverse|pane|all_records|level_\d|lawsuit|"
    r"older_year|newer_year|copy|copy_rows|reload|next|previous|differences|close|show|criteria|columns|contact|"
    r"open_notice|open_text|open_batch|account|details|texts|insert|own|edit|tab|template|review|batches|jobs)$"
)
"""Actions that show, choose, copy or move, or open what has an action of its own."""


def test_what_is_done_on_the_screens_has_a_command() -> None:
    text.use_language("en")
    known = commands(build_parser())
    for action, words in COMMANDS.items():
        command, _sep, option = words.partition(" --")
        assert command in known, f"{action}: {words}"
        assert not option or f"--{option}" in known[command], f"{action}: {words}"
    ids = {action.id for action in ACTIONS}
    assert set(COMMANDS) | set(WITHOUT) <= ids
    silent = {one for one in ids if one.partition(".")[0] not in MOVES and not LOOKS.search(one)}
    assert sorted(silent - set(COMMANDS) - set(WITHOUT)) == []


def commands(parser: argparse.ArgumentParser, before: str = "") -> dict[str, set[str]]:
    """All commands with their options."""
    found = {before.strip(): {option for action in parser._actions for option in action.option_strings}}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                found |= commands(inner, f"{before} {name}")
    return found
