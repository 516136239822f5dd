"""What keeps messages from leaving is said in one sentence; and what a list shows is known to have changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import batches, trouble
from opomini_tui.mail.delivery_pages import DeliveryQuery, batches_in_hand, marks
from opomini_tui.mail.delivery_story import returned_to, stories_of
from opomini_tui.mail.high_water import HighWater
from opomini_tui.mail.pulse import read_pulse
from opomini_tui.mail.session import SessionError
from opomini_tui.mail.standing import standing
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.settings import Company
from tests.mail import sending


def queue(actor: Actor, config: Config, count: int) -> str:
    """A batch of `count` messages."""
    sending.queue(actor, config, count)
    return str(run("SELECT batch FROM delivery").fetchone()[0])


def paused(actor: Actor, _config: Config, batch: str) -> None:
    """A person paused it."""
    batches.pause(batch, actor, "wrong letters")


def stopped(actor: Actor, _config: Config, _batch: str) -> None:
    """The account was refused."""
    trouble.remember(actor.id, SessionError("authentication", "login", "The password is wrong."), now_ms())


def restored(_actor: Actor, config: Config, _batch: str) -> None:
    """Something left of which the database knows nothing."""
    notes = HighWater(config)
    notes.note(9_999, 1, "<left@podjetje.example>", now_ms())
    notes.close()


def closed(_actor: Actor, _config: Config, _batch: str) -> None:
    """It is outside of the hours: they are one minute of one day, half a week away."""
    day = str((now_ms() // 86_400_000 + 3 + 3) % 7 + 1)
    Company.update(send_from="03:00", send_until="03:01", send_days=day).execute()
    run("UPDATE batch SET any_hour = ?", (False,))


@pytest.mark.parametrize(
    ("hinder", "kind", "words"),
    [
        (paused, "paused", "wrong letters"),
        (stopped, "account", "The password is wrong."),
        (restored, "restored", "older than what was sent"),
        (closed, "hours", "messages leave from"),
    ],
)
def test_what_hinders_is_named_and_only_while_something_waits(
    actor: Actor, config: Config, hinder: Callable[[Actor, Config, str], None], kind: str, words: str
) -> None:
    batch = queue(actor, config, 2)
    assert standing(config) is None
    hinder(actor, config, batch)
    for found in (standing(config), standing(config, batch)):
        assert found is not None
        assert found.kind == kind
        assert words in found.sentence
    assert read_pulse(config).waiting.why
    run("UPDATE delivery SET state = 'sent'")
    assert standing(config) is None
    assert read_pulse(config).waiting.why == ""


def test_the_account_is_whose_messages_wait(actor: Actor, config: Config) -> None:
    queue(actor, config, 1)
    stopped(actor, config, "")
    found = standing(config)
    assert found is not None
    assert found.operator_code == actor.code


def test_a_list_knows_what_has_changed(actor: Actor, config: Config) -> None:
    batch = queue(actor, config, 3)
    ids = DeliveryQuery(batch).ids()
    before = marks(batch, ids)
    assert marks(batch, ids).changed(before) == []
    assert not marks(batch, ids).other_rows(before)
    run("UPDATE delivery SET arrival = 'undelivered' WHERE id = ?", (ids[1],))
    after = marks(batch, ids)
    assert after.changed(before) == [ids[1]]
    assert not after.other_rows(before)
    assert list(DeliveryQuery(state="undelivered").ids()) == [ids[1]]
    run("UPDATE delivery SET state = 'sent' WHERE id = ?", (ids[2],))
    assert marks(batch, ()).other_rows(after)


def test_a_batch_is_in_hand_while_the_lease_lives(actor: Actor, config: Config) -> None:
    batch = queue(actor, config, 1)
    run("UPDATE delivery SET state = 'claimed', sender_id = 's1', lease_until = 1000")
    assert batches_in_hand(999) == {batch}
    assert batches_in_hand(1001) == set()


def test_the_story_of_a_notice_has_its_tries_its_arrival_and_its_replies(actor: Actor, config: Config) -> None:
    queue(actor, config, 1)
    delivery, notice = run("SELECT id, notice_id FROM delivery").fetchone()
    run(
        "INSERT INTO delivery_attempt (delivery_id, number, sender_id, started_at, step, outcome, answer) "
        "VALUES (?, 1, 's1', 5, 'dot', 'deferred', '450 later')",
        (delivery,),
    )
    run("UPDATE delivery SET arrival = 'undelivered', arrival_reason = 'full' WHERE id = ?", (delivery,))
    for kind, text in (("reply", "we pay"), ("copy", "own")):
        run(
            "INSERT INTO mailbox_message (operator_id, uidl, first_seen_at, kind, delivery_id, notice_id, summary) "
            "VALUES (?, ?, 7, ?, ?, ?, ?)",
            (actor.id, kind, kind, delivery, notice, text),
        )
    (story,) = stories_of(notice)
    assert (story.arrival, story.arrival_reason) == ("undelivered", "full")
    assert [(one.number, one.answer) for one in story.attempts] == [(1, "450 later")]
    assert [mail.summary for mail in returned_to(notice)] == ["we pay"]
