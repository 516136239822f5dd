"""Notices, their items, packets, and the documents that were made of them."""

from __future__ import annotations

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from opomini_tui.models.database import BaseModel
from opomini_tui.models.fields import CodeField, DayField, MoneyField, OptionalDayField
from opomini_tui.models.parties import Customer
from opomini_tui.models.receivables import OpenItem


class Packet(BaseModel):
    """One run of prepare (paket); numbered per year."""

    id = AutoField()
    year = IntegerField()
    number = IntegerField()
    date = DayField()
    kind = TextField()
    notices = IntegerField()
    operator_code = TextField()
    at = BigIntegerField()

    @classmethod
    def newest_first(cls) -> list[Packet]:
        """All packets."""
        return list(cls.select().order_by(cls.year.desc(), cls.number.desc()))


class Document(BaseModel):
    """Bytes by their SHA-256: a PDF letter is stored once, whoever refers to it."""

    id = AutoField()
    sha256 = TextField()
    content = BlobField()
    media_type = TextField()
    at = BigIntegerField()


class Notice(BaseModel):
    """A notice to one customer; its figures are stored at prepare and fixed at issue."""

    id = AutoField()
    year = IntegerField()
    number = IntegerField()
    date = DayField()
    customer = ForeignKeyField(Customer, backref="notices")
    customer_code = CodeField()
    customer_name = TextField()
    name_sort = CodeField()
    name_fold = CodeField()
    level = SmallIntegerField()
    amount = MoneyField()
    days_late = IntegerField()
    average_per_day = MoneyField()
    cost = MoneyField()
    interest = MoneyField()
    compensation = MoneyField()
    total = MoneyField()
    currency = TextField(default="EUR")
    deadline = DayField()
    defaulter = BooleanField(default=False)
    before_lawsuit = BooleanField(default=False)
    state = TextField(default="prepared")
    packet = ForeignKeyField(Packet, backref="members")
    packet_number = IntegerField()
    item_count = IntegerField()
    first_due = OptionalDayField()
    last_due = OptionalDayField()
    document = ForeignKeyField(Document, null=True, backref="+")
    issued_at = BigIntegerField(null=True)
    sent_at = BigIntegerField(null=True)
    printed_at = BigIntegerField(null=True)
    posted_at = BigIntegerField(null=True)
    document_id: int | None
    customer_id: int

    @property
    def label(self) -> str:
        """How people name it: "2012/138"."""
        return f"{self.year}/{self.number}"


class NoticeItem(BaseModel):
    """An open item as it stood when the notice was prepared, with what unlock must restore."""

    class Meta:
        """An item is on a notice once; on SQLite the rows lie in the order of their notices."""

        primary_key = CompositeKey("notice", "open_item")

    notice = ForeignKeyField(Notice, backref="items")
    open_item = ForeignKeyField(OpenItem, backref="+")
    position = IntegerField()
    document = TextField()
    document_date = DayField()
    due_date = DayField()
    amount = MoneyField()
    open_amount = MoneyField()
    days_late = IntegerField()
    level = SmallIntegerField()
    interest = MoneyField()
    previous_level = SmallIntegerField()
    previous_date = OptionalDayField()
    previous_lawsuit = BooleanField(default=False)
    notice_id: int


class NoticeDocument(BaseModel):
    """History: every document that was ever issued for a notice; `voided_at` when it was unlocked,
    `was_sent` when it had left by then."""

    id = AutoField()
    notice = ForeignKeyField(Notice, backref="documents")
    document = ForeignKeyField(Document, backref="+")
    operator_code = TextField()
    at = BigIntegerField()
    voided_at = BigIntegerField(null=True)
    void_reason = TextField(default="")
    was_sent = BooleanField(default=False)
