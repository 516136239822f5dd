"""The drivers of the database servers: loaded when a server's database is opened, never for a file.

peewee takes every driver that is installed when it is imported; psycopg alone costs a third of the program's start and
several megabytes. So peewee is imported without it, and given it by `load_psycopg`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

DRIVERS = ("psycopg2cffi", "psycopg2", "psycopg", "pymysql", "MySQLdb")


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Modules that are not imported yet cannot be."""
    modules = cast(dict[str, ModuleType | None], sys.modules)  # None: the import fails, as Python documents it
    hidden = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]


def load_peewee() -> None:
    """Import peewee, as long as nobody has, without drivers."""
    if "peewee" not in sys.modules:
        with _hidden(DRIVERS):
            import peewee  # noqa: F401 - who imports it later gets this one


def load_psycopg() -> None:
    """Give psycopg to peewee, which then is as if it had found it.

    Raises:
        ImportError: it is not installed.
    """
    import peewee
    import psycopg
    from psycopg.pq import TransactionStatus
    from psycopg.types.json import Json, Jsonb

    names = vars(peewee)
    if names["psycopg"] is None:
        names.update(psycopg=psycopg, TransactionStatus=TransactionStatus, Json_pg3=Json, Jsonb_pg3=Jsonb)
        adapter = names["Psycopg3Adapter"]
        adapter.txn_idle = TransactionStatus.IDLE
        adapter.txn_inerror = TransactionStatus.INERROR
        adapter.txn_unknown = TransactionStatus.UNKNOWN
