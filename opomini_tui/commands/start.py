"""`opomini` (the interface), `opomini keys` and `opomini demo`."""

from __future__ import annotations

import sys
from pathlib import Path

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.output import Column, add_format, complain, form_of, print_rows
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import UsageError
from opomini_tui.text import _


def add_verbs(verbs: Verbs) -> None:
    """Add `keys` and `demo`; the interface is what starts without a verb."""
    parser = verbs.add("keys", _("list every command with its keys, for your own keymap.toml"))
    add_format(parser)
    parser.set_defaults(verb=keys)
    parser = verbs.add("demo", _("start the demo company with a local mail catcher"))
    parser.add_argument("--dir", metavar=_("FOLDER"), help=_("where the demo company lives"))
    parser.add_argument("--headless", action="store_true", help=_("do all without a screen and print the result"))
    parser.set_defaults(verb=demo)


def interface(call: Call) -> int:
    """Start the interface; without a terminal it refuses with a sentence."""
    from opomini_tui.app import run_interface

    return run_interface(call.config)


def keys(call: Call) -> int:
    """Every action of the interface with the keys in force."""
    from opomini_tui.action import use_keys
    from opomini_tui.actions import ACTIONS
    from opomini_tui.keymap import load_keymap

    own = load_keymap(call.config.home / "keymap.toml")
    for sentence in own.problems:
        complain(sentence)
    use_keys(own.keys)
    rows = ({"id": a.id, "keys": a.keys_in_force, "title": a.label, "help": _(a.help)} for a in ACTIONS)
    columns = (
        Column("id", lambda: "id"),
        Column("keys", lambda: _("Keys")),
        Column("title", lambda: _("Command")),
        Column("help", lambda: _("What it does")),
    )
    print_rows(rows, ("id", "keys", "title", "help"), columns, form_of(call.args))
    return Exit.IN_PART if own.problems else Exit.DONE


def demo(call: Call) -> int:
    """The demo company."""
    if not call.args.headless and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(_("The demo needs a terminal; opomini demo --headless does without one."))
    from opomini_tui.commands.demo import run_demo

    return run_demo(Path(call.args.dir).expanduser() if call.args.dir else None, bool(call.args.headless))
