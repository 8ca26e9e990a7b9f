"""
Exchanging files with a bank through a folder.

`to_bank` is what the bank picks up and moves to `to_bank/archive`; `from_bank` is what it leaves for us, which moves to
`from_bank/read` once it is stored. A file appears under its name complete or not at all, and never over another one.
"""

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path

from apps.core.xml import MAX_BYTES

_UNFINISHED = (".part", ".tmp", ".filepart")


class NameTaken(Exception):
    """Another file of this name lies in the folder or its archive."""


class TooLate(Exception):
    """The time in which this worker may hand the file over has passed; nothing was handed over."""


def prepare(folder: Path) -> None:
    """Make the folder with its parts."""
    for part in ("to_bank/archive", "from_bank/read"):
        (folder / part).mkdir(parents=True, exist_ok=True)


def place(folder: Path, name: str, content: bytes, *, deadline: float) -> bool:
    """
    Hand a file to the bank exactly once, however often this is called; tell whether this call did it.

    :param deadline: value of `time.monotonic` after which nothing may be handed over any more.
    :raises NameTaken: if other bytes lie there under the name.
    :raises TooLate: if the deadline passed before the file could appear.
    """
    prepare(folder)
    to_bank = folder / "to_bank"
    remove_leftovers(folder, name)
    if _lies_there(folder, name, content):
        return False
    temporary = _write_beside(to_bank, name, content)
    try:
        if time.monotonic() > deadline:
            raise TooLate(name)
        try:
            os.link(temporary, to_bank / name)
        except FileExistsError:
            if _lies_there(folder, name, content):
                return False
            raise
    finally:
        temporary.unlink(missing_ok=True)
    _sync_directory(to_bank)
    return True


def remove_leftovers(folder: Path, name: str) -> None:
    """Remove what a worker that died left of a file beside its place."""
    for leftover in (folder / "to_bank").glob(f".{name}.*.part"):
        leftover.unlink(missing_ok=True)


def handed_over(folder: Path) -> list[Path]:
    """Return the files that were ever handed to the bank and still lie here, taken by it or not, by name."""
    files = {}
    for part in (folder / "to_bank", folder / "to_bank" / "archive"):  # the bank moves files in that direction
        if part.is_dir():
            files |= {path.name: path for path in part.iterdir() if path.is_file() and not path.name.startswith(".")}
    return [files[name] for name in sorted(files)]


def incoming(folder: Path) -> list[Path]:
    """Return the complete files that the bank has left, by name. Links, folders and unfinished files are left alone."""
    try:
        with os.scandir(folder / "from_bank") as entries:
            names = [
                entry.name
                for entry in entries
                if entry.is_file(follow_symlinks=False)
                and not entry.name.startswith(".")
                and not entry.name.endswith(_UNFINISHED)
            ]
    except FileNotFoundError:
        return []
    return [folder / "from_bank" / name for name in sorted(names)]


def may_hold_files(folder: Path) -> bool:
    """Tell whether `incoming` might find something: whoever looks after many accounts passes the others by."""
    try:
        with os.scandir(folder / "from_bank") as entries:
            return any(not entry.name.startswith(".") and entry.name not in ("read", "refused") for entry in entries)
    except FileNotFoundError:
        return False
    except OSError:  # whoever reads the folder says so
        return True


def read(path: Path) -> bytes | None:
    """Return the bytes, at most one more than may be read as XML; None if another worker has moved the file away."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None


def put_away(path: Path) -> None:
    """Move a file that is stored from `from_bank` to `from_bank/read`. A namesake there stays what it is."""
    read_folder = path.parent / "read"
    read_folder.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):  # another worker has done it
        target = read_folder / path.name
        try:
            os.link(path, target)
        except FileExistsError:
            digest = _digest(path)
            if _digest(target) != digest:
                with contextlib.suppress(FileExistsError):
                    os.link(path, read_folder / f"{digest[:16]}-{path.name}")
        path.unlink()
    _sync_directory(read_folder)


def _lies_there(folder: Path, name: str, content: bytes) -> bool:
    # The folder before its archive: the bank moves files in that direction, so none is missed in between.
    for place_of_file in (folder / "to_bank" / name, folder / "to_bank" / "archive" / name):
        try:
            found = _digest(place_of_file)
        except FileNotFoundError:
            continue
        if found != hashlib.sha256(content).hexdigest():
            raise NameTaken(str(place_of_file))
        return True
    return False


def _write_beside(to_bank: Path, name: str, content: bytes) -> Path:
    descriptor, path = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=to_bank)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fchmod(descriptor, 0o640)
        os.fsync(descriptor)
    return Path(path)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
