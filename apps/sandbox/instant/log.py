"""
The bank's durable memory: one file per account, one line of JSON per fact, only ever appended to.

A fact is on disk before anybody is told of it. Facts that belong together are one write; a process that dies in the
middle of it leaves a torn last line, which nobody was told of, and the next one to open the log cuts it off.
"""

import json
import os
from pathlib import Path

FILE_NAME = "facts.jsonl"


class FactLog:
    """The log in one folder, open for writing. Whoever opens it sees to it that nobody else does."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE_NAME
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self.size = sum(len(line) for _, line in _whole_lines(self.path, 0))
        os.ftruncate(self.descriptor, self.size)
        os.fsync(self.descriptor)
        _sync(folder)

    def append(self, facts: list[dict]) -> None:
        """Make facts durable, all of them or none."""
        content = b"".join(json.dumps(fact, ensure_ascii=False).encode() + b"\n" for fact in facts)
        try:
            written = 0
            while written < len(content):
                written += os.write(self.descriptor, content[written:])
            os.fsync(self.descriptor)
        except OSError:
            os.ftruncate(self.descriptor, self.size)
            raise
        self.size += len(content)

    def close(self) -> None:
        os.close(self.descriptor)


def read_facts(folder: Path, since: int = 0):
    """Yield (position, position after it, fact) of every whole line from a position (in bytes) on."""
    for position, line in _whole_lines(folder / FILE_NAME, since):
        yield position, position + len(line), json.loads(line)


def end_of(folder: Path) -> int:
    """Return the size of the log in bytes; 0 if there is none."""
    try:
        return (folder / FILE_NAME).stat().st_size
    except FileNotFoundError:
        return 0


def _whole_lines(path: Path, since: int):
    try:
        lines = path.open("rb")
    except FileNotFoundError:
        return
    with lines:
        lines.seek(since)
        for line in lines:
            if not line.endswith(b"\n"):
                return
            yield since, line
            since += len(line)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
