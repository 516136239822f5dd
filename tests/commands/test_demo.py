"""`opomini demo --headless` on a fresh home: the reference to the cent, 204 messages, and nothing the second time."""

from __future__ import annotations

import os
import subprocess
import sys
from email import message_from_bytes
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from opomini_tui.demo.catcher import Catcher, free_port
from opomini_tui.models.database import database, open_database
from opomini_tui.models.notices import Notice, NoticeItem
from opomini_tui.text.formats import format_money
from tests.ledger_rows import reference_rows

pytestmark = pytest.mark.journeys


def headless(folder: Path) -> subprocess.CompletedProcess[str]:
    """The command as a user starts it, with a home of its own and a production database that it must not touch."""
    environment = {
        **os.environ,
        "HOME": str(folder / "home"),
        "OPOMINI_DATABASE_URL": "postgresql://nowhere/production",
    }
    return subprocess.run(
        [sys.executable, "-m", "opomini_tui", "demo", "--headless", "--dir", str(folder / "demo")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder of the demo, and what its first run printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = headless(folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout, done.stderr


def test_first_rows_footers_and_counts(shown: tuple[Path, str, str]) -> None:
    _folder, out, err = shown
    for figure in ("78.466,31", "320,98", "1,41", "100,00", "415.593,69", "224,22", "6,89", "412,00", "206", "204"):
        assert figure in out
    assert len([line for line in out.splitlines() if line.startswith("2012 ")]) == 50
    named = [line.split()[0] for line in err.splitlines()]
    assert named == ["2012/138", "2012/159"]


def test_every_message_holds_one_letter_with_everything_on_it(shown: tuple[Path, str, str]) -> None:
    folder, _out, _err = shown
    opened = open_database(f"sqlite:///{folder}/demo/opomini.db")
    try:
        assert [
            (row.number, row.customer_code) for row in Notice.select().order_by(Notice.customer_code, Notice.number)
        ] == [(int(row["stevilka"]), row["sifra_stranke"]) for row in reference_rows("expected_notices.csv")]
        files = sorted((folder / "demo" / "mail").glob("*.eml"))
        assert len(files) == 204
        for path in files:
            _check_message(path)
        sent = {row.number for row in Notice.select().where(Notice.state == "sent")}
        assert set(range(100, 306)) - sent == {138, 159}
    finally:
        opened.close()
        database.obj = None


def _check_message(path: Path) -> None:
    """One message: to its customer, one PDF, whose text has number, total and every document number."""
    message = message_from_bytes(path.read_bytes())
    year, number = message["X-Opomini-Notice"].split()[0].split("/")
    letters = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    assert len(letters) == 1
    content = letters[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    notice = Notice.get((Notice.year == int(year)) & (Notice.number == int(number)))
    assert f"{year}-{number}" in text
    assert format_money(notice.total, notice.customer.language) in text
    for item in NoticeItem.select().where(NoticeItem.notice == notice):
        assert item.document in text
    assert f"stranka{int(notice.customer_code)}.example" in message["To"]


def test_a_second_run_sends_nothing(shown: tuple[Path, str, str]) -> None:
    folder, out, _err = shown
    again = headless(folder)
    assert again.returncode == 0, again.stderr
    assert len(list((folder / "demo" / "mail").glob("*.eml"))) == 204
    assert [line for line in again.stdout.splitlines() if line.startswith("2012 ")] == [
        line for line in out.splitlines() if line.startswith("2012 ")
    ]


def test_catcher_takes_another_port_and_never_overwrites(tmp_path: Path) -> None:
    with Catcher(tmp_path) as catcher:
        assert free_port(catcher.port) != catcher.port
        for _number in range(2):
            assert catcher._keep("2012/100", b"x").parent == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2012-100 (2).eml", "2012-100.eml"]
