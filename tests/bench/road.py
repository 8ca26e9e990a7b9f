"""So many payouts from created to paid and reconciled, in one process: `python -m tests.bench.road 10000`."""

import json
import os
import resource
import sys
import time
from contextlib import contextmanager


def main(size):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    print(json.dumps(pay(size)))


def pay(size):
    """Pay so many people in batches of 1,000; return seconds per step and the largest resident memory in MiB."""
    from apps.payouts.jobs import apply_reports, submit_due
    from apps.payouts.models import Payout
    from apps.payouts.operations import approve_payouts, create_batch
    from apps.rails.models import PaymentFile
    from apps.reconciliation.jobs import import_inbox
    from tests import factories
    from tests.bench.world import World, bank

    with bank():
        world, seconds = World(), {}
        maker = factories.key_of(world.partner)[0]
        batches = []

        @contextmanager
        def step(name):
            start = time.monotonic()
            yield
            seconds[name] = round(seconds.get(name, 0) + time.monotonic() - start, 3)

        for number in range(0, size, 1000):
            drafts = [factories.payout_draft(amount=10_000 + n % 50) for n in range(min(1000, size - number))]
            with step("create"):
                batch, payouts = create_batch(world.partner.pk, f"{world.partner.pk}-{number}"[:64], drafts, by=maker)
            batches.append(batch.pk)
            digests = {payout.pk: payout.digest for payout in payouts}
            with step("approve"):
                approve_payouts(list(digests), by=world.approver, digests=digests)
            cut_off_at = payouts[-1].cut_off_at
        mine = Payout.objects.filter(batch__in=batches)
        world.advance_to(cut_off_at)
        with step("submit"):
            submit_due()
        files = PaymentFile.objects.filter(bank_account=world.account, handed_over_at__isnull=False)
        wait = world.until(lambda: not files.filter(answered_at=None).exists(), apply_reports, "the bank's reports")
        with step("apply reports"):
            apply_reports()
        world.advance_a_day()
        paid = lambda: not mine.exclude(status="paid").exists()  # noqa: E731
        with step("import and match"):
            waited = world.until(paid, import_inbox, "the bank's statement")
        seconds["import and match"] = round(seconds["import and match"] - waited, 3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {
            "payouts": size,
            "seconds": round(sum(seconds.values()), 2),
            "steps": seconds,
            "waited_for_the_bank": round(wait + waited, 2),
            "peak_mib": round(peak),
        }


if __name__ == "__main__":
    main(int(sys.argv[1]))
