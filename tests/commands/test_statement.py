"""`opomini statement`: one PDF for many customers, with the exit codes of the other verbs."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader

from tests.commands.conftest import Command, prepare_some, set_up


def test_statements_of_some_customers(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    path = tmp_path / "iop.pdf"
    done = opomini("statement", "--customer", "0000001..0000004", "--output", path)
    assert done.code in (0, 3), done.err
    reader = PdfReader(path)
    assert len(reader.outline) == int(done.out.split()[0])
    assert "as of 17.08.2012" in done.out
    assert "IZPISEK ODPRTIH POSTAVK na dan 17.08.2012" in reader.pages[0].extract_text()
    assert all("nothing is open" in line for line in done.err.splitlines())
    assert (done.code == 3) == bool(done.err)


def test_nothing_open_a_wrong_day_and_wrong_usage(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    path = tmp_path / "iop.pdf"
    some = ("statement", "--customer", "0000001")
    assert opomini("statement", "--customer", "9999999", "--output", path).code == 5
    early = opomini(*some, "--as-of", "16.08.2012", "--output", path)
    assert (early.code, "what was paid since" in early.err) == (1, True)
    assert opomini(*some, "--as-of", "yesterday", "--output", path).code == 2
    assert opomini(*some, "--output", path, "--copies", "0").code == 2
    assert opomini("statement", "--output", path).code == 2
    assert opomini(*some).code == 2
    assert not path.exists()
