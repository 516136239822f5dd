"""`opomini` (the interface) and `opomini demo`."""

from __future__ import annotations

import sys
from pathlib import Path

from opomini_tui.commands.call import Call
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import UsageError
from opomini_tui.text import _


def add_verbs(verbs: Verbs) -> None:
    """Add `demo`; the interface is what starts without a verb."""
    parser = verbs.add("demo", _("start the demo company with a local mail catcher"))
    parser.add_argument("--dir", metavar=_("FOLDER"), help=_("where the demo company lives"))
    parser.add_argument("--headless", action="store_true", help=_("do all without a screen and print the result"))
    parser.set_defaults(verb=demo)


def interface(call: Call) -> int:
    """Start the interface; without a terminal it refuses with a sentence."""
    from opomini_tui.app import run_interface

    return run_interface(call.config)


def demo(call: Call) -> int:
    """The demo company."""
    if not call.args.headless and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(_("The demo needs a terminal; opomini demo --headless does without one."))
    from opomini_tui.commands.demo import run_demo

    return run_demo(Path(call.args.dir).expanduser() if call.args.dir else None, bool(call.args.headless))
