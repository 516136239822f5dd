"""A time stamp server (RFC 3161) on this machine, that can also keep silent or answer nonsense."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from asn1crypto import cms, tsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12


class StampServer:
    """Runs within `with`; `url` is its address, `asked` how many stamps it was asked for.

    `behaves`: "well", "silent" (takes the question and never answers), "broken", "old" (answers another question),
    "false" (stamps something else) or "longer" (from its second answer on).
    """

    def __init__(self, folder: Path, behaves: str = "well") -> None:
        self.asked = 0
        self._behaves = behaves
        self._stamper = _stamper(folder)
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> StampServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, question: bytes) -> bytes:
        self.asked += 1
        if self._behaves == "silent":
            self._over.wait(30)
        if self._behaves in ("silent", "broken"):
            return b"no stamp"
        asked = tsp.TimeStampReq.load(question)
        if self._behaves == "old":
            asked["nonce"] = 7
        if self._behaves == "false":
            asked["message_imprint"]["hashed_message"] = bytes(32)
        answer = tsp.TimeStampResp.load(self._stamper.request_tsa_response(asked).dump())
        if self._behaves == "longer" and self.asked > 1:
            stamp = answer["time_stamp_token"]["content"]
            stamp["certificates"] = cms.CertificateSet(list(stamp["certificates"]) * 6)
        return bytes(answer.dump(force=True))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            """Answers one question."""

            def do_POST(self) -> None:
                answer = server._answer(self.rfile.read(int(self.headers["Content-Length"])))
                if server._over.is_set():
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args: object) -> None:
                """Says nothing."""

        return Handler


def _stamper(folder: Path) -> DummyTimeStamper:
    """What makes the stamps, with a certificate of its own."""
    content = make_pkcs12(folder / "stamp.p12", "Stamp", kind="rsa").read_bytes()
    key, found, _others = pkcs12.load_key_and_certificates(content, PASSPHRASE.encode())
    assert key is not None
    assert found is not None
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(found.public_bytes(Encoding.DER)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(private),
        certs_to_embed=SimpleCertificateStore(),
    )
