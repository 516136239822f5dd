"""The demo company on the command line: made once, all four runs done, its first rows and counts printed."""

from __future__ import annotations

from pathlib import Path

from opomini_tui.commands.call import Exit
from opomini_tui.commands.notice_rows import KEYS, notice_rows, summary_of
from opomini_tui.commands.notices import COLUMNS
from opomini_tui.commands.output import complain, print_rows, say
from opomini_tui.config import load_config
from opomini_tui.demo.company import Demo, DemoSending, demo_company, do_runs
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, notice_totals
from opomini_tui.models.words import notice_word
from opomini_tui.text import _, ngettext, use_language
from opomini_tui.text.formats import format_money


def run_demo(directory: Path | None, headless: bool) -> int:
    """Make the demo company in `directory` (default: `demo` in the data folder) and show it.

    With `headless` everything is sent and the result printed; otherwise the fourth run is left for the user to send
    and the interface starts.
    """
    folder = directory or load_config().home / "demo"
    with demo_company(folder) as demo:
        use_language(demo.config.language or demo.actor.language)
        sending = do_runs(demo, send_last=headless, say=say)
        if headless:
            _report(demo, sending)
            return Exit.DONE
        from opomini_tui.app import run_interface

        return run_interface(demo.config)


def _report(demo: Demo, sending: DemoSending) -> None:
    """The original's screen: the first 50 rows with their footer; then how many of what there is."""
    first = NoticeFilter(year=2012, limit=50)
    print_rows(notice_rows(first), KEYS, COLUMNS, "table", summary_of(first))
    whole = notice_totals(NoticeFilter(year=2012))
    say("")
    say(
        _("All {rows} notices: amount {amount}, days late {days}, average per day {average}, cost {cost}.").format(
            rows=whole.rows,
            amount=format_money(whole.amount),
            days=format_money(whole.days_late),
            average=format_money(whole.average_per_day),
            cost=format_money(whole.cost),
        )
    )
    for state, count in run("SELECT state, COUNT(*) FROM notice GROUP BY state ORDER BY state").fetchall():
        say(f"{notice_word(state)}: {count}")
    kept = len(list(demo.mail.glob("*.eml")))
    say(ngettext("{n} message was sent now.", "{n} messages were sent now.", sending.sent).format(n=sending.sent))
    say(
        ngettext("{n} message lies in {folder}.", "{n} messages lie in {folder}.", kept).format(
            n=kept, folder=demo.mail
        )
    )
    for entry in sending.held_back:
        complain(f"{entry.label} {entry.customer_name}: {entry.sentence}")
