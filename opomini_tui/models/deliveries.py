"""Deliveries of notices by mail, each attempt, and what came back."""

from __future__ import annotations

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from opomini_tui.models.database import BaseModel
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Operator


class Delivery(BaseModel):
    """One message to one address; its bytes are fixed when it is queued.

    `attachment`: the file that is sent when it is not `document` as it is, but the same encrypted. `live`: counts
    against sending again (unique per notice and recipient while true). `outcome`: how a person or a proof settled it
    ("resent", "proved by copy", "unlocked", …). `arrival`: what the mailbox told of it after it was sent: "" nothing,
    "delayed", "undelivered", "delivered".
    """

    id = AutoField()
    notice = ForeignKeyField(Notice, backref="deliveries")
    recipient_no = SmallIntegerField(default=0)
    batch = TextField(default="")
    channel = TextField()
    operator = ForeignKeyField(Operator, backref="+")
    sender_address = TextField()
    to_address = TextField()
    cc = TextField(default="")
    bcc = TextField(default="")
    message_id = TextField()
    skeleton = TextField()
    document = ForeignKeyField(Document, backref="+")
    attachment = ForeignKeyField(Document, null=True, backref="+")
    content_sha256 = TextField()
    state = TextField(default="queued")
    live = BooleanField(default=True)
    attempts = IntegerField(default=0)
    answer = TextField(default="")
    reason = TextField(default="")
    sender_id = TextField(default="")
    lease_until = BigIntegerField(null=True)
    next_try_at = BigIntegerField(null=True)
    outcome = TextField(default="")
    queued_at = BigIntegerField()
    sent_at = BigIntegerField(null=True)
    arrival = TextField(default="")
    arrival_reason = TextField(default="")
    arrival_at = BigIntegerField(null=True)
    notice_id: int
    document_id: int
    attachment_id: int | None


class DeliveryAttempt(BaseModel):
    """One try of a sender to hand a delivery over."""

    id = AutoField()
    delivery = ForeignKeyField(Delivery, backref="tries")
    number = IntegerField()
    sender_id = TextField()
    started_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    step = TextField(default="")
    outcome = TextField(default="")
    answer = TextField(default="")


class Batch(BaseModel):
    """Messages queued together: when they may start, and who paused them and why.

    `any_hour`: a person wants them to go whatever the sending hours are; `cancelled_at`: the batch was taken back, so
    nothing more is queued for it; `approval`: "" needs none, "asked" waits for a second operator, "approved", "refused".
    """

    name = TextField(primary_key=True)
    operator = ForeignKeyField(Operator, backref="+")
    queued_at = BigIntegerField()
    starts_at = BigIntegerField()
    paused_at = BigIntegerField(null=True)
    paused_by = TextField(default="")
    pause_reason = TextField(default="")
    any_hour = BooleanField(default=False)
    cancelled_at = BigIntegerField(null=True)
    approval = TextField(default="")
    approved_by = TextField(default="")
    approved_at = BigIntegerField(null=True)


class DeletedDelivery(BaseModel):
    """A message that was tried, never taken, and deleted with its notice: the number of its last try."""

    delivery_id = IntegerField(primary_key=True)
    message_id = TextField()
    attempts = IntegerField()


class MailTrouble(BaseModel):
    """An operator's account or server does not take messages now: no sender tries before `until` (NULL: before a person
    acts), or before the account's `settings` (a digest) are other ones."""

    operator = ForeignKeyField(Operator, primary_key=True, backref="+")
    at = BigIntegerField()
    until = BigIntegerField(null=True)
    tries = IntegerField(default=1)
    reason = TextField()
    settings = TextField()


class MailRate(BaseModel):
    """The moment at which the next message may go to a server that has a rate limit, for all senders together."""

    server = TextField(primary_key=True)
    next_at = BigIntegerField()


class MailConnection(BaseModel):
    """One of the connections that all senders together may have to a server, and who has it until when."""

    server = TextField()
    slot = IntegerField()
    sender_id = TextField(default="")
    lease_until = BigIntegerField(default=0)

    class Meta:
        """Known by server and number."""

        primary_key = CompositeKey("server", "slot")


class SharedAddress(BaseModel):
    """An address of several customers that a person has seen and left: it is flagged once for that set of customers."""

    email = TextField(primary_key=True)
    customers = TextField()
    operator_code = TextField()
    at = BigIntegerField()


class Mailbox(BaseModel):
    """An operator's mailbox: when it was first and last looked at, and why the last look failed."""

    operator = ForeignKeyField(Operator, primary_key=True, backref="+")
    first_scan_at = BigIntegerField()
    polled_at = BigIntegerField(null=True)
    failure = TextField(default="")


class MailboxMessage(BaseModel):
    """A message of the operator's mailbox that was looked at, by its UIDL; `kind`: what it was understood as."""

    id = AutoField()
    operator = ForeignKeyField(Operator, backref="+")
    uidl = TextField()
    first_seen_at = BigIntegerField()
    kind = TextField(default="")
    delivery = ForeignKeyField(Delivery, null=True, backref="+")
    notice = ForeignKeyField(Notice, null=True, backref="+")
    sender = TextField(default="")
    subject = TextField(default="")
    sent_at = BigIntegerField(null=True)
    summary = TextField(default="")


class SavedFilter(BaseModel):
    """A filter that an operator keeps under a name."""

    id = AutoField()
    operator = ForeignKeyField(Operator, backref="+")
    name = TextField()
    content = TextField()
