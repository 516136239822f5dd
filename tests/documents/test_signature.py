"""Signed letters: valid by pyHanko's own validation, quick, and refused with a sentence when they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from opomini_tui.config import Config
from opomini_tui.documents import time_stamp
from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.signature import open_signer, signer_of
from opomini_tui.documents.signing_key import SigningKey
from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.setup.certificates import add_certificate
from opomini_tui.setup.settings_form import save_settings
from tests.documents.samples import letter_of, lines
from tests.documents.signatures import validated
from tests.documents.stamp_server import StampServer
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


@pytest.fixture
def stamp_server(tmp_path: Path) -> Iterator[str]:
    """The address of a time stamp server."""
    with StampServer(tmp_path) as server:
        yield server.url


def test_a_time_stamp_is_asked_for_and_embedded(certificate: bytes, stamp_server: str) -> None:
    signer = open_signer(certificate, PASSPHRASE, stamp_server)
    for _each in range(3):  # the first one measures the room, the others use it
        signed = signer.sign(letter_pdf())
        (embedded,) = PdfFileReader(BytesIO(signed)).embedded_signatures
        attributes = [attribute["type"].native for attribute in embedded.signer_info["unsigned_attrs"]]
        assert attributes == ["signature_time_stamp_token"]
        status = validated(signed, certificate)
        assert (status.intact, status.valid, status.timestamp_validity.valid) == (True, True, True)


def test_the_server_of_the_settings_stamps_what_the_operator_signs(
    sqlite_actor: Actor, config: Config, tmp_path: Path
) -> None:
    add_certificate("006", make_pkcs12(tmp_path / "ana.p12", "Ana"), PASSPHRASE, sqlite_actor, config)
    with StampServer(tmp_path) as server:
        save_settings({"timestamp_url": server.url}, {}, None, sqlite_actor)
        signer = signer_of(sqlite_actor.record(), config)
        assert signer is not None
        signer.sign(letter_pdf())
        assert server.asked == 2, "one for the room, one for the letter"
        signer.sign(letter_pdf())
        assert server.asked == 3


@pytest.mark.parametrize(
    ("behaves", "why"),
    [
        ("silent", "no answer in"),
        ("broken", "no time stamp"),
        ("gone", "no connection"),
        ("old", "no time stamp"),
        ("false", "no time stamp"),
        ("longer", "longer than its first"),
    ],
)
def test_a_time_stamp_server_in_trouble_signs_nothing(
    certificate: bytes, tmp_path: Path, behaves: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if behaves == "silent":
        monkeypatch.setattr(time_stamp, "SECONDS", 0.3)
    with StampServer(tmp_path, behaves) as server:
        url = "http://127.0.0.1:9/" if behaves == "gone" else server.url
        with pytest.raises(OpominiError, match=why) as caught:
            open_signer(certificate, PASSPHRASE, url).sign(letter_pdf())
    assert "nothing was signed" in str(caught.value)


def test_a_certificate_of_the_future_does_not_sign(tmp_path: Path) -> None:
    content = make_pkcs12(tmp_path / "ana.p12", "Ana", since=2).read_bytes()
    with pytest.raises(OpominiError, match="not valid before"):
        open_signer(content, PASSPHRASE)


def test_later_signatures_are_made_from_the_first(certificate: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = open_signer(certificate, PASSPHRASE)
    signer.sign(letter_pdf())
    monkeypatch.setattr(SigningKey, "_package_signature", None)  # pyHanko cannot build another one
    contents = set()
    for count in (1, 2, 40):
        letter = draw_letter(letter_of(lines(count)))
        signed = signer.sign(letter)
        status = validated(signed, certificate)
        assert (status.intact, status.valid, status.trusted, status.coverage.name) == (True, True, True, "ENTIRE_FILE")
        contents.add(signed[signed.rindex(b"/Contents <") :][:9000])
    assert len(contents) == 3
