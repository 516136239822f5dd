"""Columns: mapped by the operator and remembered; the preview that the screen shows before an import."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opomini_tui.errors import OpominiError, UsageError
from opomini_tui.ledger import BadFile, import_open_items, preview
from opomini_tui.ledger.mapping import remembered_mapping
from opomini_tui.models.actor import Actor
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Setting
from tests.ledger.files import ITEMS, Row, with_cells, write_csv

DAY = date(2012, 8, 17)
ODD = [("Konto", "Listina X", "Dne", "Do", "Bruto", "Ostane", "Znesek"), *[[*row[:6], "7"] for row in ITEMS[1:]]]
MAPPING = {
    "konto": "customer_code",
    "Listina X": "document",
    "Dne": "document_date",
    "Do": "due_date",
    "Bruto": "amount",
    "Ostane": "open_amount",
}


def test_a_mapping_is_remembered_after_a_good_import(clerk: Actor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ODD)
    with pytest.raises(OpominiError, match=r"sifra_stranke \(customer_code\).*Konto, Listina X"):
        import_open_items(path, clerk, as_of=DAY)
    bad = write_csv(tmp_path / "b.csv", with_cells(ODD, {(2, 2): "x"}))
    with pytest.raises(BadFile):
        import_open_items(bad, clerk, as_of=DAY, mapping=MAPPING)
    assert remembered_mapping("open_items") == {}
    assert import_open_items(path, clerk, as_of=DAY, mapping=MAPPING).added == 3
    assert remembered_mapping("open_items") == MAPPING
    assert import_open_items(path, clerk, as_of=DAY).already_known
    assert import_open_items(write_csv(tmp_path / "c.csv", ITEMS), clerk, as_of=DAY).changed == 3  # the references


def test_a_later_mapping_replaces_the_earlier(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "a.csv", ODD), clerk, as_of=DAY, mapping=MAPPING)
    other = {"sklic": ""}
    result = import_open_items(write_csv(tmp_path / "b.csv", ITEMS), clerk, as_of=DAY, mapping=other)
    assert result.already_known
    assert remembered_mapping("open_items") == other
    assert Setting.select().count() == 1
    assert {item.reference for item in OpenItem.select()} == {""}


def test_a_mapping_that_cannot_be_meant_is_refused(clerk: Actor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ITEMS)
    for mapping, sentence in (({"nothing": "amount"}, "no column nothing"), ({"znesek": "sum"}, "no column sum")):
        with pytest.raises(UsageError, match=sentence):
            import_open_items(path, clerk, as_of=DAY, mapping=mapping)
    assert OpenItem.select().count() == 0


def test_a_preview_shows_what_would_be_read(clerk: Actor, tmp_path: Path) -> None:
    rows: list[Row] = [*ITEMS, *[ITEMS[1]] * 30]
    shown = preview(write_csv(tmp_path / "a.csv", with_cells(rows, {(3, 3): "jutri"})), "open_items")
    assert shown.columns == ITEMS[0]
    assert shown.mapping["odprto"] == "open_amount"
    assert len(shown.rows) == 20
    assert shown.rows[0] == ITEMS[1]
    assert [(p.line, p.column, p.value) for p in shown.problems] == [(3, "zapadlost", "jutri")]
    assert shown.missing == ()
    odd = write_csv(tmp_path / "b.csv", ODD)
    guessed = preview(odd, "open_items")
    assert guessed.missing == ("customer_code", "document", "document_date", "due_date", "open_amount")
    assert guessed.mapping["Znesek"] == "amount"
    assert preview(odd, "open_items", MAPPING).missing == ()
    assert preview(odd, "open_items", MAPPING).mapping["Znesek"] == ""
