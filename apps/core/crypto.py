"""
Encryption of account numbers at rest, and look-up without decryption.

AES-256-GCM with the key's id in front and a *context* (which row and field it belongs to) as associated data: a
ciphertext moved to another row does not open. The blind index is an HMAC under a key of its own, so equal accounts
can be found while the database alone tells nothing.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The ciphertext is damaged, belongs to another row, or its key is not in the key ring."""


def encrypt(text: str, context: str) -> bytes:
    """Return the text's ciphertext, bound to the context: length and id of the key, nonce, then AES-GCM's output."""
    key_id, key = settings.FIELD_KEYS[0]
    name, nonce = key_id.encode(), os.urandom(_NONCE_BYTES)
    return bytes([len(name)]) + name + nonce + AESGCM(key).encrypt(nonce, text.encode(), context.encode())


def decrypt(blob: bytes, context: str) -> str:
    """
    Return the text behind a ciphertext.

    :raises CannotDecrypt: if the key is unknown, the bytes were changed, or the context is another one.
    """
    blob = bytes(blob)
    start = 1 + blob[0] if blob else 0
    key = dict(settings.FIELD_KEYS).get(blob[1:start].decode(errors="replace"))
    if key is None:
        raise CannotDecrypt("the key of this ciphertext is not in the key ring")
    nonce, body = blob[start : start + _NONCE_BYTES], blob[start + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context.encode()).decode()
    except InvalidTag:
        raise CannotDecrypt("the ciphertext does not belong here or was changed") from None


def blind_index(text: str, purpose: str) -> bytes:
    """Return 32 bytes that are equal for equal texts of one purpose, and tell nothing else."""
    return hmac.new(settings.INDEX_KEY, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()
