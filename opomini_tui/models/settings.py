"""Settings: the company, the rules of dunning per level, number series, texts, rates, small preferences."""

from __future__ import annotations

from datetime import date

from peewee import AutoField, BlobField, BooleanField, IntegerField, SmallIntegerField, TextField

from opomini_tui.models.database import BaseModel
from opomini_tui.models.fields import DayField, MoneyField


class Company(BaseModel):
    """The creditor and its general dunning settings; one row with id 1.

    `recall_seconds`: how long a batch can be recalled before it starts; `send_from`, `send_until` ("HH:MM", "" is no
    limit) and `send_days` (1 is Monday) in `time_zone`; `ca_certificates`: PEM of authorities trusted beside the
    system's; `purpose_text`: template of the slip's purpose, "" for the packaged one; `attachment_password`: template of
    the password that opens the attachment to a natural person, "" sends it open; `four_eyes_sum`: batches above it wait
    for a second operator, 0 never.
    """

    id = IntegerField(primary_key=True)
    uuid = TextField()
    name = TextField(default="")
    street = TextField(default="")
    post_code = TextField(default="")
    city = TextField(default="")
    country = TextField(default="SI")
    tax_id = TextField(default="")
    registration_number = TextField(default="")
    iban = TextField(default="")
    bic = TextField(default="")
    bank = TextField(default="")
    email = TextField(default="")
    phone = TextField(default="")
    contact_person = TextField(default="")
    logo = BlobField(null=True)
    kind = TextField(default="graded")
    minimum_item = MoneyField()
    minimum_notice = MoneyField()
    compensation = TextField(default="none")
    interest_cap = BooleanField(default=True)
    address_fallback = BooleanField(default=False)
    rule_guard = TextField(default="warn")
    row_limit = IntegerField(default=50)
    recall_seconds = IntegerField(default=30)
    send_from = TextField(default="")
    send_until = TextField(default="")
    send_days = TextField(default="12345")
    time_zone = TextField(default="Europe/Ljubljana")
    html_mail = BooleanField(default=False)
    ca_certificates = TextField(default="")
    slip = BooleanField(default=True)
    reference_kind = TextField(default="SI12")
    purpose_code = TextField(default="GDSV")
    purpose_text = TextField(default="")
    interest_page = BooleanField(default=False)
    visible_signature = BooleanField(default=False)
    timestamp_url = TextField(default="")
    attachment_password = TextField(default="")
    four_eyes_sum = MoneyField()

    @classmethod
    def current(cls) -> Company:
        """The company of this database (made when the database is set up)."""
        return cls.get_by_id(1)


class DunningLevel(BaseModel):
    """One level of dunning (1 to 3): when it is reached, what it costs, to whom it goes."""

    level = SmallIntegerField(primary_key=True)
    enabled = BooleanField(default=True)
    contact_code = TextField(default="")
    days_late = IntegerField()
    days_since_previous = IntegerField()
    cost = MoneyField()
    deadline_days = IntegerField()
    interest = BooleanField(default=False)
    color = TextField(default="")
    before_lawsuit = BooleanField(default=False)

    @classmethod
    def in_order(cls) -> list[DunningLevel]:
        """All levels, the first one first."""
        return list(cls.select().order_by(cls.level))


class NumberSeries(BaseModel):
    """The series of notice numbers of one year; `last_issued` never goes back, so no issued number is reused."""

    year = IntegerField(primary_key=True)
    first_number = IntegerField(default=1)
    last_issued = IntegerField(default=0)

    @classmethod
    def first_of(cls, year: int) -> int:
        """The first number set for a year; 1 where none is."""
        series = cls.get_or_none(cls.year == year)
        return series.first_number if series else 1


class Template(BaseModel):
    """A text of this company in place of the packaged one; level 4 is the notice before lawsuit."""

    id = AutoField()
    level = SmallIntegerField()
    language = TextField()
    customer_kind = TextField()
    part = TextField()
    content = TextField()

    @classmethod
    def contents(cls) -> dict[tuple[int, str, str, str], str]:
        """All texts by level, language, kind of customer and part."""
        return {(row.level, row.language, row.customer_kind, row.part): row.content for row in cls.select()}


class InterestRate(BaseModel):
    """The statutory rate of default interest from a day on; `rate` in hundredths of a per cent."""

    valid_from = DayField(primary_key=True)
    rate = IntegerField()
    source = TextField(default="")
    confirmed = BooleanField(default=False)

    @classmethod
    def newest_first(cls) -> list[InterestRate]:
        """All rates."""
        return list(cls.select().order_by(cls.valid_from.desc()))

    @classmethod
    def begins_on(cls, day: date) -> bool:
        """Whether a rate is valid from this very day on."""
        return cls.get_or_none(cls.valid_from == day) is not None


class Setting(BaseModel):
    """A small preference, of one operator or (operator_id NULL) of all: column mappings, places, filters."""

    id = AutoField()
    operator_id = IntegerField(null=True)
    key = TextField()
    value = TextField()
