"""Open items of the ledger and the imports that brought them."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import AutoField, BigIntegerField, BooleanField, ForeignKeyField, IntegerField, SmallIntegerField, TextField

from opomini_tui.models.database import BaseModel
from opomini_tui.models.fields import CodeField, DayField, MoneyField, OptionalDayField
from opomini_tui.models.parties import Customer


class LedgerImport(BaseModel):
    """One file that was read from the ledger, and what it changed."""

    id = AutoField()
    kind = TextField()
    file_name = TextField()
    sha256 = TextField()
    as_of = OptionalDayField()
    rows = IntegerField()
    added = IntegerField()
    changed = IntegerField()
    closed = IntegerField()
    operator_code = TextField()
    at = BigIntegerField()

    @classmethod
    def newest(cls, kind: str) -> LedgerImport | None:
        """The last import of a kind of file; None before the first."""
        found = cls.select().where(cls.kind == kind).order_by(cls.id.desc()).first()
        return found if isinstance(found, LedgerImport) else None


class OpenItem(BaseModel):
    """A receivable (or, negative, a credit note) with its own dunning count.

    `level` and `last_notice_date`: the last issued notice that held it. `hold`: "", "disputed" or
    "blocked", until `hold_until` (inclusive; no end when it is NULL). `closed_on`: the snapshot in which it was missing.
    """

    id = AutoField()
    customer_id: int
    customer = ForeignKeyField(Customer, backref="open_items")
    document = CodeField()
    document_date = DayField()
    due_date = DayField()
    amount = MoneyField()
    open_amount = MoneyField()
    currency = TextField(default="EUR")
    reference = TextField(default="")
    level = SmallIntegerField(default=0)
    last_notice_date = OptionalDayField()
    lawsuit = BooleanField(default=False)
    hold = TextField(default="")
    hold_reason = TextField(default="")
    hold_until = OptionalDayField()
    closed_on = OptionalDayField()

    @classmethod
    def known(cls, item_id: int | None) -> OpenItem | None:
        """The item; None for none, and when it was deleted meanwhile."""
        found = cls.get_or_none(cls.id == item_id)
        return found if isinstance(found, OpenItem) else None

    @classmethod
    def with_customers(cls, ids: Sequence[int]) -> list[OpenItem]:
        """These items, their customers read together with them."""
        return list(cls.select(cls, Customer).join(Customer).where(cls.id.in_([*ids])))

    @classmethod
    def open_of(cls, customer: Customer) -> list[OpenItem]:
        """What the customer has not paid, the longest due first."""
        unpaid = (cls.customer == customer) & (cls.open_amount != 0)
        return list(cls.select().where(unpaid).order_by(cls.due_date, cls.document))
