"""
Node.js and the npm packages that the TypeScript client is generated, built and tried with.

Node.js is the machine's own or, where it has none, the one that Playwright brings for the browser tests. The packages are
those of `package-lock.json`, each checked against the digest that stands there; none runs a script when it is installed.
"""

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "typescript"
LOCK = FOLDER / "package-lock.json"
PACKAGES = FOLDER / "node_modules"
READY = PACKAGES / ".ready"
OLDEST = 20
REGISTRY = "https://registry.npmjs.org"


@cache
def program() -> str:
    """
    Return the path of a Node.js that is new enough.

    :raises FileNotFoundError: if there is none.
    """
    for path in (shutil.which("node"), _playwrights()):
        if path and os.access(path, os.X_OK) and _major(path) >= OLDEST:
            return path
    raise FileNotFoundError(f"There is no Node.js {OLDEST} or newer.")


def is_ready() -> bool:
    """Tell whether the packages of the lock file are there."""
    return READY.exists() and READY.read_text() == _state()


def install() -> None:
    """
    Have the packages of the lock file, through npm where the machine has it, since npm knows of mirrors and proxies.

    :raises OSError: if the registry cannot be reached.
    :raises ValueError: if a package is not what was published.
    """
    if is_ready():
        return
    print("Fetching the npm packages of the TypeScript client")
    shutil.rmtree(PACKAGES, ignore_errors=True)
    if shutil.which("npm"):
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        try:
            subprocess.run(command, cwd=FOLDER, check=True, timeout=300)
        except subprocess.SubprocessError as error:
            raise OSError(str(error)) from None
    else:
        locked = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(_fetch, *zip(*((path, one) for path, one in locked.items() if path), strict=True)))
    READY.write_text(_state())


def _fetch(path, locked) -> None:
    name = path.rpartition("node_modules/")[2]
    address = f"{REGISTRY}/{name}/-/{name.rpartition('/')[2]}-{locked['version']}.tgz"
    with urllib.request.urlopen(address, timeout=60) as answer:
        archive = answer.read()
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if digest != locked["integrity"]:
        raise ValueError(f"{address} is not what was published.")
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        for member in package.getmembers():
            place = FOLDER / path / Path(*Path(member.name).parts[1:])
            if member.isfile() and ".." not in place.parts:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(package.extractfile(member).read())


def _state() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _major(path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.strip().removeprefix("v").partition(".")[0] or 0)


def _playwrights() -> str | None:
    try:
        from playwright._impl._driver import compute_driver_executable
    except ImportError:
        return None
    return compute_driver_executable()[0]


if __name__ == "__main__":
    try:
        install()
    except (OSError, ValueError) as error:
        sys.exit(f"The npm packages could not be fetched: {error}")
