"""Customers for the tests of contacts and open items."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.ledger import import_customers
from opomini_tui.models.actor import Actor
from tests.ledger.files import CUSTOMERS, write_csv


@pytest.fixture
def clerk(actor: Actor, tmp_path: Path) -> Actor:
    """The operator of a database that has the customers of `files.CUSTOMERS`."""
    import_customers(write_csv(tmp_path / "known_customers.csv", CUSTOMERS), actor)
    return actor
