"""Deliveries of notices by mail, each attempt, and what came back."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, BooleanField, ForeignKeyField, IntegerField, SmallIntegerField, TextField

from opomini_tui.models.database import BaseModel
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Operator


class Delivery(BaseModel):
    """One message to one address; its bytes are fixed when it is queued.

    `live`: counts against sending again (unique per notice and recipient while true). `outcome`: how a
    person or a proof settled it ("resent", "proved by copy", "unlocked", …).
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


class MailboxMessage(BaseModel):
    """A message of the operator's mailbox that was looked at, by its UIDL."""

    id = AutoField()
    operator = ForeignKeyField(Operator, backref="+")
    uidl = TextField()
    first_seen_at = BigIntegerField()
    kind = TextField(default="")
    delivery = ForeignKeyField(Delivery, null=True, backref="+")
    summary = TextField(default="")


class SavedFilter(BaseModel):
    """A filter that an operator keeps under a name."""

    id = AutoField()
    operator = ForeignKeyField(Operator, backref="+")
    name = TextField()
    content = TextField()
