"""Looking into the mailbox: what came back is matched, each message once, and the mailbox stays as it is."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import oauth
from opomini_tui.mail.durable import own_connection
from opomini_tui.mail.mailbox import turn
from opomini_tui.mail.mailbox.mailbox_list import arrival_marks, mailbox_rows, mailbox_states
from opomini_tui.mail.mailbox.poll import Polled, poll, poll_due
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.models.parties import Operator
from tests.mail.mailbox import mails
from tests.mail.mailbox.boxes import Look, arrivals, handed_over, kinds, levels, use
from tests.mail.mailbox.pop3_server import DROP, Act, Pop3Server
from tests.mail.sending import notice_states, only, states, verbs


def test_a_bounce_marks_the_message_and_its_level_counts_no_more(
    mailbox: Pop3Server, look: Look, actor: Actor, config: Config
) -> None:
    (row,) = handed_over(actor, config)
    assert levels() == [1, 1]
    mailbox.mails.append(mails.bounce(row))
    done = look()
    assert (done.looked_at, done.bounces, done.failure) == (1, 1, "")
    assert arrivals() == [("undelivered", "550 5.1.1 User unknown")]
    assert (states(), notice_states()) == (["sent"], ["sent"])
    assert levels() == [0, 0]
    assert verbs()[-2:] == ["undelivered", "level taken back"]
    assert arrival_marks([row.notice_id]) == {row.notice_id: "undelivered"}
    (told,) = mailbox_rows(notice_id=row.notice_id)
    assert (told.kind, told.message_id, told.summary) == ("bounce", row.message_id, "550 5.1.1 User unknown")


def test_an_expired_message_is_undelivered_whatever_its_status(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config)
    mailbox.mails.append(mails.bounce(row, status="4.2.1", diagnostic="smtp; 452 4.2.1 mailbox full"))
    assert look().bounces == 1
    assert arrivals() == [("undelivered", "452 4.2.1 mailbox full")]


@pytest.mark.parametrize(
    ("order", "arrival"),
    [
        (("delayed",), "delayed"),
        (("delayed", "failed"), "undelivered"),
        (("failed", "delayed"), "undelivered"),
        (("delayed", "delivered"), "delivered"),
        (("delivered", "delayed"), "delivered"),
        (("failed", "delivered"), "undelivered"),
        (("relayed",), ""),
        (("expanded",), ""),
    ],
)
def test_reports_in_any_order_end_right(
    order: tuple[str, ...], arrival: str, mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config)
    for action in order:
        mailbox.mails.append(mails.bounce(row, action=action))
        look()
    assert arrivals()[0][0] == arrival
    assert levels() == ([0, 0] if arrival == "undelivered" else [1, 1])


def test_nothing_is_looked_at_twice_and_the_mailbox_stays_as_it_is(
    mailbox: Pop3Server, look: Look, actor: Actor, config: Config
) -> None:
    first, second, third = handed_over(actor, config, 3)
    mailbox.mails += [mails.own_copy(first), mails.STRANGER % 1, mails.bounce(second), mails.reply(third)]
    before = (list(mailbox.mails), list(mailbox.uidls))
    done = look()
    assert (done.looked_at, done.copies, done.other, done.bounces, done.replies) == (4, 1, 1, 1, 1)
    assert (mailbox.mails, mailbox.uidls) == before
    assert "DELE" not in mailbox.verbs
    assert mailbox.verbs[-2:] == ["RSET", "QUIT"]
    assert mailbox.verbs.index("TOP") < mailbox.verbs.index("RETR")
    fetched = [line.split()[1] for line in mailbox.commands if line.startswith("RETR")]
    assert sorted(fetched) == ["3", "4"]  # the copy and the stranger's mail say enough with their headers
    mailbox.commands.clear()
    journal = verbs()
    assert look().looked_at == 0
    assert not {"TOP", "RETR"} & set(mailbox.verbs)
    assert (verbs(), len(kinds())) == (journal, 4)


def test_of_other_mail_nothing_is_kept(mailbox: Pop3Server, look: Look, sqlite_actor: Actor) -> None:
    mailbox.mails.append(mails.STRANGER % 1)
    assert look().other == 1
    assert run("SELECT sender, subject, summary FROM mailbox_message").fetchall() == [("", "", "")]
    assert mailbox_rows() == []
    assert [row.kind for row in mailbox_rows(kind="other")] == ["other"]


def test_a_copy_proves_an_unknown_message(mailbox: Pop3Server, look: Look, actor: Actor, config: Config) -> None:
    (row,) = handed_over(actor, config, state="unknown")
    assert notice_states() == ["issued"]
    mailbox.mails.append(mails.own_copy(row))
    done = look()
    assert (done.copies, done.proved) == (1, 1)
    assert (states(), notice_states(), only().outcome) == (["sent"], ["sent"], "proved by copy")
    assert only().sent_at is not None
    assert verbs()[-1] == "proved"


def test_what_is_seen_before_a_restored_database_is_accepted_proves_it_later(
    mailbox: Pop3Server, look: Look, actor: Actor, config: Config
) -> None:
    """The database that was put back has the messages still waiting; a person's word makes them unknown."""
    copied, returned = handed_over(actor, config, 2)
    run("UPDATE notice SET state = 'issued', sent_at = NULL")
    run("UPDATE delivery SET state = 'queued', sent_at = NULL")
    mailbox.mails += [mails.own_copy(copied), mails.bounce(returned)]
    assert (look().copies, states(), arrivals()) == (1, ["queued"] * 2, [("", "")] * 2)
    run("UPDATE delivery SET state = 'unknown'")
    done = look()
    assert (done.proved, done.bounces) == (2, 1)
    assert (states(), notice_states()) == (["sent"] * 2, ["sent"] * 2)
    assert [arrival for arrival, _reason in arrivals()] == ["", "undelivered"]
    assert look().looked_at == 0


