"""Signing letters with an operator's certificate: PAdES-B-B by pyHanko, optionally with a time stamp (PAdES-B-T).

The key is opened once for many letters, and the room for the signature is measured with the first of them: that is what
makes signing hundreds quick.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import pkcs12

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import decrypt
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.text import _
from opomini_tui.text.formats import format_date

if TYPE_CHECKING:
    from pyhanko.sign import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "Podpis"
"""The name of the signature's field in the PDF."""
_TIMESTAMP_SECONDS = 15


class LetterSigner:
    """Signs letters with one certificate; `holder` is whose it is, `expires` its last day."""

    def __init__(
        self, signer: SimpleSigner, holder: str, expires: date, timestamper: TimeStamper | None = None
    ) -> None:
        self.holder = holder
        self.expires = expires
        self._signer = signer
        self._timestamper = timestamper
        self._reserved: int | None = None

    def sign(self, pdf: bytes, place: str = "") -> bytes:
        """The letter with an invisible signature added to its end; its own bytes stay as they are in front.

        `place`: where it was signed, as the PDF tells it.

        Raises:
            OpominiError: the time stamp server does not answer.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import PdfSignatureMetadata, PdfSigner
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.timestamps import TimestampRequestError

        data = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=self.holder,
            location=place or None,
        )
        writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
        signer = PdfSigner(data, signer=self._signer, timestamper=self._timestamper)
        try:
            if self._reserved is None:
                self._reserved = self._room(pdf, data)
            signed: BytesIO = signer.sign_pdf(writer, bytes_reserved=self._reserved)
        except (TimestampRequestError, OSError) as error:
            raise OpominiError(
                _("The time stamp server does not answer ({why}); nothing was signed. Check its address.").format(
                    why=str(error) or type(error).__name__
                )
            ) from error
        return signed.getvalue()

    def _room(self, pdf: bytes, data: Any) -> int | None:
        """Bytes that a signature of this certificate takes; None lets pyHanko measure it, with a time stamp each time."""
        if self._timestamper is not None:
            return None
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import PdfSigner

        writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
        trial = PdfSigner(data, signer=self._signer).sign_pdf(writer).getvalue()
        opened = trial.index(b"/Contents <") + len(b"/Contents <")
        return int(trial.index(b">", opened) - opened)


def signer_of(operator: Operator, config: Config, timestamp_url: str = "") -> LetterSigner | None:
    """What signs the letters that the operator issues: his default certificate; None when he has none.

    `timestamp_url`: a time stamp server (RFC 3161); "" signs without its stamp.

    Raises:
        OpominiError: the certificate has expired or cannot be opened, or pyHanko is not installed.
    """
    row = Certificate.get_or_none((Certificate.operator == operator) & Certificate.is_default)
    return open_signer(bytes(row.content), decrypt(config, row.secret), timestamp_url) if row else None


def open_signer(content: bytes, passphrase: str, timestamp_url: str = "") -> LetterSigner:
    """A signer from the bytes of a PKCS#12 file.

    Raises:
        OpominiError: as `signer_of`.
    """
    try:
        from pyhanko.sign.timestamps import HTTPTimeStamper

        from opomini_tui.documents.signing_key import SigningKey
    except ImportError as error:
        raise OpominiError(
            _("Signing letters needs the extra package: install opomini[sign] and start again.")
        ) from error
    secret = passphrase.encode() or None
    try:
        key, found, _others = pkcs12.load_key_and_certificates(content, secret)
    except ValueError as error:
        raise OpominiError(_("The certificate cannot be opened with its stored passphrase. Add it again.")) from error
    if key is None or found is None:
        raise OpominiError(_("The file holds no certificate with its private key."))
    expires = found.not_valid_after_utc.date()
    if found.not_valid_after_utc < datetime.now(UTC):
        raise OpominiError(
            _("The certificate expired on {day}. Choose another as the default, or delete it.").format(
                day=format_date(expires)
            )
        )
    signer = SigningKey.opened(content, secret, key)
    stamper = HTTPTimeStamper(timestamp_url, timeout=_TIMESTAMP_SECONDS) if timestamp_url else None
    return LetterSigner(signer, signer.subject_name or "", expires, stamper)
