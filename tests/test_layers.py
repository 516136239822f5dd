"""What the interface may know of the database: records and verbs that give them, never SQL, a query or the driver."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "opomini_tui"
INTERFACE = [
    PACKAGE / "app.py",
    *sorted((PACKAGE / "screens").glob("*.py")),
    *sorted((PACKAGE / "widgets").glob("*.py")),
]
STATEMENTS = {"run", "run_many", "stream", "bulk_insert", "exclusive", "in_one_go"}
QUERIES = {"where", "order_by", "get_or_none", "execute_sql", "atomic"}
OF_A_MODEL = {"select", "create", "insert", "update", "delete"}


def asked_of_the_database(source: str) -> Iterator[str]:
    """Everything in `source` that belongs into a verb below the interface."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in ("peewee", "playhouse"))
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            if node.module.split(".")[0] in ("peewee", "playhouse"):
                yield node.module
            if node.module == "opomini_tui.models.database":
                yield from (alias.name for alias in node.names if alias.name in STATEMENTS)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_a_model = isinstance(node.func.value, ast.Name) and node.func.value.id[0].isupper()
            if node.func.attr in QUERIES or (of_a_model and node.func.attr in OF_A_MODEL):
                yield f".{node.func.attr}()"


def test_the_interface_asks_verbs() -> None:
    assert len(INTERFACE) > 80
    found = {path.stem: list(asked_of_the_database(path.read_text(encoding="utf-8"))) for path in INTERFACE}
    assert {name: asked for name, asked in found.items() if asked} == {}


def test_what_a_screen_must_not_do_is_found() -> None:
    source = (
        "from peewee import fn\n"
        "import playhouse.migrate\n"
        "from opomini_tui.models.database import now_ms, run\n"
        "rows = Operator.select().where(Operator.active)\n"
        "Operator.get_by_id(1)\n"
    )
    assert sorted(asked_of_the_database(source)) == [".select()", ".where()", "peewee", "playhouse.migrate", "run"]
