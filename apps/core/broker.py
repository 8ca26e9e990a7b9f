"""How the queue fetches nudges from the portal's own database, which may go away and come back."""

import logging
from time import sleep

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django_q.brokers.orm import ORM

from apps.core.statements import send

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 0.5


class Nudges(ORM):
    """django-q2's own broker, but for what happens while the database is away; and nobody waits for a nudge to be noted."""

    def enqueue(self, task) -> None:
        """Note a nudge, in the caller's transaction if there is one."""
        send(
            "INSERT INTO django_q_ormq (key, payload, lock) VALUES (%s, %s, %s)", [self.list_key, task, timezone.now()]
        )

    def dequeue(self):
        """Fetch nudges; without a database fetch none for a moment, where the library would end its process after ten seconds."""
        try:
            return super().dequeue()
        except (InterfaceError, OperationalError) as error:
            log.warning("No nudges are fetched, the database is away: %s", str(error).strip().split("\n")[0])
            connection.close()
            sleep(RECONNECT_SECONDS)
            return None
