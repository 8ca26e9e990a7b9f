"""The file of a plan: kept in encrypted pieces, read like any file, and never whole in memory."""

import hashlib
import io

from apps.core.ciphertext import context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import insert_rows
from apps.core.errors import DomainError
from apps.payouts.models import PlanPiece

PIECE_BYTES = 256 * 1024
LARGEST_BYTES = 64 * 1024 * 1024


class FileTooLarge(DomainError):
    """The file has more bytes than are read here; nothing of it was kept."""

    code = "file-too-large"
    status = 413
    title = "The file is too large"


def store(plan_id, stream) -> tuple[str, int, bytes]:
    """
    Keep what the stream holds as pieces of a plan; return its SHA-256, its size and its first bytes.

    :raises FileTooLarge: if it is larger than `LARGEST_BYTES`.
    """
    digest, size, head = hashlib.sha256(), 0, b""

    def pieces():
        nonlocal size, head
        number = 0
        while content := _filled(stream):
            digest.update(content)
            size += len(content)
            head = head or content[:4096]
            if size > LARGEST_BYTES:
                raise FileTooLarge(f"At most {LARGEST_BYTES // 2**20} MB. Send the rows in several files.")
            piece = PlanPiece(plan_id=plan_id, number=number)
            piece.content_ciphertext = encrypt_file(content, context_of(PlanPiece, "content_ciphertext", piece.pk))
            number += 1
            yield piece

    insert_rows(pieces())
    return digest.hexdigest(), size, head


def _filled(stream) -> bytes:
    """Return the next piece, full unless it is the last: a request's body comes in parts of any length."""
    parts, missing = [], PIECE_BYTES
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def opened(plan) -> io.BufferedReader:
    """Return the plan's file for reading; at most two pieces of it are in memory at a time."""
    return io.BufferedReader(_Pieces(plan), buffer_size=PIECE_BYTES)


class _Pieces(io.RawIOBase):
    def __init__(self, plan):
        self._plan, self._position, self._held = plan, 0, (None, b"")

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._position

    def seek(self, offset, whence=io.SEEK_SET):
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._plan.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer):
        if self._position >= self._plan.size:
            return 0
        number, offset = divmod(self._position, PIECE_BYTES)
        part = self._piece(number)[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def _piece(self, number):
        if self._held[0] != number:
            piece = self._plan.pieces.get(number=number)
            context = context_of(PlanPiece, "content_ciphertext", piece.pk)
            self._held = number, decrypt_file(piece.content_ciphertext, context)
        return self._held[1]
