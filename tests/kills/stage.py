"""What is there before a storm begins: a fresh database, a watchlist, a platform with a key, and what its bank promises."""

import random
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from apps.core.permissions import SYSTEM
from apps.rails.models import BankAccount
from apps.sandbox.instant.behavior import USUAL_TERMS
from apps.sandbox.operations import change_reporting, open_sandbox
from apps.users.operations import create_person
from tests import database, factories
from tests.kills.surroundings import free_ports

QUICK = replace(USUAL_TERMS, longest_call_seconds=2, visibility_seconds=2, longest_processing_seconds=20)
"""A worker's lease on a call is two seconds longer than the call may take."""

TERMS = {
    "checks for ever": QUICK,
    "checks for an hour": replace(
        QUICK, duplicate_check="window", duplicate_window_seconds=3600, remembers_refusals=False
    ),
    "checks nothing": replace(QUICK, duplicate_check="none", remembers_refusals=False),
}


@dataclass(frozen=True)
class Stage:
    """Where everything of a storm is."""

    folder: Path
    seed: int
    terms: str
    web_port: int
    instant_port: int
    receiver_port: int
    token: str
    partner_id: object
    bank_account_id: object

    @property
    def notes(self) -> Path:
        return self.folder / "notes.jsonl"

    def for_platform(self) -> dict:
        return {"port": self.web_port, "token": self.token, "notes": str(self.notes), "seed": self.seed}


def set_stage(folder: Path, seed: int) -> Stage:
    """Have a fresh database and folder for a storm, and its people and platform in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings.CLUSTER.start()
    database.prepare()
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["redoc"])
    factories.watchlist(folder)
    for role in ("operator", "approver", "treasurer", "compliance_officer"):
        create_person(f"{role}@example.test", role.replace("_", " ").title(), by=SYSTEM, roles=[role])
    sandbox = open_sandbox("Storm", bands=[{"up_to": None, "approvals": 0}], by=SYSTEM)
    chance = random.Random(seed)
    terms = chance.choice(sorted(TERMS))
    change_reporting(sandbox.bank_account.pk, statement_version=chance.choice(("08", "02")), by=SYSTEM)
    web_port, instant_port, receiver_port = free_ports(3)
    record = {"url": f"http://127.0.0.1:{instant_port}", "protocol": asdict(TERMS[terms])}
    BankAccount.objects.filter(pk=sandbox.bank_account.pk).update(instant=record)
    return Stage(
        folder=folder,
        seed=seed,
        terms=terms,
        web_port=web_port,
        instant_port=instant_port,
        receiver_port=receiver_port,
        token=sandbox.token,
        partner_id=sandbox.partner.pk,
        bank_account_id=sandbox.bank_account.pk,
    )


def only_watch() -> None:
    """From now on this process looks at the database, but never starts it: that is for those which are tried."""
    connections.close_all()
    for connection in connections.all():
        connection.settings_dict |= {"CLUSTER": None, "HOST": str(settings.CLUSTER.socket_folder), "CONN_MAX_AGE": 0}
