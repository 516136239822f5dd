"""`opomini settings`, `backup` and `copy-database`."""

from __future__ import annotations

import sys
from pathlib import Path

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.output import complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.text import _, ngettext


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs of the set-up."""
    parser = verbs.add("settings", _("company, dunning, levels and operators as a TOML file"))
    inner = verbs.within(parser, required=True)
    inner.add("show", _("print the settings; never a password")).set_defaults(verb=show)
    parser = inner.add("apply", _("apply a settings file: only what it names changes"))
    parser.add_argument("file", metavar=_("FILE.toml"), type=Path)
    parser.set_defaults(verb=apply)

    parser = verbs.add("backup", _("copy the database to one file, while others work"))
    parser.add_argument("file", metavar=_("FILE"), type=Path)
    parser.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    parser.set_defaults(verb=backup)

    parser = verbs.add("copy-database", _("copy everything into an empty database, SQLite or PostgreSQL"))
    parser.add_argument("url", metavar=_("URL"))
    parser.set_defaults(verb=copy)


def show(call: Call) -> int:
    """Print the settings."""
    from opomini_tui.setup.settings_file import show_settings

    call.actor.require("view")
    sys.stdout.write(show_settings())
    return Exit.DONE


def apply(call: Call) -> int:
    """Apply a settings file and say what changed."""
    from opomini_tui.setup.first_start import first_start_needed
    from opomini_tui.setup.settings_file import apply_settings

    call.open()
    actor = None if first_start_needed() else call.actor
    done = apply_settings(call.args.file, call.config, actor)
    for note in done.notes:
        complain(note)
    for change in done.changes:
        before, after = (_short(value) for value in (change.before, change.after))
        say(f"{change.path}: {before} → {after}")
    if not done.changes:
        say(_("Nothing changed: the settings are as in the file."))
        return Exit.NOTHING
    return Exit.DONE


def _short(value: str) -> str:
    """A value on one line."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else f"{line[:59]}…" if line else "–"


def backup(call: Call) -> int:
    """Make a backup."""
    from opomini_tui.setup.backup import backup as run_backup

    done = run_backup(call.args.file, call.config, call.actor, force=call.args.force)
    said = ngettext("{path}: {n} row, checked.", "{path}: {n} rows, checked.", done.rows)
    say(said.format(path=done.path, n=done.rows))
    return Exit.DONE


def copy(call: Call) -> int:
    """Copy the database into another."""
    from opomini_tui.config import check_url
    from opomini_tui.setup.copy_database import copy_database

    url = check_url(call.args.url)
    done = copy_database(url, call.actor)
    for table, rows in done.rows.items():
        say(f"{table}\t{rows}\t{done.checksums[table]}")
    said = ngettext("{n} row was copied and compared.", "{n} rows were copied and compared.", done.total)
    say(said.format(n=done.total))
    return Exit.DONE
