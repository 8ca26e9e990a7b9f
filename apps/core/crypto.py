"""
Encryption of account numbers and bank files at rest, and look-up without decryption.

AES-256-GCM with the key's id in front and a *context* (which row and field it belongs to) as associated data: a
ciphertext moved to another row does not open. The blind index is an HMAC under a key of its own, so equal accounts
can be found while the database alone tells nothing.
"""

import hmac
import os
import zlib
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The ciphertext is damaged, belongs to another row, or its key is not in the key ring."""


def encrypt(text: str, context: str) -> bytes:
    """Return the text's ciphertext, bound to the context: length and id of the key, nonce, then AES-GCM's output."""
    return _seal(text.encode(), context)


def decrypt(blob: bytes, context: str) -> str:
    """
    Return the text behind a ciphertext.

    :raises CannotDecrypt: if the key is unknown, the bytes were changed, or the context is another one.
    """
    return _open(blob, context).decode()


def encrypt_file(content: bytes, context: str) -> bytes:
    """Return a file's ciphertext. It is compressed first: a bank's XML shrinks to a tenth, in storage and on its way there."""
    return _seal(zlib.compress(content, 1), context)


def decrypt_file(blob: bytes, context: str) -> bytes:
    """
    Return the file behind a ciphertext.

    :raises CannotDecrypt: as `decrypt`.
    """
    return zlib.decompress(_open(blob, context))


def reseal(blob: bytes, context: str) -> bytes:
    """
    Return the ciphertext of the same text or file under the newest key.

    :raises CannotDecrypt: as `decrypt`.
    """
    return _seal(_open(blob, context), context)


def head_of(key_id: str) -> bytes:
    """Return with what the ciphertexts of a key begin."""
    name = key_id.encode()
    return bytes([len(name)]) + name


def _seal(content: bytes, context: str) -> bytes:
    key_id, key = settings.FIELD_KEYS[0]
    nonce = os.urandom(_NONCE_BYTES)
    return head_of(key_id) + nonce + _cipher(key).encrypt(nonce, content, context.encode())


def _open(blob: bytes, context: str) -> bytes:
    blob = bytes(blob)
    start = 1 + blob[0] if blob else 0
    key = dict(settings.FIELD_KEYS).get(blob[1:start].decode(errors="replace"))
    if key is None:
        raise CannotDecrypt("the key of this ciphertext is not in the key ring")
    nonce, body = blob[start : start + _NONCE_BYTES], blob[start + _NONCE_BYTES :]
    try:
        return _cipher(key).decrypt(nonce, body, context.encode())
    except InvalidTag:
        raise CannotDecrypt("the ciphertext does not belong here or was changed") from None


@cache
def _cipher(key):
    """Return the cipher of a key, made ready once: that takes as long as to encrypt an account number."""
    return AESGCM(key)


def blind_index(text: str, purpose: str) -> bytes:
    """Return 32 bytes that are equal for equal texts of one purpose, and tell nothing else."""
    return hmac.digest(settings.INDEX_KEY, f"{purpose}\0{text}".encode(), "sha256")
