import fcntl
import os
import socket
import sys
from contextlib import closing

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.supervisor import Child, manage, run_children
from apps.sandbox.story.people import PEOPLE
from apps.sandbox.story.prepare import CannotPrepare, Stage, prepare
from apps.users.roles import ROLES

_TOLD = 0
_SURROUNDINGS = {
    "DEMO": "true",
    "PORTAL_INSECURE_HTTP": "true",
    "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
    "SWEEP_SECONDS": "2",
}


class Command(BaseCommand):
    help = "Start the portal with invented people and a simulated bank, tell its story and check every promise of it."

    def add_arguments(self, parser):
        parser.add_argument("--exit", action="store_true", help="end after the story: 0 if it is true, else 1 and why")

    def handle(self, *, exit, **options):
        folder = settings.PORTAL_HOME / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError("A demo is running already in this checkout.") from None
            port = _free_port(settings.PORT)
            self.stdout.write("Preparing database, people and platform …")
            self.stdout.flush()
            stage = self.set_stage(folder, port)
            for former in ("story.json", "summary.json"):
                (folder / former).unlink(missing_ok=True)
            self.run(stage, folder, port, ends=exit)

    def set_stage(self, folder, port) -> Stage:
        call_command("setup", verbosity=0, stdout=self.stdout)
        try:
            return prepare(folder, base=f"http://127.0.0.1:{port}", receiver_port=_free_port(port + 1, or_any=True))
        except (CannotPrepare, DomainError) as refusal:
            raise CommandError(str(refusal)) from refusal

    def run(self, stage, folder, port, *, ends):
        """Keep every process running and the story told, until Ctrl-C or, with `ends`, until it is told."""
        surroundings = {name: os.environ.get(name, value) for name, value in _SURROUNDINGS.items()}
        web = [sys.executable, "-m", "gunicorn", "payouts_portal.wsgi", "--bind", f"127.0.0.1:{port}"]
        web += ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning"]
        receiver = [sys.executable, "-m", "apps.sandbox.story.receiver", str(stage.receiver_port), str(folder)]
        instant_port = _free_port(settings.SANDBOX_INSTANT_PORT, or_any=True)
        commands = {
            "web": web,
            "worker": manage("worker"),
            "sandbox-bank": manage("sandbox_bank"),
            "sandbox-instant-bank": manage("sandbox_instant_bank", "--port", str(instant_port)),
            "webhook-receiver": receiver,
        }
        children = [
            Child(name, command, log_file=folder / f"{name}.log", **surroundings) for name, command in commands.items()
        ]
        story = Child("story", manage("demo_story", "--folder", str(folder)), **surroundings)
        ended = []

        def watch():
            if ended:
                return
            code = story.process.poll() if story.process else None
            if code is None or code < 0:  # not started, at work, or killed: then it goes on where it was
                story.keep_running()
                return
            ended.append(code)
            if ends or code != _TOLD:
                raise _Over
            self.introduce(stage)

        try:
            run_children(children, watch)
        except _Over:
            pass
        finally:
            story.stop(grace_seconds=1)
        if ended and ended != [_TOLD]:
            raise CommandError("The story did not come true; the reason stands above.")
        if ends and not ended:
            raise CommandError("It was stopped before the story was told.")
        if ends:
            self.introduce(stage)
            self.stdout.write("All of it has ended now; `make demo` keeps it running.")

    def introduce(self, stage):
        """Print what a newcomer needs to look around."""
        people = "\n".join(
            f"  {person.email:24} {person.password:36} {', '.join(ROLES[role].title for role in person.roles)}"
            for person in PEOPLE
        )
        self.stdout.write(
            f"\nEverything held. Details: {settings.PORTAL_HOME / 'demo' / 'summary.json'}\n\n"
            f"  Admin     {stage.base}/admin/\n"
            f"  API       {stage.base}/api/docs/\n\n"
            f"Sign in as one of\n{people}\n\n"
            f"API key of the demo platform (sandbox): {stage.token}\n"
            f"  curl -H 'Authorization: Bearer {stage.token}' {stage.base}/api/v1/balances\n"
        )
        self.stdout.flush()


class _Over(Exception):
    """The story has been told and nothing is to be kept running."""


def _free_port(wanted, *, or_any=False):
    """Return the port if nobody listens on it; else, with `or_any`, another one that is free."""
    for port in (wanted, 0) if or_any else (wanted,):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return probe.getsockname()[1]
    raise CommandError(f"Port {wanted} is taken by another program. Choose another one: PORT={wanted + 10} make demo")
