"""`opomini overview`: the same figures for a person and for a program."""

from __future__ import annotations

import json
from pathlib import Path

from opomini_tui.models.database import run
from tests.commands.conftest import Command, prepare_some, set_up


def test_json_has_every_figure_and_money_as_text(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    told = json.loads(opomini("overview", "--format", "json").out)
    (count, cents) = run("SELECT COUNT(*), SUM(amount) FROM notice WHERE state = 'prepared'").fetchone()
    assert told["prepared"] == [{"year": 2012, "count": count, "amounts": {"EUR": f"{cents // 100}.{cents % 100:02d}"}}]
    assert told["issued_not_sent"] == []
    (count, cents) = run("SELECT COUNT(*), SUM(open_amount) FROM open_item WHERE open_amount <> 0").fetchone()
    for key in ("open_items_by_age", "open_items_by_level"):
        assert sum(figure["count"] for figure in told[key]) == count
        assert sum(int(figure["amount"].replace(".", "")) for figure in told[key]) == cents
    assert told["open_items_by_age"][-1]["days_from"] == 366
    assert len(told["due"]) == 15
    assert told["due"][0]["notices"] > 0
    assert told["payments"]["as_of"] == "2012-08-17"
    assert told["payments"]["old"] is True
    assert told["messages"] == {"undelivered": 0, "unknown": 0, "held": 0, "refused": 0}
    assert told["last_batch"] is None


def test_table_says_the_same_in_words(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    ran = opomini("overview")
    assert ran.code == 0
    (count,) = run("SELECT COUNT(*) FROM notice").fetchone()
    line = next(line for line in ran.out.splitlines() if "In preparation, 2012" in line)
    assert line.split()[3] == str(count)
    assert "Payments as of 17.08.2012" in ran.out
    assert "over a year" in ran.out
