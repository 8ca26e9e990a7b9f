"""What the worker does about webhooks besides sending them."""

from apps.core.queue import job
from apps.events import operations


@job
def send_heartbeats():
    """Send heartbeats to the endpoints that have asked for them, once an hour however often this is nudged."""
    operations.send_heartbeats()
