"""Operators, customers and their contacts."""

from __future__ import annotations

from peewee import AutoField, BlobField, BooleanField, ForeignKeyField, IntegerField, TextField

from opomini_tui.models.database import BaseModel, run
from opomini_tui.models.fields import CodeField, OptionalDayField
from opomini_tui.text.names import fold, sort_key


class Operator(BaseModel):
    """Who works with the program, and the mail account that his notices leave from.

    `secret` is the mail password, `oauth_secret` the secret of the registered client and `oauth_tokens` the tokens, all
    encrypted (`opomini_tui.keys`); `password_hash` is argon2. `smtp_per_minute` 0: no limit.
    """

    id = AutoField()
    code = CodeField()
    active = BooleanField(default=True)
    name = TextField()
    role = TextField(default="clerk")
    language = TextField(default="sl")
    system_login = TextField(null=True)
    user_name = TextField(null=True)
    password_hash = TextField(default="")
    email = TextField(default="")
    direct = BooleanField(default=True)
    bcc_self = BooleanField(default=False)
    smtp_host = TextField(default="")
    smtp_port = IntegerField(default=587)
    smtp_security = TextField(default="starttls")
    pop3_host = TextField(default="")
    pop3_port = IntegerField(default=995)
    pop3_security = TextField(default="tls")
    authentication = TextField(default="password")
    account = TextField(default="")
    secret = TextField(default="")
    printer = TextField(default="")
    copies = IntegerField(default=1)
    tray = TextField(default="")
    smtp_connections = IntegerField(default=4)
    smtp_per_minute = IntegerField(default=0)
    plain_allowed = BooleanField(default=False)
    oauth_provider = TextField(default="")
    oauth_tenant = TextField(default="")
    oauth_client = TextField(default="")
    oauth_secret = TextField(default="")
    oauth_tokens = TextField(default="")

    def __repr__(self) -> str:
        return f"<Operator {self.code}>"

    @classmethod
    def in_order(cls) -> list[Operator]:
        """All operators by code, also those who are not active."""
        return list(cls.select().order_by(cls.code))


class Certificate(BaseModel):
    """A PKCS#12 certificate of an operator; `secret` is its encrypted passphrase."""

    id = AutoField()
    operator = ForeignKeyField(Operator, backref="certificates")
    name = TextField()
    content = BlobField()
    secret = TextField(default="")
    is_default = BooleanField(default=False)


class ContactType(BaseModel):
    """A contact code (Šifrant stikov), such as OPOM."""

    code = CodeField(primary_key=True)
    name = TextField(default="")

    @classmethod
    def in_order(cls) -> list[ContactType]:
        """All contact codes."""
        return list(cls.select().order_by(cls.code))

    @classmethod
    def exists_as(cls, code: str) -> bool:
        """Whether there is such a code."""
        return cls.get_or_none(cls.code == code) is not None


class Customer(BaseModel):
    """A customer of the ledger, with what dunning must know of him."""

    id = AutoField()
    code = CodeField()
    name = TextField()
    name_sort = CodeField()
    name_fold = CodeField()
    street = TextField(default="")
    post_code = TextField(default="")
    city = TextField(default="")
    country = TextField(default="SI")
    tax_id = TextField(default="")
    kind = TextField(default="company")
    language = TextField(default="sl")
    email = TextField(default="")
    defaulter = BooleanField(default=False)
    no_dunning = BooleanField(default=False)
    no_dunning_reason = TextField(default="")
    no_dunning_until = OptionalDayField()

    @classmethod
    def known(cls, customer_id: int) -> Customer | None:
        """The customer; None when he was deleted meanwhile."""
        found = cls.get_or_none(cls.id == customer_id)
        return found if isinstance(found, Customer) else None

    def rename(self, name: str) -> None:
        """Set the name together with the keys by which it is found and sorted."""
        self.name, self.name_sort, self.name_fold = name, sort_key(name), fold(name)


class Contact(BaseModel):
    """A contact of a customer: whom to write to for a contact code."""

    id = AutoField()
    customer = ForeignKeyField(Customer, backref="contacts")
    type_code = CodeField()
    name = TextField(default="")
    email = TextField(default="")

    @classmethod
    def of(cls, customer: Customer) -> list[Contact]:
        """The customer's contacts by code."""
        return list(cls.select().where(cls.customer == customer).order_by(cls.type_code))

    @classmethod
    def customers_by_code(cls) -> dict[str, int]:
        """How many customers have a contact with each code."""
        return dict(run("SELECT type_code, COUNT(*) FROM contact GROUP BY type_code").fetchall())
