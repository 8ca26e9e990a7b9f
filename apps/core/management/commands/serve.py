import os
import sys

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand

from apps.core.supervisor import Child, manage, run_children

WEB = [sys.executable, "-m", "gunicorn", "payouts_portal.wsgi", "--worker-class", "gthread"]
WEB += ["--forwarder-headers", ""]  # else a header of the request says where the portal's addresses begin


class Command(BaseCommand):
    help = "Serve the portal from this machine: web server, worker and, unless LIVE, the sandbox bank."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--web-processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *, host, port, web_processes, **options):
        web = [*WEB, "--bind", f"{host}:{port}", "--workers", str(web_processes), "--threads", "8"]
        web += ["--log-level", "warning"]
        children = [Child("web", web), Child("worker", manage("worker"))]
        if not settings.LIVE and "sandbox_bank" in get_commands():
            children.append(Child("sandbox bank", manage("sandbox_bank")))
            children.append(Child("sandbox instant bank", manage("sandbox_instant_bank")))
        self.stdout.write(f"http://{host}:{port}/ (Ctrl-C stops everything)")
        self.stdout.flush()
        run_children(children)
