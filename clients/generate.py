"""
Make the generated part of both clients from the API's description: `make clients`.

Python's comes from openapi-python-client, with the templates beside it, TypeScript's from openapi-typescript. Both read
`description.seen_by_clients`. `generated.json` keeps a digest of what they were made from and of what was made, by which
a test tells, without making them again, that they are neither stale nor changed by hand.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import django

from clients import node

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "python" / "templates"
PYTHON = HERE / "python" / "payouts_client" / "generated"
TYPESCRIPT = HERE / "typescript" / "src" / "generated"
RECORD = HERE / "generated.json"
INITS_EXPORT = ["--config", 'lint.per-file-ignores = {"__init__.py" = ["F401"]}']
"""Ruff leaves what a package's own module imports, since others may want it."""
OPTIONS = {"literal_enums": True, "post_hooks": []}


def main():
    """Write both generated folders anew, and the record of what they are."""
    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder) / "openapi.json"
        description.write_bytes(source())
        write_python(description, PYTHON)
        write_typescript(description, TYPESCRIPT)
    RECORD.write_text(json.dumps(record(), indent=2) + "\n", encoding="utf-8")
    print(f"The clients are those of version {json.loads(source())['info']['version']}.")


def source() -> bytes:
    """Return the description that the clients are made from, as the code has it now."""
    from apps.api.openapi import document
    from clients.description import seen_by_clients

    return json.dumps(seen_by_clients(json.loads(document())), indent=1).encode()


def exponents() -> dict[str, int]:
    """Return the number of decimals of each currency, by its code."""
    from apps.core.money import currencies, exponent

    return {code: exponent(code) for code in currencies()}


def record() -> dict[str, str]:
    """Return digests of what is generated from, and by, and of what was made."""
    return {
        "from": _digest([source(), json.dumps(exponents()).encode()]),
        "by": _digest(path.read_bytes() for path in [*sorted(TEMPLATES.iterdir()), Path(__file__), node.LOCK]),
        "openapi-python-client": version("openapi-python-client"),
        "python": _digest_of_folder(PYTHON),
        "typescript": _digest_of_folder(TYPESCRIPT),
    }


def write_python(description: Path, folder: Path) -> None:
    """Write the types and operations of the Python client."""
    options = description.with_name("options.json")
    options.write_text(json.dumps(OPTIONS), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    _run(
        [sys.executable, "-c", "from openapi_python_client.cli import app; app()", "generate"],
        ["--path", description, "--config", options, "--custom-template-path", TEMPLATES],
        ["--output-path", folder, "--meta", "none", "--fail-on-warning"],
    )
    table = json.dumps(exponents(), indent=4)
    text = f'"""The decimals of each currency (ISO 4217)."""\n\nEXPONENTS = {table}\n'
    (folder / "currencies.py").write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    _run(ruff, ["check", "--isolated", "--quiet", "--select=I,F401", "--fix", *INITS_EXPORT, folder])
    _run(ruff, ["format", "--isolated", "--quiet", "--line-length=120", folder])


def write_typescript(description: Path, folder: Path) -> None:
    """Write the types of the TypeScript client."""
    folder.mkdir(parents=True, exist_ok=True)
    program = node.PACKAGES / "openapi-typescript" / "bin" / "cli.js"
    _run([node.program(), program, description, "--output", folder / "schema.ts", "--root-types"])
    text = (
        "/** The decimals of each currency (ISO 4217). */\n"
        f"export const EXPONENTS: Readonly<Record<string, number>> = {json.dumps(exponents(), indent=2)};\n\n"
        "/** The version of the API that all of this was generated from. */\n"
        f"export const VERSION = {json.dumps(json.loads(description.read_bytes())['info']['version'])};\n"
    )
    (folder / "facts.ts").write_text(text, encoding="utf-8")


def _run(*parts) -> None:
    command = [str(word) for part in parts for word in part]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{' '.join(command)}\n{ended.stdout}{ended.stderr}")


def _digest_of_folder(folder) -> str:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".ts"))
    return _digest(part for path in files for part in (str(path.relative_to(folder)).encode(), path.read_bytes()))


def _digest(parts) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payouts_portal.settings")
    django.setup()
    main()
