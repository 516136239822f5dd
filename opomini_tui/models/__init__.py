"""peewee models, one file per aggregate."""

from opomini_tui.models.drivers import load_peewee

load_peewee()
