"""Digital certificates of operators (Digitalni podpisi): PKCS#12 files that sign letters, stored with their passphrase.

A file is stored only after it was opened with its passphrase; the passphrase is kept encrypted and never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate as X509
from cryptography.x509.oid import NameOID

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import KeyProblem, decrypt, encrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.setup.changes import Change, write_changes
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.operators import operator_of
from opomini_tui.text import _

LARGEST = 200_000
"""Bytes of a PKCS#12 file; real ones have a few thousand."""


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """A stored certificate: whose it is and until when (None and a sentence in `problem` when it cannot be read)."""

    id: int
    name: str
    subject: str
    issuer: str
    expires: date | None
    is_default: bool
    problem: str = ""


def certificates_of(operator_code: str, config: Config) -> list[CertificateInfo]:
    """The operator's certificates in the order of their names."""
    rows = Certificate.select().join(Operator).where(Operator.code == operator_code).order_by(Certificate.name)
    return [_info(row, config) for row in rows]


def add_certificate(
    operator_code: str, path: Path | str, passphrase: str, actor: Actor, config: Config, *, name: str = ""
) -> CertificateInfo:
    """Store the certificate of a PKCS#12 file; the operator's first one becomes his default.

    name: how it is listed, "" takes the name in the certificate.

    Raises:
        FieldErrors: fields `path` (no such file, not PKCS#12), `passphrase` (it does not open the file), `name` (taken).
        NotAllowed: neither his own nor an administrator.
    """
    _allow(operator_code, actor)
    content = _read(path)
    found = _open(content, passphrase)
    title = name.strip() or _common_name(found)
    with exclusive("settings"):
        operator = operator_of(operator_code)
        mine = Certificate.select().where(Certificate.operator == operator)
        if mine.where(Certificate.name == title).exists():
            raise FieldErrors({"name": _("There is a certificate with this name already; give it another name.")})
        row = Certificate.create(
            operator=operator,
            name=title,
            content=content,
            secret=encrypt(config, passphrase),
            is_default=not mine.exists(),
        )
        _tell(actor, operator_code, [Change(title, "", _common_name(found))])
    return _info(row, config)


def set_default_certificate(certificate_id: int, actor: Actor) -> None:
    """Make this one the certificate that its operator signs with.

    Raises:
        OpominiError: it is gone. NotAllowed: as `add_certificate`.
    """
    with exclusive("settings"):
        row = _certificate(certificate_id)
        _allow(row.operator.code, actor)
        if row.is_default:
            return
        Certificate.update(is_default=False).where(Certificate.operator == row.operator).execute()
        Certificate.update(is_default=True).where(Certificate.id == row.id).execute()
        _tell(actor, row.operator.code, [Change(f"{row.name}.default", "false", "true")])


def delete_certificate(certificate_id: int, actor: Actor) -> None:
    """Delete it; when it was the default, the next one by name becomes it.

    Raises:
        OpominiError: it is gone. NotAllowed: as `add_certificate`.
    """
    with exclusive("settings"):
        row = _certificate(certificate_id)
        operator = row.operator
        _allow(operator.code, actor)
        row.delete_instance()
        changes = [Change(row.name, row.name, "")]
        others = Certificate.select().where(Certificate.operator == operator).order_by(Certificate.name)
        heir = others.first() if row.is_default else None
        if heir is not None:
            Certificate.update(is_default=True).where(Certificate.id == heir.id).execute()
            changes.append(Change(f"{heir.name}.default", "false", "true"))
        _tell(actor, operator.code, changes)


def _allow(operator_code: str, actor: Actor) -> None:
    """Everybody his own; those of others only who may change operators."""
    if actor.code != operator_code:
        actor.require("operators")


def _read(path: Path | str) -> bytes:
    """The bytes of the file."""
    if not str(path).strip():
        raise FieldErrors({"path": _("Choose the file of the certificate (.p12 or .pfx).")})
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        sentence = _("The file {path} cannot be read: {why}.")
        why = error.strerror or type(error).__name__
        raise FieldErrors({"path": sentence.format(path=path, why=why)}) from error
    if len(content) > LARGEST:
        raise FieldErrors({"path": _("The file is too large for a certificate.")})
    return content


def _open(content: bytes, passphrase: str) -> X509:
    """The certificate in the file, once it is certain that its key can be used with this passphrase."""
    try:
        key, found, _others = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except ValueError as error:
        # cryptography says "invalid password" for a wrong one and other words for what is no PKCS#12 file at all.
        if "password" in str(error).lower():
            raise FieldErrors({"passphrase": _("The passphrase does not open this file.")}) from error
        raise FieldErrors({"path": _("This is no certificate file (PKCS#12, .p12 or .pfx).")}) from error
    if key is None or found is None:
        raise FieldErrors({"path": _("The file holds no certificate with its private key.")})
    return found


def _common_name(found: X509) -> str:
    """Whose certificate it is."""
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else found.subject.rfc4514_string()


def _info(row: Certificate, config: Config) -> CertificateInfo:
    """What can be told of a stored certificate."""
    try:
        found = _open(bytes(row.content), decrypt(config, row.secret))
    except (FieldErrors, KeyProblem) as error:
        return CertificateInfo(row.id, row.name, "", "", None, row.is_default, str(error))
    issuers = found.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    issuer = str(issuers[0].value) if issuers else found.issuer.rfc4514_string()
    return CertificateInfo(
        row.id, row.name, _common_name(found), issuer, found.not_valid_after_utc.date(), row.is_default
    )


def _certificate(certificate_id: int) -> Certificate:
    row = Certificate.get_or_none(Certificate.id == certificate_id)
    if row is None:
        raise OpominiError(_("This certificate does not exist any more."))
    return row


def _tell(actor: Actor, operator_code: str, changes: Sequence[Change]) -> None:
    path = f"operators.{operator_code}.certificates"
    write_changes(actor.code, [Change(f"{path}.{c.path}", c.before, c.after) for c in changes])
