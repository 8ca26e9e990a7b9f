from datetime import timedelta

import pytest

from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, mark_handed_over, seal_files, start_due
from apps.rails.jobs import hand_over_files
from tests import factories


def send(platform, key, account, amounts):
    """Create payouts and bring them to the bank; return them as they are then."""
    drafts = [factories.payout_draft(amount=amount) for amount in amounts]
    payouts = create_payouts(platform.pk, drafts, by=key)
    ahead = max(payout.cut_off_at for payout in payouts) - account.business_now() + timedelta(seconds=2)
    if ahead > timedelta():
        account.clock_offset_seconds += int(ahead.total_seconds())
        account.save(update_fields=["clock_offset_seconds"])
    start_due()
    seal_files()
    hand_over_files()
    mark_handed_over()
    return list(Payout.objects.filter(pk__in=[payout.pk for payout in payouts]).order_by("pk"))


@pytest.fixture
def iban(bank_account):
    return bank_account.read_iban()


@pytest.fixture
def day(bank_account):
    return bank_account.business_today()


@pytest.fixture
def sent(platform, key, bank_account):
    """Three payouts that the bank has: 10.00, 20.00 and 30.00 EUR, in one file."""
    return send(platform, key, bank_account, [1000, 2000, 3000])
