"""What rails do in the background: tell banks about sealed files, and collect what banks have answered."""

import logging

from apps.core.errors import DomainError
from apps.core.queue import each, job
from apps.rails import operations
from apps.rails.models import PaymentFile

logger = logging.getLogger(__name__)


@job
def hand_over_files():
    """Hand over every sealed file, and those whose worker died on the way."""
    each(PaymentFile.objects.to_hand_over().values_list("pk", flat=True), _hand_over)


def _hand_over(file_id):
    try:
        operations.hand_over(file_id)
    except (DomainError, OSError) as error:  # the file carries the reason, as its problem
        logger.warning("file %s was not handed over: %s", file_id, error)


@job
def collect_reports():
    """Store the status reports that banks have left."""
    operations.receive_reports()
