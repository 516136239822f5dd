"""The first start: what an empty database is given, and its administrator."""

from __future__ import annotations

import uuid
from datetime import date

from opomini_tui.models.parties import ContactType, Operator
from opomini_tui.models.settings import Company, DunningLevel, InterestRate
from opomini_tui.text.formats import CENT

# Statutory default interest (ZPOMZO-1, art. 2): from, hundredths of a per cent, Uradni list RS, confirmed.
# Those before 2016-07-01 are derived from the ECB's rate, so the user must confirm them; nothing is known from 2026-07-01 on.
RATES = (
    ("2007-01-01", 1158, "", False),
    ("2007-07-01", 1207, "60/2007", False),
    ("2008-01-01", 1220, "", False),
    ("2008-07-01", 1207, "", False),
    ("2009-01-01", 1050, "", False),
    ("2009-07-01", 900, "", False),
    ("2011-07-01", 925, "", False),
    ("2012-01-01", 900, "51/2012", False),
    ("2013-01-01", 875, "", False),
    ("2013-07-01", 850, "", False),
    ("2014-01-01", 825, "", False),
    ("2014-07-01", 815, "", False),
    ("2015-01-01", 805, "", False),
    ("2016-07-01", 800, "34/2017, 1/2018, 46/2018, 1/2019, 44/2019, 2/2020, 93/2020, 5/2021, 106/2021, 90/2022", True),
    ("2023-01-01", 1050, "2/2023", True),
    ("2023-07-01", 1200, "74/2023", True),
    ("2024-01-01", 1250, "1/2024", True),
    ("2024-07-01", 1225, "55/2024", True),
    ("2025-01-01", 1115, "2/2025", True),
    ("2025-07-01", 1015, "50/2025", True),
    ("2026-01-01", 1015, "", False),
)
CONTACT_CODE = "OPOM"


def first_start_needed() -> bool:
    """Whether the database has no operator yet."""
    return not Operator.select().exists()


def ensure_company() -> None:
    """Give an empty database its company row, levels, contact code and interest rates; the others stay as they are.

    Defaults: item 8 days late, 15 days between levels, cost 0 / 2 / 5 EUR, deadline 8 days, interest off.
    """
    if Company.get_or_none(Company.id == 1):
        return
    Company.create(id=1, uuid=str(uuid.uuid4()), minimum_item=CENT, minimum_notice=5)
    ContactType.create(code=CONTACT_CODE, name="Opomini")
    for level, cost in ((1, 0), (2, 2), (3, 5)):
        DunningLevel.create(
            level=level,
            contact_code=CONTACT_CODE,
            days_late=8,
            days_since_previous=15,
            cost=cost,
            deadline_days=8,
        )
    for valid_from, rate, gazette, confirmed in RATES:
        source = f"Uradni list RS {gazette}" if gazette else ""
        InterestRate.create(valid_from=date.fromisoformat(valid_from), rate=rate, source=source, confirmed=confirmed)
