from collections import Counter

from django.db.models import Count

from apps.api.doors import Door, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.parsers import MAX_BATCH_BODY_BYTES
from apps.api.v1.payouts import represent_payouts
from apps.core.money import format_amount
from apps.core.shapes.faults import fault
from apps.core.shapes.fields import Text
from apps.payouts import operations as payouts
from apps.payouts.models import Batch, Payout
from apps.payouts.representation import represent_batch
from apps.payouts.shapes import NEW_BATCH, check_payouts, payout_draft


def check_batch(request, document, faults):
    """Note what no single field of a batch can see: days, and whether it is what the sender meant to send."""
    items = document["payouts"] if document and document.get("payouts") else []
    check_payouts(request.partner, items, [f"/payouts/{position}" for position in range(len(items))], faults)
    if not faults:
        _check_control_sums(document, items, faults)


class Batches(Door):
    @endpoint("listBatches", "List batches", permission="payouts.view_payout", answer="BatchList",
              query=PagedQuery(
                  reference=Text("Your own name for the batch.", max_length=64, required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """The newest first. How many of its payouts are in each status is said by the single batch."""
        rows = Batch.objects.filter(partner_id=request.partner.pk)
        rows = rows.filter(reference=query["reference"]) if query["reference"] is not None else rows
        return page(request, rows, query, lambda found: [represent_batch(batch) for batch in found])

    @endpoint("createBatch", "Create a batch of payouts", permission="payouts.create_payout", answer="Batch",
              status=201, body=NEW_BATCH, check=check_batch, key_required=True,
              max_body_bytes=MAX_BATCH_BODY_BYTES)  # fmt: skip
    def post(self, request, document):
        """All payouts are created or none; a refusal names every fault of every payout."""
        drafts = [payout_draft(item) for item in document["payouts"]]
        batch, created = payouts.create_batch(request.partner.pk, document["reference"], drafts, by=request.user)
        return represent_batch(batch, dict(Counter(str(payout.status) for payout in created)))


class OneBatch(Door):
    @endpoint("retrieveBatch", "Retrieve a batch", permission="payouts.view_payout", answer="Batch")
    def get(self, request, query, id):
        """With the number of its payouts in each status."""
        batch = own(Batch.objects, request.partner, id)
        counted = Payout.objects.filter(batch=batch).order_by().values_list("status").annotate(number=Count("pk"))
        return represent_batch(batch, dict(counted))


class BatchItems(Door):
    @endpoint("listBatchPayouts", "List a batch's payouts", permission="payouts.view_payout", answer="PayoutList",
              query=PagedQuery())  # fmt: skip
    def get(self, request, query, id):
        """In the order in which they were sent."""
        batch = own(Batch.objects, request.partner, id)
        rows = Payout.objects.with_facts().filter(batch=batch)
        return page(request, rows, query, represent_payouts, newest_first=False)


def _check_control_sums(document, items, faults):
    count, totals = document["count"], document["totals"]
    if count is not None and count != len(items):
        fault(faults, "/count", "control-sum-mismatch", f"There are {len(items)} payouts.")
    if totals is None:
        return
    sums = Counter()
    for item in items:
        sums[item["currency"]] += item["amount"]
    for currency in sorted(sums.keys() | totals.keys()):
        if sums[currency] != totals.get(currency):
            detail = f"The payouts sum to {format_amount(sums[currency], currency)} {currency}."
            fault(faults, f"/totals/{currency}", "control-sum-mismatch", detail)
