"""What the forms save, in one place: each function checks all fields and raises `FieldErrors` by field name."""

from __future__ import annotations

from opomini_tui.setup.changes import Change
from opomini_tui.setup.checks import Field, FieldErrors, check_fields
from opomini_tui.setup.company import (
    COMPANY,
    CONTACT_TYPE,
    DUNNING,
    LEVEL,
    RATE,
    TEMPLATE,
    read_logo,
    save_company,
    save_contact_type,
    save_first_number,
    save_level,
    save_levels,
    save_rate,
    save_template,
)
from opomini_tui.setup.customers import CONTACT, CUSTOMER, delete_contact, hold_item, save_contact, save_customer
from opomini_tui.setup.operators import OPERATOR, copy_operator, save_operator

__all__ = [
    "COMPANY",
    "CONTACT",
    "CONTACT_TYPE",
    "CUSTOMER",
    "DUNNING",
    "LEVEL",
    "OPERATOR",
    "RATE",
    "TEMPLATE",
    "Change",
    "Field",
    "FieldErrors",
    "check_fields",
    "copy_operator",
    "delete_contact",
    "hold_item",
    "read_logo",
    "save_company",
    "save_contact",
    "save_contact_type",
    "save_customer",
    "save_first_number",
    "save_level",
    "save_levels",
    "save_operator",
    "save_rate",
    "save_template",
]
