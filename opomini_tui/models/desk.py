"""Who sits at which desk now, and which notices are being worked on there."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, TextField

from opomini_tui.models.database import BaseModel
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Operator


class Presence(BaseModel):
    """A session of the interface: whose, on which screen, and when it last said that it is there."""

    session = TextField(primary_key=True)
    operator = ForeignKeyField(Operator, backref="+")
    place = TextField()
    started_at = BigIntegerField()
    seen_at = BigIntegerField()


class RowLock(BaseModel):
    """A notice that a session works on; it ends with the session."""

    notice = ForeignKeyField(Notice, primary_key=True, backref="+")
    session = ForeignKeyField(Presence, backref="+", column_name="session")
    at = BigIntegerField()
