"""A company whose outbox has had every outcome and whose mailbox has had every kind of mail."""

from __future__ import annotations

from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.screens.conftest import Opened

AT = 1_350_000_000_000
"""A moment of the pictures."""
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("sent", "", "250 2.0.0 Ok: queued as 4F1C22A0"),
    ("refused", "Strežnik ne pozna naslova.", "550 5.1.1 User unknown in virtual mailbox table"),
    ("unknown", "Zveza se je prekinila po oddaji sporočila.", ""),
    ("held", "Vse postavke so bile medtem plačane.", ""),
    ("deferred", "Strežnik prosi za poznejši poskus.", "450 4.2.1 Greylisted, try again later"),
    ("cancelled", "", ""),
)
MAILS: tuple[tuple[str, str, str, str], ...] = (
    ("bounce", "MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", "550 5.1.1 User unknown"),
    ("reply", "ana.novak@kupec.example", "Re: Opomin 2012-234", "Pozdravljeni,\nračun smo plačali včeraj.\nAna Novak"),
    ("delay", "postmaster@mx.example", "Delayed Mail (still being retried)", "Dostava zamuja."),
    ("copy", "skrbnik@podjetje.example", "Opomin 2012-235", ""),
)


def have_mail(company: Opened) -> None:
    """Queue the notices of the year, give their messages every outcome in turn, and let mail come back."""
    Operator.update(pop3_host="pop.podjetje.example").execute()
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    for place, (number,) in enumerate(run("SELECT id FROM delivery ORDER BY id").fetchall()):
        state, reason, answer = OUTCOMES[place % len(OUTCOMES)]
        live, sent_at = state not in ("refused", "cancelled"), AT if state == "sent" else None
        run(
            "UPDATE delivery SET state = ?, reason = ?, answer = ?, live = ?, sent_at = ?, queued_at = ?, attempts = 1, "
            "next_try_at = NULL WHERE id = ?",
            (state, reason, answer, live, sent_at, AT, number),
        )
    run("UPDATE batch SET queued_at = ?, starts_at = ?", (AT, AT))
    sent = run("SELECT id, notice_id FROM delivery WHERE state = 'sent' ORDER BY id").fetchall()
    for place, (kind, sender, subject, summary) in enumerate(MAILS):
        run(
            "INSERT INTO mailbox_message (operator_id, uidl, first_seen_at, kind, delivery_id, notice_id, sender, subject, "
            "sent_at, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (company.actor.id, f"u{place}", AT, kind, *sent[place], sender, subject, AT, summary),
        )
    run("UPDATE delivery SET arrival = 'undelivered', arrival_reason = 'Naslov ne obstaja.' WHERE id = ?", sent[0][:1])
    run(
        "INSERT INTO mailbox (operator_id, first_scan_at, polled_at, failure) VALUES (?, ?, ?, '')",
        (company.actor.id, AT, AT),
    )
