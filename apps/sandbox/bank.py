"""One round of the simulated bank's work."""

import logging

from apps.core.errors import DomainError
from apps.rails.models import BankAccount
from apps.sandbox import day, folder
from apps.sandbox.instant import booking as instant

logger = logging.getLogger(__name__)


def work(stopping=lambda: False) -> None:
    """
    For every sandbox account: take what is in the inbox and what instant payments have moved, work through the days that have passed, deliver what is due.

    A file is taken before its day is closed, so a file that was in time stays in time.
    """
    for account in BankAccount.objects.active().filter(mode="sandbox").order_by("pk"):
        if stopping():
            return
        try:
            folder.collect(account)
            instant.take_over(account)
            day.work_through(account.pk)
            folder.deliver(account)
        except (DomainError, OSError) as error:
            logger.warning("the bank could not serve account %s: %s", account.public_id, error)
