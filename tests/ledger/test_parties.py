"""Customers and contacts: added, brought up to date, never deleted; kinds by the name; warnings about addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.ledger import BadFile, import_contacts, import_customers
from opomini_tui.ledger.customer_kinds import guess_kind
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Contact, ContactType, Customer
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.text.addresses import address_problem
from tests.ledger.files import CUSTOMERS, with_cells, write_csv, write_xlsx

CONTACTS = (
    ("sifra_stranke", "stik", "ime", "e_posta"),
    ("0000001", "OPOM", "Računovodstvo", "a@stranka1.example"),
    ("0000001", "DIR", "Direktor", "b@stranka1.example"),
    ("0000002", "OPOM", "Računovodstvo", "c@stranka2.example"),
)


def test_customers_are_added_with_the_keys_of_their_names(clerk: Actor) -> None:
    customers = list(Customer.select().order_by(Customer.code))
    assert [(c.code, c.name, c.kind, c.language, c.country) for c in customers] == [
        ("0000001", "Žiga Čuček s.p.", "sole_trader", "sl", "SI"),
        ("0000002", "Kupec d.o.o.", "company", "sl", "SI"),
        ("0000003", "Ana Đurić", "person", "de", "AT"),
    ]
    before = (customers[0].name_sort, customers[0].name_fold)
    customers[0].rename(customers[0].name)
    assert before == (customers[0].name_sort, customers[0].name_fold)


def test_known_customers_change_and_missing_ones_stay(clerk: Actor, tmp_path: Path) -> None:
    run("UPDATE customer SET email = 'x@example.com', kind = 'public', no_dunning = TRUE WHERE code = '0000002'")
    rows = [
        *with_cells(CUSTOMERS, {(3, 1): "Kupec Žaga d.o.o."})[:3],
        ("4", "Občina Šentjur", "", "", "", "", "SI4", ""),
    ]
    result = import_customers(write_csv(tmp_path / "2.csv", rows), clerk)
    assert (result.rows, result.added, result.changed, result.closed, result.unchanged) == (3, 1, 1, 0, 1)
    changed = Customer.get(Customer.code == "0000002")
    assert (changed.name, changed.email, changed.kind, changed.no_dunning) == (
        "Kupec Žaga d.o.o.",
        "x@example.com",
        "public",
        True,
    )
    assert changed.name_fold == "kupec zaga d.o.o."
    assert Customer.get(Customer.code == "4").kind == "public"
    assert Customer.get(Customer.code == "4").country == "SI"
    assert Customer.select().count() == 4


def test_the_same_customers_again_change_nothing(clerk: Actor, tmp_path: Path) -> None:
    records = LedgerImport.select().count()
    again = import_customers(write_csv(tmp_path / "again.csv", CUSTOMERS), clerk)
    assert (again.already_known, again.added, again.changed, again.unchanged) == (True, 0, 0, 3)
    assert LedgerImport.select().count() == records


def test_kinds_languages_and_countries_are_read_from_the_file(clerk: Actor, tmp_path: Path) -> None:
    rows = [
        ("Code", "Name", "Kind", "Language", "Country", "E-mail"),
        ("1", "Prva", "fizična oseba", "Slovenski", "Slovenija", "a@b.example"),
        ("2", "Druga d.o.o.", "", "DE", "705", ""),
        ("3", "Tretja", "s.p.", "", "at", "a@b"),
    ]
    result = import_customers(write_csv(tmp_path / "1.csv", rows), clerk)
    stored = Customer.select().where(Customer.code << ["1", "2", "3"]).order_by(Customer.code)
    assert [(c.kind, c.language, c.country) for c in stored] == [
        ("person", "sl", "SI"),
        ("company", "de", "SI"),
        ("sole_trader", "sl", "AT"),
    ]
    assert len(result.warnings) == 1
    assert "Line 4, customer 3: “a@b” is not" in result.warnings[0]
    bad = with_cells(rows, {(2, 2): "planet", (3, 3): "latin", (4, 4): "Atlantis", (4, 0): "1", (3, 1): ""})
    with pytest.raises(BadFile) as caught:
        import_customers(write_csv(tmp_path / "2.csv", bad), clerk)
    assert [(p.line, p.column) for p in caught.value.problems] == [
        (2, "Kind"),
        (3, "Name"),
        (3, "Language"),
        (4, "Country"),
        (4, "Code"),
    ]
    assert Customer.get(Customer.code == "1").name == "Prva"


def test_an_address_of_several_lines_is_joined(clerk: Actor, tmp_path: Path) -> None:
    rows = [("sifra", "naziv", "ulica"), (7, "Sedem", "Ulica 7\nvhod B")]
    import_customers(write_csv(tmp_path / "1.csv", rows), clerk)
    assert Customer.get(Customer.code == "7").street == "Ulica 7 vhod B"
    import_customers(write_xlsx(tmp_path / "2.xlsx", [*rows, (8, "Osem\x0b", "Ulica 8\t".strip())][:2]), clerk)
    assert Customer.get(Customer.code == "7").street == "Ulica 7 vhod B"


def test_contacts_are_added_and_changed_by_customer_and_code(clerk: Actor, tmp_path: Path) -> None:
    first = import_contacts(write_csv(tmp_path / "1.csv", CONTACTS), clerk)
    assert (first.added, first.changed, first.unchanged) == (3, 0, 0)
    assert len(first.warnings) == 1
    assert "DIR" in first.warnings[0]
    assert {row.code for row in ContactType.select()} == {"OPOM", "DIR"}
    rows = with_cells(CONTACTS, {(2, 3): "new@stranka1.example"})[:2]
    second = import_contacts(write_csv(tmp_path / "2.csv", rows), clerk)
    assert (second.added, second.changed, second.unchanged, second.warnings) == (0, 1, 0, ())
    assert Contact.select().count() == 3
    changed = Contact.get(Contact.email == "new@stranka1.example")
    assert (changed.customer.code, changed.type_code) == ("0000001", "OPOM")
    assert import_contacts(tmp_path / "2.csv", clerk).already_known


def test_bad_contacts_are_named_and_bad_addresses_only_warn(clerk: Actor, tmp_path: Path) -> None:
    rows = [*CONTACTS, ("9", "OPOM", "", "x@y.example"), CONTACTS[1], ("0000002", "", "", "x@y.example")]
    with pytest.raises(BadFile) as caught:
        import_contacts(write_csv(tmp_path / "1.csv", rows), clerk)
    assert [(p.line, p.column, p.value) for p in caught.value.problems] == [
        (5, "sifra_stranke", "9"),
        (6, "stik", "0000001 OPOM"),
        (7, "stik", ""),
    ]
    assert Contact.select().count() == 0
    assert ContactType.select().count() == 1
    doubtful = with_cells(CONTACTS, {(2, 3): "no address", (4, 3): ""})
    result = import_contacts(write_csv(tmp_path / "2.csv", doubtful), clerk)
    assert result.added == 3
    assert any("Line 2, customer 0000001: “no address” is not" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("field", "right"),
    [
        ("a@b.example", True),
        ("a@b.example; c@d.example", True),
        ("janez@čebelar.example", True),
        ("a@b", False),
        ("a b@c.example", False),
        ("a@b.example c@d.example", False),
        (";", False),
    ],
)
def test_how_an_address_looks(field: str, right: bool) -> None:
    assert (address_problem(field) == "") is right


@pytest.mark.parametrize(
    ("name", "tax_id", "kind"),
    [
        ("Žiga Čuček s.p.", "", "sole_trader"),
        ("ŽIGA ČUČEK S.P.", "1", "sole_trader"),
        ("Mizarstvo Novak, Janez Novak s. p.", "1", "sole_trader"),
        ("Avtoprevoznik Novak SP", "1", "sole_trader"),
        ("MER D.D.", "1", "company"),
        ("SAOP Računalništvo d.o.o.", "", "company"),
        ("Trgovina D. O. O.", "", "company"),
        ("Obrtnik j.d.o.o.", "", "company"),
        ("Novak in sinovi d.n.o.", "", "company"),
        ("Kmetijska zadruga Vipava z.o.o.", "", "company"),
        ("Müller GmbH", "", "company"),
        ("Bauer & Söhne AG", "", "company"),
        ("Rossi S.r.l.", "", "company"),
        ("Ferrari S.p.A.", "", "company"),
        ("Smith Ltd.", "", "company"),
        ("Zavod za turizem", "", "company"),
        ("Kulturno društvo Žarek", "", "company"),
        ("Javno podjetje Snaga d.o.o.", "1", "company"),
        ("Občina Šentjur", "1", "public"),
        ("MESTNA OBČINA CELJE", "1", "public"),
        ("Ministrstvo za finance", "1", "public"),
        ("Javni zavod Krka", "1", "public"),
        ("Javni raziskovalni zavod", "", "public"),
        ("Osnovna šola Franceta Prešerna", "1", "public"),
        ("Ana Novak", "", "person"),
        ("Kupec A", "1", "company"),
    ],
)
def test_the_kind_by_the_name(name: str, tax_id: str, kind: str) -> None:
    assert guess_kind(name, tax_id) == kind


def test_each_wrong_address_is_told_with_its_line_and_customer_and_taken(clerk: Actor, tmp_path: Path) -> None:
    wrong = [(str(n), f"Stranka {n}", f"brez-{n}") for n in range(1, 104)]
    right = [("200", "Prava", "Ana <ana@žaga.example>; bor@kupec.example"), ("201", "Brez", "")]
    rows = [("Code", "Name", "E-mail"), *wrong, *right, ("202", "Lokalna", "ana@firma.local")]
    result = import_customers(write_csv(tmp_path / "1.csv", rows), clerk)
    assert result.added == 106
    assert len(result.warnings) == 101
    assert result.warnings[0] == "Line 2, customer 1: “brez-1” is not an e-mail address: the sign @ is missing."
    assert result.warnings[-1] == "4 more e-mail addresses are not right."
    assert Customer.get(Customer.code == "103").email == "brez-103"
