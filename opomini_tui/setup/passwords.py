"""Passwords with which operators sign in: stored only as argon2 hashes."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from opomini_tui.text import _

SHORTEST = 8
LONGEST = 200


@cache
def _hasher() -> PasswordHasher:
    """argon2id with the library's recommended cost."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password matches in practice, so that an unknown name takes as long as a wrong password."""
    return _hasher().hash("nobody has this password")


def check_new_password(password: str) -> str:
    """What is wrong with a new password; "" when nothing is."""
    if not SHORTEST <= len(password) <= LONGEST:
        return _("The password must have {shortest} to {longest} characters.").format(
            shortest=SHORTEST, longest=LONGEST
        )
    return ""


def hash_password(password: str) -> str:
    """The argon2 hash of a password."""
    return _hasher().hash(password)


def password_matches(stored: str, password: str) -> bool:
    """Whether `password` is the one behind the hash; takes as long when there is no hash."""
    try:
        return _hasher().verify(stored or _nobody(), password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with an older cost."""
    return _hasher().check_needs_rehash(stored)
