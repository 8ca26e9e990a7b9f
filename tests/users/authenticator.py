"""A device that makes passkeys and signs with them, as WebAuthn Level 3 says (6.1, 6.5, 7.1, 7.2)."""

import json
import secrets
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """What it says of the site, of who holds it and of how often it signed can be set to what it should not be."""

    def __init__(self, site="testserver", origin="http://testserver"):
        self.site, self.origin, self.flags, self.count = site, origin, PRESENT | VERIFIED, 0
        self.key, self.credential_id = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32)

    def make(self, options) -> str:
        """Answer what a browser is asked to make a passkey with."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        known = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        data = self._data(self.flags | HAS_KEY) + known
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options)
        return self._answer(clientDataJSON=said, attestationObject=attested)

    def use(self, options) -> str:
        """Answer what a browser is asked to use a passkey with."""
        self.count += 1
        said, data = self._said("webauthn.get", options), self._data(self.flags)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature)

    def _said(self, kind, options) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags) -> bytes:
        return sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, **response) -> str:
        name = bytes_to_base64url(self.credential_id)
        response = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
