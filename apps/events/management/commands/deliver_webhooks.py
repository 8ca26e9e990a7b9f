import asyncio
import signal

from django.core.management.base import BaseCommand

from apps.events.dispatcher import CONNECTIONS, Dispatcher


class Command(BaseCommand):
    help = "Deliver webhooks until told to stop (SIGTERM or Ctrl+C); what is in the air then still lands."

    def add_arguments(self, parser):
        parser.add_argument("--connections", type=int, default=CONNECTIONS, help="requests in the air at most")
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing is due")

    def handle(self, *, connections, until_idle, **options):
        delivered = asyncio.run(_run(connections, until_idle))
        self.stdout.write(f"{delivered} delivered.")


async def _run(connections, until_idle):
    dispatcher = Dispatcher(connections=connections)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, dispatcher.stop)
    await dispatcher.run(until_idle=until_idle)
    return dispatcher.delivered
