"""What pyHanko says of a signed letter."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import Certificate as X509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from opomini_tui.documents.signature import FIELD
from tests.setup.pkcs12 import PASSPHRASE


def validated(pdf: bytes, content: bytes, password: str = "") -> Any:
    """What pyHanko says of the only signature, trusting the certificate of the PKCS#12 `content` alone.

    `password` opens a locked letter.
    """
    _key, found, _others = pkcs12.load_key_and_certificates(content, PASSPHRASE.encode())
    assert isinstance(found, X509)
    trusted = asn1_x509.Certificate.load(found.public_bytes(Encoding.DER))
    reader = PdfFileReader(BytesIO(pdf))
    if password:
        reader.decrypt(password)
    (signature,) = reader.embedded_signatures
    assert signature.field_name == FIELD
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    return validate_pdf_signature(signature, context, ts_validation_context=context)