def test_what_is_no_proof_hides_none(mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config) -> None:
    (row,) = handed_over(sqlite_actor, config, state="sending")
    mailbox.mails += [mails.bounce(row, action="relayed"), mails.reply(row)]
    assert (look().proved, sorted(kinds())) == (0, ["other", "reply"])
    run("UPDATE delivery SET state = 'unknown'")
    assert (look().proved, only().outcome) == (1, "proved by reply")


def test_a_copy_from_somebody_else_proves_nothing(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config, state="unknown")
    mailbox.mails.append(mails.own_copy(row, sender="somebody@else.example"))
    assert look().proved == 0
    assert (states(), kinds()) == (["unknown"], ["other"])


def test_a_copy_proves_the_message_of_a_sender_that_died(
    mailbox: Pop3Server, look: Look, actor: Actor, config: Config
) -> None:
    (row,) = handed_over(actor, config, state="sending")
    mailbox.mails.append(mails.own_copy(row))
    assert look().proved == 0
    assert states() == ["sending"]  # its sender may still be waiting for the answer
    run("UPDATE delivery SET lease_until = 1")
    assert look().proved == 1
    assert (states(), only().outcome) == (["sent"], "proved by copy")


def test_a_bounce_proves_an_unknown_message_and_marks_it(
    mailbox: Pop3Server, look: Look, actor: Actor, config: Config
) -> None:
    (row,) = handed_over(actor, config, state="unknown")
    mailbox.mails.append(mails.bounce(row))
    done = look()
    assert (done.bounces, done.proved) == (1, 1)
    assert (states(), only().outcome, arrivals()[0][0]) == (["sent"], "proved by bounce", "undelivered")
    assert levels() == [0, 0]


def test_a_bounce_never_races_with_the_sender(mailbox: Pop3Server, look: Look, actor: Actor, config: Config) -> None:
    from opomini_tui.dunning.undelivered import counts_again

    (row,) = handed_over(actor, config, state="sending")
    mailbox.mails.append(mails.bounce(row))
    assert look().bounces == 1
    assert (states(), arrivals()[0][0], levels()) == (["sending"], "undelivered", [1, 1])
    run("UPDATE delivery SET state = 'sent', sender_id = '', lease_until = NULL, sent_at = 5")  # its 250 comes
    assert counts_again(row.notice_id)  # what the sender calls when a message is sent
    assert levels() == [0, 0]


def test_a_resent_message_is_not_settled_by_its_copy(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config, state="unknown")
    run("UPDATE delivery SET live = ?, outcome = 'resent'", (False,))
    mailbox.mails.append(mails.own_copy(row))
    done = look()
    assert (done.copies, done.proved, states()) == (1, 0, ["unknown"])


