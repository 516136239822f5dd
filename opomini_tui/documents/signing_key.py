"""A pyHanko signer whose key is parsed once: pyHanko parses it for every signature, which takes most of the time.

Imports pyHanko, so it is imported only when something is to be signed.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign import SimpleSigner

_Digest = type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]
_DIGESTS: dict[str, _Digest] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}


class SigningKey(SimpleSigner):
    """As SimpleSigner, with the parsed key beside it."""

    parsed: object = None

    @classmethod
    def opened(cls, content: bytes, passphrase: bytes | None, parsed: object) -> SigningKey:
        """The signer of a PKCS#12 file that opens with this passphrase, and its key as cryptography parsed it."""
        plain = SimpleSigner.load_pkcs12_data(content, (), passphrase)
        signer = cls(signing_cert=plain.signing_cert, signing_key=plain.signing_key, cert_registry=plain.cert_registry)
        signer.parsed = parsed
        return signer

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """The raw signature of `data`; what is not RSA (PKCS#1) or ECDSA is left to pyHanko."""
        digest = _DIGESTS.get(digest_algorithm)
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm).signature_algo
        if digest and isinstance(self.parsed, RSAPrivateKey) and mechanism == "rsassa_pkcs1v15":
            return self.parsed.sign(data, PKCS1v15(), digest())
        if digest and isinstance(self.parsed, EllipticCurvePrivateKey) and mechanism == "ecdsa":
            return self.parsed.sign(data, ECDSA(digest()))
        return super().sign_raw(data, digest_algorithm)
