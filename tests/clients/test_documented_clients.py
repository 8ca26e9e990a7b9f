"""Every block of code of `docs/integrate/clients.md`, put together to one program per language, checked and run."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.events.signing import new_secret, sign
from clients import node

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "integrate" / "clients.md").read_text(encoding="utf-8")
SECRET = new_secret()
EVENT = {"id": "evt_1", "type": "payout.paid", "created_at": "2026-11-30T09:15:00Z", "sequence": 1, "subject": "po_1"}
BODY = json.dumps({**EVENT, "data": {}})

pytestmark = pytest.mark.slow
"""Each checks types, commits, and serves the portal."""


def program(language) -> str:
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def message() -> dict:
    now = int(time.time())
    signature = sign("evt_1", now, BODY.encode(), secrets=[SECRET])
    return {"webhook-id": "evt_1", "webhook-timestamp": str(now), "webhook-signature": signature}


def run(*command, folder, **environment) -> list[str]:
    """Return the lines that a program printed."""
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.splitlines()


def test_python(shop, tmp_path):
    script = tmp_path / "page.py"
    receiving = f"for body in ({BODY!r}, '{{}}'):\n    print(receive(body.encode(), {message()!r}, [{SECRET!r}]))\n"
    script.write_text(program("python") + receiving, encoding="utf-8")
    cache = ROOT / ".mypy_cache"
    client = str(ROOT / "clients" / "python")
    run(sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, script, folder=tmp_path, MYPYPATH=client)
    assert run(
        sys.executable, script, folder=tmp_path, PYTHONPATH=client, PAYOUTS_KEY=shop.token, PAYOUTS_API=shop.api
    ) == [
        "scheduled 12550",
        "9987450 EUR",
        "INV-2026-0815 Ada Muster",
        "/amount too-many-decimals",
        "evt_1 payout.paid po_1",
        "204",
        "400",
    ]


def test_typescript(typescript, shop, tmp_path):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "payouts-client").symlink_to(typescript)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    options = json.loads((typescript / "tsconfig.json").read_text(encoding="utf-8"))["compilerOptions"]
    for own in ("incremental", "tsBuildInfoFile", "rootDir", "outDir", "declaration"):
        del options[own]
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["page.ts"]}))
    receiving = f"""
for (const body of [{json.dumps(BODY)}, "{{}}"]) {{
  const request = new Request("http://platform.example", {{ method: "POST", body, headers: {json.dumps(message())} }});
  console.log((await receive(request, [{json.dumps(SECRET)}])).status);
}}
declare const process: {{ env: Record<string, string | undefined> }};
"""
    (tmp_path / "page.ts").write_text(program("ts") + receiving, encoding="utf-8")
    run(node.program(), node.PACKAGES / "typescript" / "bin" / "tsc", "--project", tmp_path, folder=tmp_path)
    assert run(node.program(), "page.js", folder=tmp_path, PAYOUTS_KEY=shop.token, PAYOUTS_API=shop.api) == [
        "scheduled 12550",
        "INV-2026-0816 Ada Muster",
        "/amount too-many-decimals",
        "evt_1 payout.paid po_1",
        "204",
        "400",
    ]
