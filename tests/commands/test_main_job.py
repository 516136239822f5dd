"""The main job by single commands, with their exit codes, on both databases."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from opomini_tui.demo.catcher import Catcher
from opomini_tui.models.database import connect
from tests.commands.conftest import PASSWORD, SOME, Command, prepare_some, set_up
from tests.conftest import REFERENCE


@pytest.fixture
def on_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("OPOMINI_DATABASE_URL", database_url)
    return database_url


def test_import_prepare_issue_send(on_database: str, opomini: Command, catcher: Catcher, tmp_path: Path) -> None:
    set_up(opomini, tmp_path, catcher.port)
    assert opomini("import", "customers", REFERENCE / "customers.csv").code == 5
    prepare_some(opomini)
    again = opomini("prepare", "--date", "2012-08-17", "--customer", SOME)
    assert (again.code, again.out) == (5, "")

    assert opomini("issue", "--packet", "1").code == 0
    assert opomini("issue", "--packet", "1").code == 5

    rehearsed = opomini("send", "--dry-run")
    assert rehearsed.code == 3
    assert "2012/138" in rehearsed.err
    assert not list(catcher.folder.iterdir())
    sent = opomini("send", "--subject", "Opomin {stevilka}", "--cc", "vodja@podjetje.example")
    assert sent.code == 3, sent.err
    assert "2012/138\t0000099" in sent.err
    again = opomini("send")
    assert (again.code, "Nothing was sent." in again.out) == (5, True)
    assert "2012/138" in again.err
    assert opomini("send", "--number", "138").code == 3
    assert opomini("send", "--number", "100..137").code == 5
    assert opomini("send", "--year", "2011").code == 5

    listed = opomini("notices", "--limit", "0", "--format", "json", "--summary").rows
    rows, summary = listed[:-1], listed[-1]
    messages = [message_from_bytes(path.read_bytes()) for path in catcher.folder.iterdir()]
    assert len(messages) == len(rows) - 1 == summary["rows"] - 1
    assert {message["Cc"] for message in messages} == {"vodja@podjetje.example"}
    by_number = {row["number"]: row for row in rows}
    assert by_number[138]["state"] == "issued"
    assert (by_number[138]["email"], by_number[138]["delivery"]) == (None, None)
    assert (by_number[100]["state"], by_number[100]["delivery"]) == ("sent", "sent")
    outbox = opomini("outbox", "list", "--format", "json").rows
    keys = "year number message_id to state attempts answer reason queued_at sent_at arrival arrival_reason next_try_at"
    assert list(outbox[0]) == [*keys.split(), "batch"]
    assert {row["state"] for row in outbox} == {"sent"}
    assert outbox[0]["message_id"] in {message["Message-ID"] for message in messages}
    assert outbox[0]["sent_at"].endswith("+00:00")

    verified = opomini("verify")
    assert verified.code == 0, verified.err
    assert PASSWORD not in opomini("settings", "show").out
    assert PASSWORD.encode() not in dump(on_database)


def dump(url: str) -> bytes:
    """All texts that the database stores outside of notices."""
    opened = connect(url)
    try:
        rows = [opened.execute_sql(f"SELECT * FROM {table}").fetchall() for table in ("operator", "journal_entry")]
    finally:
        opened.close()
    return json.dumps(rows, default=str, ensure_ascii=False).encode()


def test_notices_have_the_stable_keys(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    row = opomini("notices", "--limit", "1", "--format", "json").rows[0]
    items = row.pop("items")
    assert row == {
        "year": 2012,
        "number": 100,
        "date": "2012-08-17",
        "customer_code": "0000001",
        "customer_name": "SAOP Računalništvo d.o.o.",
        "level": 1,
        "amount": "5450.60",
        "days_late": 423,
        "average_per_day": "4.29",
        "cost": "2.00",
        "interest": "0.00",
        "compensation": "0.00",
        "total": "5452.60",
        "deadline": "2012-08-25",
        "currency": "EUR",
        "defaulter": False,
        "before_lawsuit": False,
        "state": "prepared",
        "packet": 1,
        "email": "racunovodstvo@stranka1.example",
        "delivery": None,
    }
    assert list(items[0]) == "document document_date due_date amount open_amount days_late level interest".split()
    assert sum(float(item["open_amount"]) for item in items) == pytest.approx(5450.60)


def test_formats_limit_and_summary(opomini: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    tsv = opomini("notices").out.splitlines()
    assert tsv[0].startswith("year\tnumber\tdate\t")
    assert tsv[1].split("\t")[6:9] == ["5450.60", "423", "4.29"]
    assert tsv[1].endswith("\t3")
    (limited := tmp_path / "limit.toml").write_text("[dunning]\nrow_limit = 7")
    assert opomini("settings", "apply", limited).code == 0
    assert len(opomini("notices", "--format", "json").rows) == 7
    summary = opomini("notices", "--format", "json", "--limit", "3", "--summary").rows[-1]
    assert summary == {"rows": 3, "amount": "8860.78", "days_late": "274.33", "average_per_day": "3.21", "cost": "6.00"}
    csv = opomini("notices", "--format", "csv", "--limit", "2").out.splitlines()
    assert csv[1].startswith("2012,100,2012-08-17,0000001,SAOP Računalništvo d.o.o.,1,5450.60,423")
    monkeypatch.setenv("OPOMINI_LANGUAGE", "sl")
    table = opomini("notices", "--format", "table", "--limit", "1", "--summary").out.splitlines()
    assert "Povp. znesek/dan" in table[0]
    assert "5.450,60" in table[1]
    assert "17.08.2012" in table[1]
    assert "\033" not in "".join(table)
    assert len(opomini("notices", "--limit", "0").out.splitlines()) > 20


def test_why_tells_of_every_item(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    assert opomini("import", "open-items", REFERENCE / "open_items_2012-08-17.csv").code == 0
    ran = opomini("prepare", "--date", "17.8.2012", "--why", "--format", "json")
    judged, made = ran.rows[:-1], ran.rows[-1]
    assert made["notices"] == made["last_number"] - made["first_number"] + 1
    taken = [row for row in judged if row["taken"]]
    assert {row["number"] for row in taken} == set(range(made["first_number"], made["last_number"] + 1))
    left = {row["reason"]: row for row in judged if not row["taken"]}
    assert set(left) == set(made["left"]) == {"not_due", "under_minimum_notice"}
    assert left["not_due"]["number"] is None
    assert "due on" in left["not_due"]["sentence"]
    assert len(judged) == 252
    nothing = opomini("prepare", "--date", "17.8.2012", "--why")
    assert nothing.code == 5
    assert nothing.out.count("\n") == 252


def test_dry_runs_change_nothing(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    file = REFERENCE / "open_items_2012-08-17.csv"
    assert opomini("import", "open-items", file, "--dry-run").code == 0
    assert opomini("prepare", "--date", "17.8.2012").code == 5
    assert opomini("import", "open-items", file).code == 0
    dry = opomini("prepare", "--date", "17.8.2012", "--dry-run", "--format", "json").rows[0]
    assert (dry["notices"], dry["dry_run"]) == (91, True)
    assert opomini("notices", "--format", "json").rows == []


def test_unlock_delete_print_export_and_one_notice(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    few = ("--customer", "..0000004")
    assert opomini("delete", "--number", "103..").code == 0
    assert opomini("issue", *few).code == 0
    refused = opomini("delete", *few, "--state", "issued")
    assert refused.code == 1
    assert "2012/100" in refused.err
    assert opomini("delete", *few).code == 5
    letters = tmp_path / "letters.pdf"
    printed = opomini("print", *few, "--output", letters)
    assert (printed.code, letters.read_bytes()[:5]) == (0, b"%PDF-")
    assert opomini("export", "list", *few, "--output", tmp_path / "list.csv").code == 0
    assert "0000003" in (tmp_path / "list.csv").read_text("utf-8-sig")
    assert opomini("notice", "2012/100", "--pdf", tmp_path / "one.pdf").code == 0
    assert (tmp_path / "one.pdf").read_bytes()[:5] == b"%PDF-"
    shown = opomini("notice", "2012/100", "--why").out
    assert "5,452.60 EUR" in shown
    assert "Never dunned before." in shown
    assert opomini("notice", "2012/100", "--eml", tmp_path / "one.eml").code == 1
    assert opomini("notice", "2012/999").code == 1
    assert opomini("notice", "100").code == 2
    assert opomini("unlock", *few).code == 2  # a reason is needed
    assert opomini("unlock", *few, "--reason", "napaka v ceni").code == 0
    assert opomini("unlock", *few, "--reason", "napaka v ceni").code == 5


def test_a_refused_file_names_each_line(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    bad = tmp_path / "bad.csv"
    bad.write_text("sifra_stranke;dokument;datum;zapadlost;znesek;odprto\n0000001;A;32.1.2012;1.1.2012;x;1\n")
    ran = opomini("import", "open-items", bad, "--as-of", "1.2.2012")
    assert ran.code == 1
    assert "32.1.2012" in ran.err
    assert "Traceback" not in ran.err
    assert opomini("import", "customers", tmp_path / "missing.csv").code == 1
    assert opomini("import", "customers", bad, "--as-of", "1.2.2012").code == 2


def test_outbox_decisions(opomini: Command, tmp_path: Path, catcher: Catcher) -> None:
    set_up(opomini, tmp_path, catcher.port)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100..101").code == 0
    assert opomini("outbox", "cancel").code == 2
    assert opomini("outbox", "cancel", "--all").code == 5
    assert opomini("send", "--number", "100..101", "--state", "issued").code == 0
    assert opomini("outbox", "cancel", "2012/100").code == 5
    assert opomini("outbox", "retry", "2012/100").code == 5
    assert opomini("outbox", "resolve", "2012/100", "--as", "sent", "--reason", "klic").code == 5
    assert opomini("outbox", "retry", "2012/999").code == 1
    assert opomini("outbox").out.count("\n") == 3
    written = tmp_path / "one.eml"
    assert opomini("notice", "2012/100", "--eml", written).code == 0
    assert b"X-Opomini-Notice: 2012/100" in written.read_bytes()


def test_an_unreachable_server_leaves_the_messages_queued(opomini: Command, tmp_path: Path, catcher: Catcher) -> None:
    set_up(opomini, tmp_path, 1)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100").code == 0
    ran = opomini("send", "--number", "100")
    assert ran.code == 3
    assert "127.0.0.1" in ran.err
    right = tmp_path / "right.toml"
    right.write_text(f'[[operators]]\nid = "006"\nsmtp = {{ port = {catcher.port} }}')
    assert opomini("settings", "apply", right).code == 0
    assert opomini("send", "--number", "100").code == 0
    assert [path.name for path in catcher.folder.iterdir()] == ["2012-100.eml"]


def test_backup_copy_and_doctor(opomini: Command, tmp_path: Path, catcher: Catcher) -> None:
    set_up(opomini, tmp_path, catcher.port)
    target = tmp_path / "backup.db"
    assert opomini("backup", target).code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert opomini("backup", target).code == 1
    assert opomini("backup", target, "--force").code == 0
    copied = opomini("copy-database", f"sqlite:///{tmp_path / 'copy.db'}")
    assert copied.code == 0, copied.err
    assert "customer\t94\t" in copied.out
    assert opomini("copy-database", f"sqlite:///{tmp_path / 'copy.db'}").code == 1
    assert opomini("copy-database", "mysql://x").code == 2
    examined = opomini("doctor")
    assert examined.code == 0, examined.out
    assert "ok    SMTP connection: 127.0.0.1" in examined.out
    assert "ok    Fonts" in examined.out
    (tmp_path / "data" / "secret.key").write_text("A" * 43 + "=\n")
    broken = opomini("doctor")
    assert broken.code == 1
    assert "fail  Passwords" in broken.out
    assert "fail  Mail account" in broken.out
    assert PASSWORD not in broken.out + broken.err


def test_verify_finds_a_changed_document_and_a_changed_journal(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100").code == 0
    assert "1 document is unchanged" in opomini("verify").out
    with closing(sqlite3.connect(tmp_path / "data" / "opomini.db")) as file:
        file.execute("UPDATE document SET content = 'x'")
        file.execute("DROP TRIGGER journal_entry_update")
        file.execute("UPDATE journal_entry SET details = '{}' WHERE id = 3")
        file.commit()
    ran = opomini("verify")
    assert ran.code == 1
    assert "entry 3" in ran.err
    assert "Document 1 was changed" in ran.err


def test_sending_again_finishes_what_waits_and_a_worker_does_too(
    opomini: Command, tmp_path: Path, catcher: Catcher
) -> None:
    set_up(opomini, tmp_path, 1)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100..102").code == 0
    assert opomini("send", "--number", "100..102").code == 3  # queued; the server is away
    assert [row["state"] for row in opomini("outbox", "list", "--format", "json").rows] == ["queued"] * 3
    assert opomini("outbox", "cancel", "2012/102").code == 0
    assert opomini("outbox", "retry", "--all").code == 5  # taken back: not without being named
    right = tmp_path / "right.toml"
    right.write_text(f'[[operators]]\nid = "006"\nsmtp = {{ port = {catcher.port} }}')
    assert opomini("settings", "apply", right).code == 0
    assert opomini("send", "--number", "100").code == 0
    assert sorted(path.name for path in catcher.folder.iterdir()) == ["2012-100.eml", "2012-101.eml"]
    assert opomini("outbox", "retry", "2012/102").code == 0
    worker = subprocess.Popen([sys.executable, "-m", "opomini_tui", "worker"], stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        assert "sent 1" in worker.stdout.readline()
    finally:
        worker.terminate()
    assert worker.wait(60) == 0
    assert len(list(catcher.folder.iterdir())) == 3


def test_preparing_names_notices_that_follow_one_that_never_left(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    assert opomini("issue").code == 0
    printed = opomini("print", "--number", "101..999", "--output", tmp_path / "letters.pdf")
    assert printed.code == 0, printed.err
    rehearsed = opomini("prepare", "--date", "31.8.2012", "--customer", SOME, "--dry-run", "--format", "json")
    assert "1 notice follows one that was issued but neither e-mailed nor printed: 2012/100." in rehearsed.err
    (row,) = rehearsed.rows
    assert [one["previous"] for one in row["previous_unsent"]] == ["2012/100"]
    assert row["previous_unsent"][0]["number"] == f"2012/{row['first_number']}"
    assert opomini("print", "--number", "100", "--output", tmp_path / "one.pdf").code == 0
    made = opomini("prepare", "--date", "31.8.2012", "--customer", SOME, "--format", "json")
    assert made.code == 0
    assert "previous_unsent" not in made.rows[0]
    assert made.rows[0].keys() == row.keys() - {"previous_unsent"}
