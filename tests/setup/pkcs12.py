"""PKCS#12 files for the tests: a key with a certificate that it signed itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = "Šifra 1"


def make_pkcs12(
    path: Path,
    name: str,
    *,
    passphrase: str = PASSPHRASE,
    days: int = 400,
    since: int = -500,
    with_key: bool = True,
    kind: str = "ec",
) -> Path:
    """Write a file with the certificate of `name`, valid from `since` to `days` (both from now); its path.

    `kind`: ec or rsa.
    """
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = ec.generate_private_key(ec.SECP256R1())
    if kind == "rsa":
        key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=since))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            name.encode(),
            key if with_key else None,
            certificate if with_key else None,
            None if with_key else [certificate],
            how,
        )
    )
    return path
