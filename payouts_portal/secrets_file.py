"""Secrets of an installation that was not given any: made once, kept in a file only its owner can read."""

import fcntl
import os
import secrets
from pathlib import Path

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
