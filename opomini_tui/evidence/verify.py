"""`opomini verify`: the journal's chain is whole, and every stored document still has the bytes of its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from opomini_tui.models.database import database, stream
from opomini_tui.models.journal import check_chain
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class Verified:
    """How many journal entries and documents are right, the last hash of the chain, and a sentence per problem."""

    entries: int
    documents: int
    last_hash: str
    problems: tuple[str, ...]


def verify() -> Verified:
    """Check everything; nothing is changed. Note `last_hash` elsewhere: it proves that nothing was cut off the end."""
    problems: list[str] = []
    chain = check_chain()
    if chain.broken_at is not None:
        sentence = _("The journal was changed at entry {number}; the {entries} entries before it are right.")
        problems.append(sentence.format(number=chain.broken_at, entries=chain.entries))
    documents = 0
    with database.atomic():
        for number, digest, content in stream("SELECT id, sha256, content FROM document ORDER BY id", size=50):
            data = content.encode() if isinstance(content, str) else bytes(content)
            if hashlib.sha256(data).hexdigest() == digest:
                documents += 1
            else:
                problems.append(
                    _("Document {number} was changed: its content does not fit its hash.").format(number=number)
                )
    return Verified(chain.entries, documents, chain.last_hash, tuple(problems))