def test_a_reply_is_attached_with_its_first_words(
    mailbox: Pop3Server, look: Look, actor: Actor, config: Config
) -> None:
    (row,) = handed_over(actor, config)
    mailbox.mails.append(mails.reply(row))
    assert look().replies == 1
    (told,) = mailbox_rows(kind="reply")
    assert (told.notice_id, told.delivery_id, told.year, told.number) == (row.notice_id, row.id, row.year, row.number)
    assert (told.sender, told.subject, told.summary) == (row.to, "Re: Opomin št.", "Bomo plačali v petek.")
    assert told.sent_at == 1345444200000
    assert arrival_marks([row.notice_id, 999]) == {row.notice_id: "reply", 999: ""}
    assert arrivals() == [("", "")]


def test_an_automatic_answer_is_told_apart(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    first, second = handed_over(sqlite_actor, config, 2)
    mailbox.mails += [
        mails.reply(first, "Na dopustu sem do 1. 9.", "Auto-Submitted: auto-replied\n"),
        mails.reply(second, "Vacation", "X-Autoreply: yes\nReturn-Path: <>\n"),
    ]
    done = look()
    assert (done.automatic, done.replies, done.bounces) == (2, 0, 0)
    assert arrival_marks([first.notice_id]) == {first.notice_id: ""}


def test_a_drop_in_the_middle_loses_nothing(mailbox: Pop3Server, look: Look, actor: Actor, config: Config) -> None:
    rows = handed_over(actor, config, 5)
    mailbox.mails += [mails.bounce(row) for row in rows]
    mailbox.acts["RETR 3"] = DROP
    done = look()
    assert done.bounces == 2
    assert "reading a message" in done.failure
    assert mailbox_states()[0].failure == done.failure
    mailbox.acts.clear()
    done = look()
    assert (done.bounces, done.failure) == (3, "")
    assert [arrival for arrival, _reason in arrivals()] == ["undelivered"] * 5
    assert verbs().count("undelivered") == 5
    assert mailbox_states()[0].failure == ""


def test_two_readers_at_once_double_nothing(mailbox: Pop3Server, actor: Actor, config: Config) -> None:
    rows = handed_over(actor, config, 8)
    mailbox.mails += [mails.bounce(row) for row in rows]
    operator, results = Operator.get(), list[Polled]()

    def read() -> None:
        with own_connection():
            for _turn in range(3):
                results.append(poll(operator, config))

    threads = [threading.Thread(target=read) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 9
    assert sum(result.bounces for result in results) == 8
    assert not any(result.failure for result in results)
    assert verbs().count("undelivered") == 8


def test_a_mailbox_that_another_reads_is_left(mailbox: Pop3Server, look: Look, actor: Actor) -> None:
    mailbox.mails.append(mails.STRANGER % 1)
    inside, over = threading.Event(), threading.Event()

    def other() -> None:
        with own_connection(), turn.only_reader(actor.id) as mine:
            assert mine
            inside.set()
            over.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(60)
    assert look() == Polled(busy=True)
    over.set()
    thread.join()
    assert mailbox.commands == []
    assert look().looked_at == 1


def test_stop_ends_after_the_message_in_hand(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> None:
    mailbox.mails += [mails.STRANGER % number for number in range(9)]
    stop, told = threading.Event(), list[tuple[int, int]]()

    def progress(done: int, of: int = 0, *_more: object) -> None:
        told.append((done, of))
        if done == 4:
            stop.set()

    assert poll(Operator.get(), config, progress=progress, stop=stop).looked_at == 4
    assert told[-1] == (4, 9)
    assert poll(Operator.get(), config).looked_at == 5


def test_the_worker_looks_only_when_it_is_due(mailbox: Pop3Server, actor: Actor, config: Config) -> None:
    now = now_ms()
    assert list(poll_due(config, now)) == ["006"]
    assert poll_due(config, now) == {}
    assert list(poll_due(config, now_ms() + 6 * 60_000)) == ["006"]
    Operator.update(active=False).execute()
    assert poll_due(config, now_ms() + 60 * 60_000) == {}


def test_a_refused_password_is_not_tried_again_by_itself(mailbox: Pop3Server, actor: Actor, config: Config) -> None:
    mailbox.account = ("skrbnik", "another")
    later = now_ms() + 24 * 60 * 60_000
    (done,) = poll_due(config, later).values()
    assert "does not accept the account or the password" in done.failure
    assert poll_due(config, later) == {}
    assert poll(Operator.get(), config).failure  # a person may
    Operator.update(pop3_host="localhost").execute()  # other settings: once more
    assert list(poll_due(config, later)) == ["006"]
    mailbox.account = ("skrbnik", "geslo-čšž")
    assert poll(Operator.get(), config).failure == ""
    assert list(poll_due(config, later)) == ["006"]


def test_what_is_odd_about_one_mailbox_is_its_failure_and_the_others_go_on(
    mailbox: Pop3Server, sqlite_actor: Actor, config: Config
) -> None:
    fields = {name: getattr(Operator.get(), name) for name in ("pop3_host", "pop3_port", "account", "secret")}
    last = Operator.create(code="999", name="Kos", role="clerk", email="kos@podjetje.example", **fields)
    Operator.update(pop3_security="none").execute()
    Path(f"{database.obj.database}.mailbox-{sqlite_actor.id}.lock").mkdir()  # it cannot be opened
    first, second = poll_due(config, now_ms()).values()
    assert "cannot be read here" in first.failure
    assert second.failure == ""
    told = {state.operator_id: state.failure for state in mailbox_states()}
    assert told == {sqlite_actor.id: first.failure, last.id: ""}
    assert poll_due(config, now_ms()) == {}


@pytest.mark.parametrize("password", ["geslo", "geslo-čšž"])
@pytest.mark.parametrize("command", ["PASS", "PLAIN", "XOAUTH2", "APOP"])
def test_a_server_that_repeats_the_password_does_not_bring_it_into_the_database(
    password: str,
    command: str,
    mailbox: Pop3Server,
    look: Look,
    sqlite_actor: Actor,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailbox.repeats = True
    mailbox.account = ("skrbnik", password)
    use(mailbox, config)
    mailbox.apop = command == "APOP"
    mailbox.offers = () if command in ("PASS", "APOP") else (f"SASL {command}",)
    if command == "XOAUTH2":
        Operator.update(authentication="xoauth2").execute()
        monkeypatch.setattr(oauth, "access_token", lambda *_given, **_named: password)
    look()
    (told,) = mailbox_states()
    assert "***" in told.failure
    for secret in (password, base64.b64encode(password.encode()).decode()):
        assert secret not in told.failure
    assert mailbox.repeated
    assert not any(said in told.failure for said in mailbox.repeated)


def test_a_locked_mailbox_is_tried_again(mailbox: Pop3Server, actor: Actor, config: Config) -> None:
    mailbox.acts["login"] = Act(b"-ERR [IN-USE] Mailbox is locked by another session\r\n")
    later = now_ms() + 24 * 60 * 60_000
    (done,) = poll_due(config, later).values()
    assert "cannot be opened now" in done.failure
    assert list(poll_due(config, later)) == ["006"]


def test_a_mailbox_of_years_is_not_read_through(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config)
    old = (mails.STRANGER).replace(b"2012", b"2004")
    mailbox.mails += [old % number for number in range(300)]
    mailbox.mails.append(mails.bounce(row))
    assert look().bounces == 1
    assert mailbox.verbs.count("TOP") == 51
    assert len(kinds()) == 301
    mailbox.commands.clear()
    mailbox.mails.append(old % 7777)
    assert look().looked_at == 1
    assert mailbox.verbs.count("TOP") == 1


@pytest.mark.parametrize("without", [("TOP",), ("UIDL",), ("CAPA",), ("TOP", "UIDL", "CAPA")])
def test_servers_without_a_command(
    without: tuple[str, ...], mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    first, second = handed_over(sqlite_actor, config, 2)
    mailbox.without = without
    mailbox.mails += [mails.bounce(first), mails.STRANGER % 1, mails.reply(second)]
    done = look()
    assert (done.bounces, done.other, done.replies, done.failure) == (1, 1, 1, "")
    assert look().looked_at == 0
    mailbox.mails.pop(1)  # numbers are no names
    assert look().looked_at == 0
