"""
Batches in two steps: what would come of a file, and then, by its hash, that it may come.

A plan is a thing of its own and no state of a batch: most of what is planned again and again, while a file is mended, never
becomes one. `/batches` stays what it is, one request for up to a thousand payouts that are wanted at once.
"""

from django.db.models import Q

from apps.api.doors import Door, endpoint, own
from apps.api.pagination import PagedQuery, Query, page
from apps.core.shapes.fields import Choice, Text
from apps.core.shapes.objects import Object
from apps.payouts import operations as payouts
from apps.payouts.models import Plan, PlanRow
from apps.payouts.plans.representation import represent_plan, represent_row

FILES = {
    "application/x-ndjson": "jsonl",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""The media types of a file of payouts, and the format that each says it is."""

COMMIT = Object(
    "BatchPlanCommit",
    example={"plan_hash": "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592", "mode": "valid_rows"},
    plan_hash=Text("The `plan_hash` of the plan that you saw.", max_length=64),
    mode=Choice(*Plan.Mode.values, help_text="Every row or none, or those that are valid."),
)
NOTHING = Object("BatchPlanCancellation")

_SHOWN = {
    "valid": Q(faults=[], repeats=[]),
    "faulty": ~Q(faults=[], repeats=[]),
    "created": Q(status="created"),
    "refused": Q(status="refused"),
}


class BatchPlans(Door):
    @endpoint("listBatchPlans", "List plans of batches", permission="payouts.view_payout", answer="BatchPlanList",
              query=PagedQuery(status=Choice(*Plan.Status.values, required=False)))  # fmt: skip
    def get(self, request, query):
        """The newest first."""
        rows = Plan.objects.filter(partner_id=request.partner.pk).select_related("batch")
        rows = rows.filter(status=query["status"]) if query["status"] else rows
        return page(request, rows, query, lambda plans: [represent_plan(plan) for plan in plans])

    @endpoint("createBatchPlan", "Plan a batch from a file", permission="payouts.create_payout", answer="BatchPlan",
              status=201, files=FILES, query=Query(
                  reference=Text("Your own name for the batch, unique among your batches.", max_length=64),
                  file_name=Text("How you know the file.", max_length=120, required=False),
              ),
              shows={"status": "reading", "plan_hash": None, "totals": []})  # fmt: skip
    def post(self, request, query, file, declared):
        """
        Send up to 100,000 payouts as JSON lines (each a `NewPayout`; a known recipient also as `{"reference": …}`), CSV or
        XLSX. The file is read in the background: the plan is `reading`, then `planned`, and an event tells of it. Nothing is
        paid until the plan is committed. A table's first row names its columns, best by the member each holds, such as
        `amount` or `recipient/method/iban`.
        """
        plan = payouts.create_plan(
            request.partner.pk, query["reference"], file,
            by=request.user, file_name=query["file_name"] or "", declared=declared,
        )  # fmt: skip
        return represent_plan(plan)


class OneBatchPlan(Door):
    @endpoint("retrieveBatchPlan", "Retrieve a plan", permission="payouts.view_payout", answer="BatchPlan")
    def get(self, request, query, id):
        """What would come of the file as a whole, or how far it is committed."""
        return represent_plan(own(Plan.objects.select_related("batch"), request.partner, id))


class BatchPlanRows(Door):
    @endpoint("listBatchPlanRows", "List the rows of a plan", permission="payouts.view_payout", answer="BatchPlanRowList",
              query=PagedQuery(show=Choice(*_SHOWN, help_text="Only rows such as these.", required=False)))  # fmt: skip
    def get(self, request, query, id):
        """In the order of the file: what would come of each, what is wrong with it, and which payout came of it."""
        plan = own(Plan.objects, request.partner, id)
        rows = PlanRow.objects.filter(plan=plan).select_related("payout")
        rows = rows.filter(_SHOWN[query["show"]]) if query["show"] else rows
        return page(request, rows, query, lambda found: [represent_row(row, plan) for row in found], newest_first=False)


class BatchPlanCommit(Door):
    @endpoint("commitBatchPlan", "Commit a plan", permission="payouts.create_payout", answer="BatchPlan", status=202,
              body=COMMIT, key_required=True,
              shows={"status": "committing", "mode": "valid_rows"})  # fmt: skip
    def post(self, request, document, id):
        """
        Payouts are made in the background, once, however often this is asked. If anything that the plan promised is
        otherwise by then, none is made: the plan is `planned` again, with another `plan_hash` and with `changes`.
        """
        plan = own(Plan.objects, request.partner, id)
        plan = payouts.commit_plan(plan.pk, by=request.user, plan_hash=document["plan_hash"], mode=document["mode"])
        return represent_plan(plan)


class BatchPlanCancellation(Door):
    @endpoint("cancelBatchPlan", "Cancel a plan", permission="payouts.create_payout", answer="BatchPlan", body=NOTHING,
              body_optional=True,
              shows={"status": "cancelled"})  # fmt: skip
    def post(self, request, document, id):
        """Works until it is committed. The file may then be sent again."""
        plan = own(Plan.objects, request.partner, id)
        return represent_plan(payouts.cancel_plan(plan.pk, by=request.user))
