"""Setting the stage: people, the platform with its key, the watchlist. Doing it again changes nothing that is there."""

import contextlib
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from apps.core.permissions import SYSTEM
from apps.partners.authentication import key_for
from apps.partners.models import Mode, Partner
from apps.sandbox.operations import open_sandbox, sandbox_account
from apps.sandbox.story.cast import BANDS
from apps.sandbox.story.memory import write_whole
from apps.sandbox.story.people import PEOPLE
from apps.users.models import User

PLATFORM = "Demo Marketplace"
_DATA = Path(__file__).resolve().parent.parent / "demo_data"


class CannotPrepare(Exception):
    """This portal is not one in which a demo belongs."""


@dataclass(frozen=True)
class Stage:
    """What the story needs to know; it reads nothing else of the portal but what HTTP and the bank's folder show."""

    base: str
    platform: str
    token: str
    bank_account: str
    bank_folder: str
    receiver_port: int

    def save(self, folder: Path) -> None:
        write_whole(folder / "stage.json", json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, folder: Path):
        return cls(**json.loads((folder / "stage.json").read_text()))


def prepare(folder: Path, *, base: str, receiver_port: int) -> Stage:
    """
    Have everything that the story needs, and keep it in the folder.

    :raises CannotPrepare: if the portal is live, or pays for a live platform.
    """
    if settings.LIVE or Partner.objects.filter(mode=Mode.LIVE).exists():
        raise CannotPrepare("This portal pays with real money. The demo runs on one of its own: set PORTAL_HOME.")
    for person in PEOPLE:
        if not User.objects.filter(email=person.email).exists():
            _add(person)
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("load_watchlist", *[str(_DATA / f"{name}.csv") for name in ("sdn", "alt", "add")])
    partner, token = _platform(folder)
    account = sandbox_account(partner)
    stage = Stage(base, partner.public_id, token, account.public_id, str(account.path), receiver_port)
    stage.save(folder)
    return stage


def _add(person) -> None:
    os.environ["PERSON_PASSWORD"] = person.password
    try:
        roles = [f"--role={role}" for role in person.roles]
        call_command("create_person", person.email, f"--name={person.name}", "--demo", *roles, stdout=io.StringIO())
    finally:
        del os.environ["PERSON_PASSWORD"]


def _platform(folder: Path):
    """Return the demo's platform and a token for it that works."""
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError):
        known = Stage.load(folder)
        key = key_for(known.token)
        if key and key.partner.public_id == known.platform:
            return key.partner, known.token
    name, taken = PLATFORM, Partner.objects.filter(name__startswith=PLATFORM).count()
    sandbox = open_sandbox(name if not taken else f"{name} {taken + 1}", bands=BANDS, by=SYSTEM)
    return sandbox.partner, sandbox.token
