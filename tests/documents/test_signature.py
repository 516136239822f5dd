"""Signed letters: valid by pyHanko's own validation, quick, and refused with a sentence when they cannot be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader

from opomini_tui.config import Config
from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.signature import open_signer, signer_of
from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.setup.certificates import add_certificate
from tests.documents.samples import letter_of, lines
from tests.documents.signatures import validated
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12


@lru_cache
def letter_pdf() -> bytes:
    """A letter of three items."""
    return draw_letter(letter_of(lines(3)))


@pytest.fixture(params=["ec", "rsa"])
def certificate(tmp_path: Path, request: pytest.FixtureRequest) -> bytes:
    """A certificate of Ana Novak."""
    return make_pkcs12(tmp_path / "ana.p12", "Ana Novak Č", kind=request.param).read_bytes()


def test_the_signature_is_valid_and_covers_the_whole_letter(certificate: bytes) -> None:
    signer = open_signer(certificate, PASSPHRASE)
    for _each in range(3):  # the first one measures the room, the others use it
        signed = signer.sign(letter_pdf(), place="Ljubljana")
        assert signed.startswith(letter_pdf())
        status = validated(signed, certificate)
        assert (status.intact, status.valid, status.trusted) == (True, True, True)
        assert status.coverage.name == "ENTIRE_FILE"
        assert signer.holder == "Ana Novak Č"
    assert "OPOMIN" in PdfReader(BytesIO(signed)).pages[0].extract_text().upper()


def test_a_changed_letter_is_found_out(certificate: bytes) -> None:
    signed = open_signer(certificate, PASSPHRASE).sign(letter_pdf())
    place = signed.index(b"stream") + 20
    forged = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
    assert forged != signed
    assert not validated(forged, certificate).intact


def test_what_cannot_sign_is_refused_with_a_sentence(certificate: bytes, tmp_path: Path) -> None:
    with pytest.raises(OpominiError, match="passphrase"):
        open_signer(certificate, "narobe")
    old = make_pkcs12(tmp_path / "old.p12", "Ana", days=-1).read_bytes()
    with pytest.raises(OpominiError, match="expired on"):
        open_signer(old, PASSPHRASE)


def test_the_operators_default_certificate_signs(actor: Actor, config: Config, tmp_path: Path) -> None:
    operator = Operator.get(Operator.code == "006")
    assert signer_of(operator, config) is None
    for name in ("Ana", "Borut"):
        add_certificate("006", make_pkcs12(tmp_path / f"{name}.p12", name), PASSPHRASE, actor, config)
    signer = signer_of(operator, config)
    assert signer is not None
    assert signer.holder == "Ana"
    Certificate.update(secret="").execute()
    with pytest.raises(OpominiError, match="passphrase"):
        signer_of(operator, config)


class Stamp(BaseHTTPRequestHandler):
    """A time stamp server (RFC 3161) on this machine."""

    stamper: DummyTimeStamper
    asked = 0

    def do_POST(self) -> None:
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.stamper.request_tsa_response(request).dump()
        type(self).asked += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture
def stamp_server(tmp_path: Path) -> Iterator[str]:
    """Its address."""
    content = make_pkcs12(tmp_path / "stamp.p12", "Stamp", kind="rsa").read_bytes()
    key, found, _others = pkcs12.load_key_and_certificates(content, PASSPHRASE.encode())
    assert key is not None
    assert found is not None
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    Stamp.stamper = DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(found.public_bytes(Encoding.DER)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(private),
        certs_to_embed=SimpleCertificateStore(),
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stamp)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_time_stamp_is_asked_for_and_embedded(certificate: bytes, stamp_server: str) -> None:
    Stamp.asked = 0
    signed = open_signer(certificate, PASSPHRASE, stamp_server).sign(letter_pdf())
    assert Stamp.asked > 0
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    attributes = [attribute["type"].native for attribute in signature.signer_info["unsigned_attrs"]]
    assert attributes == ["signature_time_stamp_token"]


def test_a_silent_time_stamp_server_signs_nothing(certificate: bytes) -> None:
    with pytest.raises(OpominiError, match="time stamp server"):
        open_signer(certificate, PASSPHRASE, "http://127.0.0.1:9/").sign(letter_pdf())
