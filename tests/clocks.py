"""Moving the business clock of a sandbox bank account."""

from datetime import timedelta


def advance(account, by: timedelta):
    """Let so much time pass on the account's own clock."""
    account.clock_offset_seconds += int(by.total_seconds()) + 1
    account.save(update_fields=["clock_offset_seconds"])


def reach_cut_off(account, payouts):
    """Put the account's clock just behind the cut-off of the payouts."""
    advance(account, max(payout.cut_off_at for payout in payouts) - account.business_now() + timedelta(seconds=1))
