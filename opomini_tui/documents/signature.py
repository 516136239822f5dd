"""Signing letters with an operator's certificate: PAdES-B-B by pyHanko, optionally with a time stamp (PAdES-B-T).

The key is opened once for many letters, and the room for the signature is measured with the first of them: that is what
makes signing hundreds quick.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.serialization import pkcs12

from opomini_tui.config import Config
from opomini_tui.documents.wording import wording
from opomini_tui.errors import OpominiError
from opomini_tui.keys import decrypt
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _
from opomini_tui.text.formats import format_date

if TYPE_CHECKING:
    from pyhanko.sign import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "Podpis"
"""The name of the signature's field in the PDF."""
_DIGEST = "sha256"
_MORE_STAMP = 2048
"""Hexadecimal digits by which later answers of a time stamp server may be longer than its first."""


class LetterSigner:
    """Signs letters with one certificate; `holder` is whose it is, `expires` its last day."""

    def __init__(
        self,
        signer: SimpleSigner,
        holder: str,
        expires: date,
        timestamper: TimeStamper | None = None,
        zone: ZoneInfo | None = None,
    ) -> None:
        self.holder = holder
        self.expires = expires
        self._signer = signer
        self._timestamper = timestamper
        self._zone = zone
        self._reserved: int | None = None

    def sign(self, pdf: bytes, place: str = "", password: str = "") -> bytes:
        """The letter with a signature added to its end; its own bytes stay as they are in front.

        The signature is seen where the letter kept room for it (`seal`). `place`: where it was signed, as the PDF tells
        it; `password` opens a letter that is locked.

        Raises:
            OpominiError: the time stamp server does not answer as it should.
        """
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.timestamps import TimestampRequestError

        try:
            if self._reserved is None:
                self._reserved = self._room(pdf, password)
            return self._signed(pdf, place, password, self._timestamper, self._reserved)
        except (TimestampRequestError, SigningError) as error:
            if self._timestamper is None:
                raise
            why = _("its answer is much longer than its first one") if isinstance(error, SigningError) else error
            raise OpominiError(
                _("The time stamp server does not answer ({why}); nothing was signed. Check its address.").format(
                    why=why
                )
            ) from error

    def _signed(
        self, pdf: bytes, place: str, password: str, timestamper: TimeStamper | None, reserved: int | None
    ) -> bytes:
        """The signed letter, with room for `reserved` bytes of signature (None: pyHanko makes one more to measure it)."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import PdfSignatureMetadata, PdfSigner
        from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

        from opomini_tui.documents.signature_box import SealStyle, room_of

        writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
        if password:
            writer.encrypt(password)
        room, field, style = room_of(writer), None, None
        if room is not None:
            box: Any = room.box
            field = SigFieldSpec(FIELD, on_page=room.page, box=box)
            style = SealStyle(border_width=0, room=room, holder=self.holder, day=datetime.now(self._zone).date())
        data = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=_DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            name=self.holder,
            location=place or None,
            reason=wording(room.language).signature("reason") if room else None,
        )
        signer = PdfSigner(data, signer=self._signer, timestamper=timestamper, stamp_style=style, new_field_spec=field)
        signed: BytesIO = signer.sign_pdf(writer, bytes_reserved=reserved)
        return signed.getvalue()

    def _room(self, pdf: bytes, password: str) -> int:
        """Bytes (hexadecimal digits) that a signature of this certificate takes, with its time stamp."""
        trial = self._signed(pdf, "", password, None, None)
        opened = trial.rindex(b"/Contents <") + len(b"/Contents <")
        room = trial.index(b">", opened) - opened
        if self._timestamper is not None:
            room += 2 * len(asyncio.run(self._timestamper.async_dummy_response(_DIGEST)).dump()) + _MORE_STAMP
        return room


def signer_of(operator: Operator, config: Config) -> LetterSigner | None:
    """What signs the letters that the operator issues: his default certificate; None when he has none.

    With the stamp of the company's time stamp server (RFC 3161), where it has one.

    Raises:
        OpominiError: the certificate has expired, is not valid yet or cannot be opened, or pyHanko is not installed.
    """
    row = Certificate.get_or_none((Certificate.operator == operator) & Certificate.is_default)
    if row is None:
        return None
    company = Company.current()
    return open_signer(bytes(row.content), decrypt(config, row.secret), company.timestamp_url, company.time_zone)


def open_signer(content: bytes, passphrase: str, timestamp_url: str = "", time_zone: str = "") -> LetterSigner:
    """A signer from the bytes of a PKCS#12 file.

    `timestamp_url`: a time stamp server; `time_zone`: whose day a visible signature shows, "" is this machine's.

    Raises:
        OpominiError: as `signer_of`.
    """
    try:
        from opomini_tui.documents.signing_key import SigningKey
        from opomini_tui.documents.time_stamp import ServerStamps
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
    if found.not_valid_before_utc > datetime.now(UTC):
        raise OpominiError(
            _("The certificate is not valid before {day}. Choose another as the default until then.").format(
                day=format_date(found.not_valid_before_utc.date())
            )
        )
    signer = SigningKey.opened(content, secret, key)
    stamper = ServerStamps(timestamp_url) if timestamp_url else None
    return LetterSigner(signer, signer.subject_name or "", expires, stamper, ZoneInfo(time_zone) if time_zone else None)
