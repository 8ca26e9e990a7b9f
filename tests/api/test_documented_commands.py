"""
Every command of the documentation for platforms, as it stands there, in one shell per page.

Waiting is cut short: `sleep` has the worker and the simulated bank do what there is to do. What a page shows as the end of
their output is compared with it.
"""

import os
import re
import subprocess
import threading
import time

import pytest
from django.conf import settings

from apps.core.permissions import SYSTEM
from apps.core.queue import run_all_jobs
from apps.events.signing import new_secret, sign
from apps.sandbox import bank
from apps.sandbox.operations import open_sandbox
from tests import factories

DOCS = settings.BASE_DIR / "docs"
PAGES = [DOCS / "api.md", *sorted((DOCS / "integrate").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n((?: {4}\S[^\n]*\n)+))?", re.MULTILINE | re.DOTALL)
ASSIGNED = re.compile(r"^export (API|KEY)=.*$", re.MULTILINE)
MARK = "=== end of a block ==="
REFUSED_ON_PURPOSE = ("with-faults", "recipients/check")
"""Commands that show what a refusal looks like have this in them."""
SLEEP = """#!/bin/sh
touch "$STEPS/asked"
until rm "$STEPS/done" 2>/dev/null; do command -p sleep 0.05; done
"""


def blocks(page):
    """Return (commands, output that the page shows after them or None) of each block of a page."""
    return [(commands, shown) for commands, shown in BLOCK.findall(page.read_text(encoding="utf-8"))]


WITH_COMMANDS = [page for page in PAGES if blocks(page)]


@pytest.mark.slow
@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda document: document.name)
def test_commands_do_what_the_page_says(document, site, tmp_path, settings):
    """Some seconds each: a server, a shell, and what the worker has to do meanwhile."""
    settings.BANK_FOLDER = tmp_path / "bank"
    factories.watchlist(tmp_path)
    sandbox = open_sandbox("Documented market", by=SYSTEM)
    factories.person("approver"), factories.person("approver")
    factories.policy((100_000, 0), (None, 2), platform=sandbox.partner)
    outputs = run([commands for commands, _ in blocks(document)], site, sandbox.token, tmp_path)
    for (commands, shown), output in zip(blocks(document), outputs, strict=True):
        if not any(word in commands for word in REFUSED_ON_PURPOSE):
            assert "/problems/" not in output, output
        if shown and "…" not in shown and "awaiting_funds |" not in shown:
            wanted = [line.strip() for line in shown.strip().splitlines()]
            assert output.strip().splitlines()[-len(wanted) :] == wanted, commands


def run(pieces, site, token, folder):
    """Run the pieces in one shell; return what each printed."""
    (folder / "bin").mkdir()
    (folder / "bin" / "sleep").write_text(SLEEP)
    (folder / "bin" / "sleep").chmod(0o755)
    script = f"\necho; echo '{MARK}'\n".join(ASSIGNED.sub("", piece) for piece in pieces)
    environment = os.environ | {
        "API": f"{site}/api/v1",
        "KEY": token,
        "STEPS": str(folder),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }
    shell = subprocess.Popen(
        ["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    printed = []
    reader = threading.Thread(target=lambda: printed.append(shell.stdout.read()), daemon=True)
    reader.start()
    while shell.poll() is None:
        time.sleep(0.02)
        if (folder / "asked").exists():
            (folder / "asked").unlink()
            for _ in range(3):
                bank.work()
                run_all_jobs()
            (folder / "done").touch()
    reader.join(10)
    assert shell.returncode == 0, printed
    return printed[0].split(f"{MARK}\n")


def test_python_of_the_documentation_runs():
    """The receivers compile; the check without a library tells genuine messages from others."""
    pieces = re.findall(
        r"^```python\n(.*?)^```", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    names = {}
    for piece in pieces:
        code = compile(piece, "docs/api.md", "exec")
        if "def is_genuine" in piece:
            exec(code, names)  # noqa: S102  what the page tells people to run
    secret, now = new_secret(), int(time.time())
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(now)}
    headers["webhook-signature"] = sign("evt_1", now, b"{}", secrets=[secret])
    assert names["is_genuine"](secret, headers, b"{}")
    assert not names["is_genuine"](secret, headers, b"{} ")
    assert not names["is_genuine"](new_secret(), headers, b"{}")
    assert not names["is_genuine"](secret, {**headers, "webhook-timestamp": str(now - 301)}, b"{}")
