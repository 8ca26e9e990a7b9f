"""A note of every file that appears in a bank's inbox, kept outside the portal's memory and by whichever process it came."""

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from django.conf import settings


@contextmanager
def uploads_noted():
    """Note the uploads of this process, and of those that it forks, until the block ends."""
    link = os.link

    def links(source, target, **options):
        link(source, target, **options)
        target = Path(target)
        if target.parent.name == "to_bank":
            digest = hashlib.sha256(target.read_bytes()).hexdigest()
            with _notes().open("a") as out:
                out.write(f"{target.parent.parent.name} {target.name} {digest}\n")

    with patch("os.link", links):
        yield


def uploads_to(bank_account) -> list[tuple[str, str]]:
    """Return (name, sha256) of every file that was put into the inbox of an account's bank, in that order."""
    if not _notes().exists():
        return []
    rows = [line.split() for line in _notes().read_text().splitlines()]
    return [(name, digest) for folder, name, digest in rows if folder == bank_account.folder]


def _notes():
    return Path(settings.BANK_FOLDER) / "uploads"
