"""What comes in: customers, contacts and open-item snapshots, from CSV and XLSX files.

`sniff` and `table` read the file, `columns` and `mapping` find its columns, `readers` and `records`
read its values, `staging` gathers them; `customers`, `contacts` and `open_items` apply them.
"""

from __future__ import annotations

from opomini_tui.ledger.contacts import import_contacts
from opomini_tui.ledger.customers import import_customers
from opomini_tui.ledger.imports import Imported
from opomini_tui.ledger.open_items import import_open_items
from opomini_tui.ledger.preview import Preview, preview
from opomini_tui.ledger.problems import BadFile, Problem

__all__ = [
    "BadFile",
    "Imported",
    "Preview",
    "Problem",
    "import_contacts",
    "import_customers",
    "import_open_items",
    "preview",
]
