"""Secrets of an installation that was not given any: made once, kept in a file only its owner can read."""

import binascii
import fcntl
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DRAWN = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "FIELD_KEYS": lambda: f"k1:{secrets.token_hex(32)}",
    "INDEX_KEY": lambda: secrets.token_hex(32),
}


def load_or_draw(path: Path) -> dict[str, str]:
    """Return the secrets in `path`, drawing those that are missing; processes that start together agree on them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
        missing = {name: draw() for name, draw in DRAWN.items() if name not in found}
        if missing:
            file.writelines(f"{name}={value}\n" for name, value in missing.items())
            file.flush()
            os.fsync(file.fileno())
    return found | missing


def read_key(name: str, text: str) -> bytes:
    """
    Return the 32 bytes written in `text` as 64 hexadecimal digits.

    :raises ImproperlyConfigured: if it is anything else.
    """
    try:
        key = binascii.unhexlify(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} must be 64 hexadecimal digits (openssl rand -hex 32).")
    return key


def read_field_keys(text: str) -> list[tuple[str, bytes]]:
    """
    Return the keys of `text`, "id:digits" separated by commas, in their order.

    :raises ImproperlyConfigured: if a key has no id or not 32 bytes, or if two have the same id.
    """
    parts = [item.partition(":") for item in text.split(",")]
    keys = [(key_id.strip(), read_key("FIELD_KEYS", key.strip())) for key_id, _, key in parts]
    names = [key_id for key_id, _ in keys]
    if not all(names) or len(set(names)) < len(names):
        raise ImproperlyConfigured("FIELD_KEYS must be id:digits,id:digits with a different id for every key.")
    return keys
