"""What the tests of the mailbox share: messages that were handed over, and what the mailbox told of them."""

from __future__ import annotations

from collections.abc import Callable

from opomini_tui.config import Config
from opomini_tui.keys import encrypt
from opomini_tui.mail.mailbox.poll import Polled
from opomini_tui.mail.outbox import OutboxRow, outbox_rows
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Operator
from tests.mail.builder import DAY
from tests.mail.mailbox.pop3_server import Pop3Server
from tests.mail.sending import queue

Look = Callable[[], Polled]


def use(server: Pop3Server, config: Config, security: str = "none") -> None:
    """Let the operator's mailbox be on `server`."""
    account, password = server.account
    Operator.update(
        pop3_host="127.0.0.1",
        pop3_port=server.port,
        pop3_security=security,
        account=account,
        secret=encrypt(config, password),
        bcc_self=True,
    ).execute()


def handed_over(actor: Actor, config: Config, count: int = 1, *, state: str = "sent") -> list[OutboxRow]:
    """Messages of `count` notices in `state`, as if they had been handed over."""
    queue(actor, config, count)
    if state == "sending":
        run("UPDATE delivery SET state = 'sending', sender_id = 's1', lease_until = ?, sent_at = NULL", (2**60,))
    else:
        run("UPDATE delivery SET state = ?, sent_at = 5, sender_id = ''", (state,))
    if state == "sent":
        run("UPDATE notice SET state = 'sent', sent_at = 5")
    run("UPDATE delivery SET next_try_at = NULL, bcc = sender_address")
    run("UPDATE open_item SET last_notice_date = ?", (DAY.isoformat(),))
    return outbox_rows()


def arrivals() -> list[tuple[str, str]]:
    """Arrival and its reason of each message."""
    return list(run("SELECT arrival, arrival_reason FROM delivery ORDER BY id").fetchall())


def kinds() -> list[str]:
    """What each looked-at message was understood as, in the order of looking."""
    return [kind for (kind,) in run("SELECT kind FROM mailbox_message ORDER BY id").fetchall()]


def levels() -> list[int]:
    """The levels of all open items."""
    return [level for (level,) in run("SELECT level FROM open_item ORDER BY id").fetchall()]
