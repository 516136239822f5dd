"""The `opomini` command: finds the verb, calls it, and turns errors into one sentence and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import gettext
import os
import sys
from collections.abc import Iterator, Sequence

from opomini_tui import __version__, text
from opomini_tui.commands import start
from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.output import complain
from opomini_tui.config import load_config
from opomini_tui.errors import NothingToDo, OpominiError, UsageError
from opomini_tui.text import _


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with its arguments; the exit code (see `Exit`)."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except KeyboardInterrupt:
        complain(_("Stopped."))
        return 130


def _run(arguments: Sequence[str] | None) -> int:
    """Parse, call, explain errors."""
    text.use_language(_language())
    args = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        call = Call(args, load_config(company=args.company))
        with _closing_database():
            return int(args.verb(call))
    except BrokenPipeError:
        raise
    except OpominiError as error:
        _explain(error)
        return _exit_of(error)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}")
        return Exit.ERROR
    except Exception as error:
        sentence = _database_trouble(error)
        if sentence is None:
            raise
        complain(sentence)
        return Exit.ERROR


def _parse(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for; without words it is the interface, which does not wait for the parser of all verbs."""
    if not words:
        return argparse.Namespace(verb=start.interface, company="")
    _translate_argparse()
    return build_parser().parse_args(words)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line, in the current language."""
    from opomini_tui.commands import (
        account,
        care,
        dunning,
        holds,
        ledger,
        mailbox,
        notices,
        outbox,
        overview,
        paper,
        send,
        settings,
    )

    groups = (start, ledger, holds, dunning, send, notices, overview, outbox, mailbox, paper, settings, account, care)
    parser = argparse.ArgumentParser(
        prog="opomini", description=_("Dunning: open items become notices, notices become letters and messages.")
    )
    parser.add_argument(
        "--version", action="version", version=f"opomini {__version__}", help=_("show the program's version and exit")
    )
    everywhere = argparse.ArgumentParser(add_help=False)
    for one, default in ((parser, ""), (everywhere, argparse.SUPPRESS)):
        one.add_argument("--company", metavar=_("NAME"), default=default, help=_("which of several companies"))
    parser.set_defaults(verb=start.interface)
    verbs = parser.add_subparsers(title=_("commands"), metavar="")
    for group in groups:
        group.add_verbs(_Verbs(verbs, everywhere))
    return parser


class _Verbs:
    """Adds verbs with the options that all of them have; see `Verbs`."""

    def __init__(
        self, actions: argparse._SubParsersAction[argparse.ArgumentParser], everywhere: argparse.ArgumentParser
    ) -> None:
        self._actions, self._everywhere = actions, everywhere

    def add(self, name: str, sentence: str) -> argparse.ArgumentParser:
        """A verb's parser; `sentence` says what it does."""
        return self._actions.add_parser(name, help=sentence, description=sentence, parents=[self._everywhere])

    def within(self, parser: argparse.ArgumentParser, *, required: bool) -> _Verbs:
        """The verbs of a verb."""
        inner = parser.add_subparsers(title=_("commands"), metavar="", required=required, dest="inner")
        return _Verbs(inner, self._everywhere)


def _language() -> str:
    """The language before it is known who acts: OPOMINI_LANGUAGE, else Slovene."""
    try:
        return load_config().language or "sl"
    except UsageError:  # told later, once it is certain that the configuration is needed
        return os.environ.get("OPOMINI_LANGUAGE", "sl")


def _translate_argparse() -> None:
    """argparse asks the standard gettext domain for its own words; they are in our catalogue."""
    os.environ["LANGUAGE"] = text.language()
    gettext.bindtextdomain("opomini", str(text.LOCALES))
    gettext.textdomain("opomini")


@contextlib.contextmanager
def _closing_database() -> Iterator[None]:
    """Close the database at the end, if a verb opened it."""
    try:
        yield
    finally:
        models = sys.modules.get("opomini_tui.models.database")
        if models is not None and models.database.obj is not None:
            models.database.obj.close()


def _explain(error: OpominiError) -> None:
    """The error's sentence, then one line for each record, value or field that it names."""
    complain(str(error))
    for reason in getattr(error, "reasons", ()):
        complain(f"  {reason}")
    for problem in getattr(error, "problems", ()):
        complain(f"  {problem.sentence()}")


def _exit_of(error: OpominiError) -> Exit:
    """The exit code of an error."""
    if isinstance(error, UsageError):
        return Exit.USAGE
    return Exit.NOTHING if isinstance(error, NothingToDo) else Exit.ERROR


def _database_trouble(error: Exception) -> str | None:
    """The sentence for trouble of the database itself; None for any other error."""
    import sqlite3

    import peewee

    broken = type(error) in (peewee.DatabaseError, sqlite3.DatabaseError)
    trouble = (peewee.OperationalError, peewee.InterfaceError, sqlite3.OperationalError)
    if not broken and not isinstance(error, trouble) and type(error).__module__.split(".")[0] != "psycopg":
        return None
    why = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if "locked" in why:
        return _("The database is busy: another program has held it too long. Nothing was changed; try again.")
    if "full" in why or "No space" in why:
        return _("The disk is full. Nothing was changed; make room and try again.")
    return _("The database answered: {why}. Nothing was changed.").format(why=why)
