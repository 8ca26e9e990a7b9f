"""What rails do in the background: tell banks about sealed files, and collect what banks have answered."""

import logging

from apps.core.errors import DomainError
from apps.core.queue import job
from apps.rails import operations
from apps.rails.models import PaymentFile

logger = logging.getLogger(__name__)


@job
def hand_over_files():
    """Hand over every sealed file, and those whose worker died on the way."""
    for file_id in PaymentFile.objects.to_hand_over().values_list("pk", flat=True):
        try:
            operations.hand_over(file_id)
        except (DomainError, OSError) as error:
            # The file carries the reason (`problem`), so the others need not wait for it.
            logger.warning("file %s was not handed over: %s", file_id, error)


@job
def collect_reports():
    """Store the status reports that banks have left."""
    operations.receive_reports()
