"""peewee models, one file per aggregate."""
