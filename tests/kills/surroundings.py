"""Settings and folders of a storm, which all its processes share through the environment."""

import os
import socket
from pathlib import Path

_FOREIGN = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "LIVE", "DEBUG", "DEMO")
"""What would lead a storm to another database, or come from the tests that start it."""


def surround(home: Path) -> Path:
    """Set the environment of a storm under `home`; return the folder that belongs to this storm alone."""
    folder = home / "storm"
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ |= {
        "PORTAL_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "tests.kills.settings",
        "DATABASE_NAME": "payouts_storm",
        "BANK_FOLDER": str(folder / "bank"),
        "EPOCH_FILE": str(folder / "epoch.json"),
        "EMBEDDED_DURABLE": "true",
        "PORTAL_INSECURE_HTTP": "true",
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "WORKERS": "2",
        "SWEEP_SECONDS": os.environ.get("SWEEP_SECONDS", "2"),
        "LOG_LEVEL": "WARNING",
    }
    return folder


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
