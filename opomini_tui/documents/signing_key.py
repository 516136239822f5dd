"""A pyHanko signer that does once what is the same for every letter: parsing its key, and building the signature.

Of two signatures (CMS) by one certificate only the digest of the letter and the raw signature differ, so pyHanko builds
the first and later ones are the same bytes with those two exchanged: that takes four fifths of the time off.

Imports pyHanko, so it is imported only when something is to be signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign import SimpleSigner

_Digest = type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]
_DIGESTS: dict[str, _Digest] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
_SAME_FOR_ALL = {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
_TRIES = 20
"""So often a signature of the same length is tried for: those of an elliptic curve vary by a byte or two."""


@dataclass(frozen=True, slots=True)
class _Mould:
    """A signature to make others of: all of it, what of it is signed, and the two that differ."""

    whole: bytes
    attributes: bytes
    digest: bytes
    raw: bytes

    @classmethod
    def of(cls, made: cms.ContentInfo, digest: bytes) -> _Mould | None:
        """The mould from a signature over `digest`; None when more of it may differ from letter to letter."""
        (signer,) = made["content"]["signer_infos"]
        attributes = signer["signed_attrs"]
        if not {attribute["type"].native for attribute in attributes} <= _SAME_FOR_ALL or signer["unsigned_attrs"]:
            return None
        mould = cls(made.dump(), attributes.untag().dump(), digest, signer["signature"].native)
        once = mould.whole.count(digest), mould.whole.count(mould.raw), mould.attributes.count(digest)
        return mould if once == (1, 1, 1) else None


class SigningKey(SimpleSigner):
    """As SimpleSigner, with the parsed key beside it."""

    parsed: object = None
    _mould: _Mould | None = None

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

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *args: Any, **options: Any) -> Any:
        """The signature (CMS) over a letter's digest; with a time stamp each is built anew."""
        alike = not args and not options.get("timestamper") and not options.get("dry_run")
        alike = alike and digest_algorithm == "sha256" and self.unsigned_attr_prov_spec is None
        if alike and self._mould and (made := self._cast(self._mould, data_digest, digest_algorithm)):
            return made
        made = await super().async_sign(data_digest, digest_algorithm, *args, **options)
        if alike:
            self._mould = _Mould.of(made, data_digest)
        return made

    def _cast(self, mould: _Mould, digest: bytes, digest_algorithm: str) -> Any:
        """A signature from the mould; None when its length would be another."""
        attributes = mould.attributes.replace(mould.digest, digest)
        for _each in range(_TRIES):
            raw = self.sign_raw(attributes, digest_algorithm)
            if len(raw) == len(mould.raw):
                return cms.ContentInfo.load(mould.whole.replace(mould.digest, digest).replace(mould.raw, raw))
        return None
