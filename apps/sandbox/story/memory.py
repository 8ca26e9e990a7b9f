"""What the story must not forget when its process dies: small facts in one file."""

import json
import os
from pathlib import Path


class Memory:
    """A dictionary on disk; every change is there before `once` returns."""

    def __init__(self, path: Path):
        self.path = path
        self.facts = json.loads(path.read_text()) if path.exists() else {}

    def once(self, name, make):
        """Return what is remembered under the name; the first time, `make()` it and remember."""
        if name not in self.facts:
            self.keep(**{name: make()})
        return self.facts[name]

    def keep(self, **facts):
        """Remember these facts, in place of what was known under their names."""
        self.facts |= facts
        write_whole(self.path, json.dumps(self.facts, indent=1))

    def forget(self):
        """Begin with nothing."""
        self.facts = {}
        self.path.unlink(missing_ok=True)


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file in one go: readers see the former text or this one, also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
