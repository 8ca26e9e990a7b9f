"""Documents that people bring as evidence: what is taken, and by which name it is kept; and how much one form may bring."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from apps.core.text import InvalidText, check_text

LARGEST = 5 * 1024 * 1024
LARGEST_FORM = 66 * 1024 * 1024
"""In bytes: more than the largest file that any door takes, with the fields and borders around it."""

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
TYPES = [(PDF, "PDF"), (PNG, "PNG"), (JPEG, "JPEG")]
_BEGINNINGS = ((b"%PDF-", PDF, "pdf"), (b"\x89PNG\r\n\x1a\n", PNG, "png"), (b"\xff\xd8\xff", JPEG, "jpg"))


class BoundedUpload(FileUploadHandler):
    """Stands before the other handlers, and refuses a form by the length it says it has, before any of it is read."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803 Django's names
        if content_length > LARGEST_FORM:
            raise RequestDataTooBig(f"A form has at most {LARGEST_FORM} bytes.")

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None


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
