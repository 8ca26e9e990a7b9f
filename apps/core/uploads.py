"""Documents that people bring as evidence: what is taken, and by which name it is kept."""

import hashlib
from dataclasses import dataclass

from apps.core.text import InvalidText, check_text

LARGEST = 5 * 1024 * 1024

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
TYPES = [(PDF, "PDF"), (PNG, "PNG"), (JPEG, "JPEG")]
_BEGINNINGS = ((b"%PDF-", PDF, "pdf"), (b"\x89PNG\r\n\x1a\n", PNG, "png"), (b"\xff\xd8\xff", JPEG, "jpg"))


class InvalidDocument(ValueError):
    """The document is not taken; `str()` says why, for the person who brought it."""


@dataclass(frozen=True)
class Document:
    """A document as it is kept: its type is what its first bytes say, and so is the ending of its name."""

    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_document(name: str, content: bytes) -> Document:
    """
    Return a document that somebody brought, whatever they called it.

    :raises InvalidDocument: if it is empty, too large, or of another type than PDF, PNG and JPEG.
    """
    if not content:
        raise InvalidDocument("Choose a document; this one is empty.")
    if len(content) > LARGEST:
        raise InvalidDocument(f"A document has at most {LARGEST // 1024 // 1024} MiB.")
    for beginning, content_type, ending in _BEGINNINGS:
        if content.startswith(beginning):
            return Document(f"{_stem(name)}.{ending}", content_type, content)
    raise InvalidDocument("Only PDF, PNG and JPEG documents are taken.")


def _stem(name: str) -> str:
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    try:
        stem = check_text(stem, max_length=100)
    except InvalidText:
        return "document"
    return "".join(character if character.isalnum() or character in " -_()" else "_" for character in stem)
