"""`opomini doctor` and `opomini verify`."""

from __future__ import annotations

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.output import complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.text import _, ngettext


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs that check."""
    parser = verbs.add("doctor", _("check database, key, fonts, mail servers, clock and data folder"))
    parser.add_argument("--mail", action="store_true", help=_("send yourself a test mail and read it back"))
    parser.set_defaults(verb=doctor)
    parser = verbs.add("verify", _("check that nobody changed the journal"))
    parser.set_defaults(verb=verify)


def doctor(call: Call) -> int:
    """One line for each check."""
    from opomini_tui.evidence.doctor import examine

    failed = False
    for finding in examine(call.config, lambda: call.actor, mail=call.args.mail):
        failed = failed or finding.state == "fail"
        say(step_line(finding.state, finding.subject, finding.sentence))
    return Exit.ERROR if failed else Exit.DONE


def step_line(state: str, subject: str, sentence: str) -> str:
    """One finding or step as a line: ok, warn, fail or skip, what was looked at, what was found."""
    return f"{state[:4]:4}  {subject}: {sentence}"


def verify(call: Call) -> int:
    """Walk the journal's chain and the stored documents."""
    from opomini_tui.evidence.verify import verify as run_verify

    call.actor.require("view")
    found = run_verify()
    if found.problems:
        for sentence in found.problems:
            complain(sentence)
        return Exit.ERROR
    said = ngettext("The journal is whole: {n} entry.", "The journal is whole: {n} entries.", found.entries)
    say(said.format(n=found.entries))
    said = ngettext("{n} document is unchanged.", "{n} documents are unchanged.", found.documents)
    say(said.format(n=found.documents))
    say(_("Last hash: {hash}").format(hash=found.last_hash or "–"))
    return Exit.DONE
