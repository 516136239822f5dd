"""`opomini account`: connect a mail account that signs in without a password (XOAUTH2), forget it, test an account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit, stop_on_signal
from opomini_tui.commands.care import step_line
from opomini_tui.commands.output import complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.text import _

if TYPE_CHECKING:
    from opomini_tui.models.parties import Operator


def add_verbs(verbs: Verbs) -> None:
    """Add `account` with its own verbs."""
    account = verbs.add("account", _("the mail account of an operator: connect, forget, test"))
    inner = verbs.within(account, required=True)

    parser = inner.add("connect", _("connect a Microsoft 365 or Google account (XOAUTH2)"))
    parser.add_argument("--operator", metavar="ID", help=_("whose account; without it your own"))
    parser.add_argument("--paste", action="store_true", help=_("paste the browser's last address instead of a code"))
    parser.set_defaults(verb=connect)

    parser = inner.add("forget", _("forget the connection of an account"))
    parser.add_argument("--operator", metavar="ID", help=_("whose account; without it your own"))
    parser.set_defaults(verb=forget)

    parser = inner.add("test", _("sign in, send a test mail to the operator himself and read it back"))
    parser.add_argument("--operator", metavar="ID", help=_("whose account; without it your own"))
    parser.add_argument("--no-mail", action="store_true", help=_("send nothing, only sign in"))
    parser.set_defaults(verb=test)


def connect(call: Call) -> int:
    """Show where to sign in, wait for it, and say who is connected."""
    from opomini_tui.mail import oauth

    actor, operator = call.actor, _whose(call)
    if call.args.paste:
        request = oauth.begin_paste(operator, call.config)
        say(request.message)
        say(request.url)
        done = oauth.finish_paste(operator, call.config, request, _pasted(), actor)
    else:
        code = oauth.begin_device(operator, call.config)
        say(code.message)
        sys.stdout.flush()
        with stop_on_signal() as stop:
            done = oauth.finish_device(operator, call.config, code, actor, stop)
    say(_("The account {account} is connected.").format(account=done.signed_in_as))
    if done.warning:
        complain(done.warning)
    return Exit.DONE


def _pasted() -> str:
    """The address that the person pastes, from standard input.

    Raises:
        OpominiError: there was none.
    """
    if sys.stdin.isatty():
        say(_("Address:"))
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line.strip():
        raise OpominiError(_("Stopped; the account is not connected."))
    return line


def forget(call: Call) -> int:
    """Forget the connection."""
    from opomini_tui.mail import oauth

    actor, operator = call.actor, _whose(call)
    if not oauth.forget(operator, actor):
        raise NothingToDo(_("The account {account} is not connected.").format(account=operator.account))
    say(_("The connection of the account {account} is forgotten.").format(account=operator.account))
    return Exit.DONE


def test(call: Call) -> int:
    """One line for each step."""
    from opomini_tui.mail.account_steps import examine_account

    failed = False
    for step in examine_account(_whose(call), call.config, mail=not call.args.no_mail):
        failed = failed or step.state == "fail"
        say(step_line(step.state, step.step, step.sentence))
        sys.stdout.flush()
    return Exit.ERROR if failed else Exit.DONE


def _whose(call: Call) -> Operator:
    """The operator that is named, else the one who acts; another's account is for administrators."""
    from opomini_tui.setup.operators import operator_of

    if not call.args.operator:
        return call.actor.record()
    operator = operator_of(call.args.operator)
    if operator.id != call.actor.id:
        call.actor.require("operators")
    return operator
