"""What goes and what does not, with the reason, in the order of the reasons."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from opomini_tui.errors import NotAllowed
from opomini_tui.mail.plan import count_sending, plan_sending
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Contact, Customer
from tests.mail import builder

TODAY = date(2012, 9, 1)
ALL = NoticeFilter(year=2012)


def reasons(actor: Actor, chosen: NoticeFilter = ALL) -> dict[int, str]:
    """The reason code of each notice, "" for those that go; counting says the same."""
    plan = plan_sending(chosen, actor, today=TODAY)
    found = {one.notice_id: "" for one in plan.ready} | {one.notice_id: one.code for one in plan.held_back}
    counts = count_sending(chosen, today=TODAY)
    assert (counts.matching, counts.going) == (len(found), len(plan.ready))
    assert dict(counts.reasons) == {
        code: list(found.values()).count(code) for code in set(found.values()) if code != ""
    }
    assert all(one.sentence for one in plan.held_back)
    return found


def test_each_reason(actor: Actor) -> None:
    customers = builder.customers(12)
    ids = builder.notices(customers)
    prepared = builder.notices([customers[0]], state="prepared", day=builder.DAY + timedelta(days=30))
    run("UPDATE notice SET state = 'sent' WHERE id = ?", (ids[1],))
    queue(ids[2], "queued")
    queue(ids[3], "unknown")
    run("UPDATE customer SET no_dunning = ?, no_dunning_reason = 'v stečaju' WHERE id = ?", (True, customers[4]))
    run(
        "UPDATE open_item SET hold = 'disputed', hold_reason = 'reklamacija', hold_until = '2012-09-01' "
        "WHERE customer_id = ?",
        (customers[5],),
    )
    run("UPDATE open_item SET open_amount = 0 WHERE customer_id = ?", (customers[6],))
    run("UPDATE open_item SET open_amount = 400 WHERE customer_id = ?", (customers[7],))
    later = builder.notices([customers[8]], day=builder.DAY + timedelta(days=14))
    Contact.delete().where(Contact.customer == customers[9]).execute()
    Contact.update(email="not an address").where(Contact.customer == customers[10]).execute()
    assert reasons(actor) == {
        ids[0]: "",
        prepared[0]: "not_issued",
        ids[1]: "already_sent",
        ids[2]: "waiting",
        ids[3]: "waiting",
        ids[4]: "blocked",
        ids[5]: "blocked",
        ids[6]: "paid_meanwhile",
        ids[7]: "changed",
        ids[8]: "later_notice",
        later[0]: "",
        ids[9]: "no_contact",
        ids[10]: "bad_address",
        ids[11]: "",
    }


def queue(notice_id: int, state: str) -> None:
    run(
        "INSERT INTO delivery (notice_id, channel, operator_id, sender_address, to_address, message_id, skeleton, "
        "document_id, content_sha256, state, queued_at) "
        "VALUES (?, 'smtp', 1, 'a@b.example', 'c@d.example', ?, '', ?, '', ?, 1)",
        (notice_id, f"<{notice_id}@b.example>", builder.document(), state),
    )


def test_sentences_name_the_particulars(sqlite_actor: Actor) -> None:
    customers = builder.customers(4)
    builder.notices(customers)
    run("UPDATE customer SET no_dunning = ?, no_dunning_reason = 'dogovor' WHERE id = ?", (True, customers[0]))
    run("UPDATE customer SET no_dunning_until = '2012-12-31' WHERE id = ?", (customers[0],))
    run("UPDATE open_item SET open_amount = 400 WHERE document = 'R-3'")
    later = builder.notices([customers[2]], day=builder.DAY + timedelta(days=14))
    run("UPDATE open_item SET hold = 'blocked' WHERE document = 'R-7'")
    said = {one.customer_id: one.sentence for one in plan_sending(ALL, sqlite_actor, today=TODAY).held_back}
    assert "31 December 2012: dogovor" in said[customers[0]]
    assert all(part in said[customers[1]] for part in ("R-3", "4.00", "10.00"))
    assert f"2012/{later[0]}" in said[customers[2]]
    assert "R-7" in said[customers[3]]


@pytest.mark.parametrize(("until", "code"), [("2012-09-01", "blocked"), ("2012-08-31", ""), (None, "blocked")])
def test_a_block_ends_after_its_last_day(actor: Actor, until: str | None, code: str) -> None:
    (customer,) = builder.customers(1)
    (notice,) = builder.notices([customer])
    run("UPDATE open_item SET hold = 'blocked', hold_until = ?", (until,))
    assert reasons(actor) == {notice: code}
    run("UPDATE open_item SET hold = ''")
    Customer.update(no_dunning=True, no_dunning_until=until).execute()
    assert reasons(actor) == {notice: code}


def test_a_refused_message_does_not_stand_in_the_way(actor: Actor) -> None:
    ids = builder.notices(builder.customers(1))
    queue(ids[0], "refused")
    run("UPDATE delivery SET live = ?", (False,))
    assert reasons(actor) == {ids[0]: ""}


def test_order_is_that_of_the_filter_and_limit_holds(sqlite_actor: Actor) -> None:
    ids = builder.notices(builder.customers(5))
    chosen = NoticeFilter(year=2012, sort="number", reverse=True, limit=3)
    assert [one.notice_id for one in plan_sending(chosen, sqlite_actor, today=TODAY).ready] == ids[:1:-1]
    assert count_sending(chosen, today=TODAY).matching == 3


def test_a_viewer_may_not_plan(sqlite_actor: Actor) -> None:
    viewer = Actor(sqlite_actor.id, sqlite_actor.code, sqlite_actor.name, "view", "sl")
    with pytest.raises(NotAllowed):
        plan_sending(ALL, viewer)


@pytest.mark.long
def test_a_hundred_thousand_notices(sqlite_actor: Actor) -> None:
    """Processor seconds, so that what else the machine does is not counted; the goals are 1 and 2."""
    customers = builder.customers(20_000)
    for days in range(5):
        builder.notices(customers, items=3, day=builder.DAY + timedelta(days=days))
    run("ANALYZE")
    count_sending(ALL, today=TODAY)  # addresses are checked once in a process
    began = time.process_time()
    counts = count_sending(ALL, today=TODAY)
    counted = time.process_time() - began
    plan = plan_sending(ALL, sqlite_actor, today=TODAY)
    planned = time.process_time() - began - counted
    assert (counts.matching, counts.going, len(plan.ready)) == (100_000, 20_000, 20_000)
    assert counted < 1.25
    assert planned < 2.5
