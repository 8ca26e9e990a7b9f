"""Payouts as operations and pages load them: locked, with the facts that rules and representations read beside them."""

from django.db import models
from django.db.models import Q
from django.db.models.query import ModelIterable

from apps.core.database import LockingQuerySet, attach
from apps.core.seldom import seldom
from apps.core.statements import ask, rows_where
from apps.payouts.models.conflict import Conflict
from apps.payouts.models.hold import Hold
from apps.payouts.models.recall import RecallRequest
from apps.payouts.states import LEFT, State
from apps.rails.models import Stop
from apps.recipients.models import MethodChange

_SAVE_STATES = """
UPDATE payouts_payout AS p
   SET status = n.status, funding = n.funding, tracking = n.tracking, failure_code = n.failure_code,
       failure_reason = n.failure_reason, cut_off_at = n.cut_off_at, returned_from = n.returned_from,
       screening_id = n.screening_id, review_id = n.review_id,
       status_at = CASE WHEN p.status = n.status THEN p.status_at ELSE clock_timestamp() END
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::timestamptz[], %s::text[], %s::uuid[], %s::uuid[])
       AS n(id, was, status, funding, tracking, failure_code, failure_reason, cut_off_at, returned_from,
            screening_id, review_id)
 WHERE p.id = n.id AND p.status = n.was
RETURNING p.id, p.status_at
"""


def _stops_over_row():
    """Return the open stops over the payout of the query around this one."""
    return Stop.objects.open().over(
        partner=models.OuterRef("partner_id"),
        rail=models.OuterRef("rail"),
        bank_account=models.OuterRef("bank_account_id"),
        country=models.OuterRef("method_version__country"),
        recipient=models.OuterRef("recipient_id"),
    )


class _WithStops(ModelIterable):
    """
    Give each payout that is read the stops that cover it, and the change of account that it waits for.

    Both are few, and asked for once; changes only where a payout is made to an account that is not the first.
    """

    def __iter__(self):
        stops = changes = None
        for payout in super().__iter__():
            stops = list(Stop.objects.open()) if stops is None else stops
            payout.open_stops = payout.covered_by(stops)
            if payout.is_to_changed_account and changes is None:
                changes = {change.version_id: change for change in MethodChange.objects.open()}
            payout.open_change = changes.get(payout.method_version_id) if payout.is_to_changed_account else None
            yield payout


class PayoutQuerySet(LockingQuerySet):
    def with_facts(self):
        """
        Load what representation and explanation read, so that neither asks the database per row.

        One plain query per table: a join over all of them is planned badly while their statistics are young.
        """
        open_holds = models.Prefetch("holds", Hold.objects.open(), to_attr="open_holds")
        recalls = models.Prefetch("recalls", RecallRequest.objects.order_by("-pk"), to_attr="recalls_made")
        payouts = self.prefetch_related("partner", "bank_account", "approval", "review", open_holds, recalls)
        payouts._iterable_class = _WithStops
        return payouts

    def with_payees(self):
        """Load beside the facts whom the payouts pay, as pages for people show it."""
        return self.with_facts().prefetch_related("batch", "recipient", "recipient_version", "method_version__method")

    def lock(self, ids):
        """Lock the payouts in id order, with what the rules read beside them."""
        return self.with_facts_locked(super().lock(ids))

    def with_facts_locked(self, payouts):
        """Load the facts of rows that are locked already, and return these rows."""
        if not payouts:
            return payouts
        attach(payouts, "partner", "bank_account", "approval", "review")
        holds = {}
        open_holds = "WHERE payout_id = ANY(%s) AND lifted_at IS NULL ORDER BY id DESC"
        for hold in rows_where(Hold, open_holds, [[payout.pk for payout in payouts]]):
            holds.setdefault(hold.payout_id, []).append(hold)
        for payout in payouts:
            payout.open_holds = holds.get(payout.pk, [])
        self.attach_stops(payouts)
        self.attach_changes(payouts)
        self.attach_recalls(payouts)
        return payouts

    def attach_recalls(self, payouts) -> None:
        """Give each of these payouts its `recalls_made`, the newest first; what has not left has none."""
        made = {payout.pk: [] for payout in payouts}
        left = [payout.pk for payout in payouts if payout.status in LEFT]
        of_payouts = "WHERE payout_id = ANY(%s) ORDER BY id DESC"
        for recall in rows_where(RecallRequest, of_payouts, [left]) if left else ():
            made[recall.payout_id].append(recall)
        for payout in payouts:
            payout.recalls_made = made[payout.pk]

    def attach_stops(self, payouts) -> None:
        """Give each of these payouts its `open_stops`."""
        stops = seldom(Stop, "open", lambda: rows_where(Stop, "WHERE lifted_at IS NULL ORDER BY id DESC"))
        for payout in payouts:
            payout.open_stops = payout.covered_by(stops)

    def attach_changes(self, payouts) -> None:
        """Give each of these payouts its `open_change`: the change of account that a second person has to confirm."""
        versions = {payout.method_version_id for payout in payouts if payout.is_to_changed_account}
        changes = MethodChange.objects.open().filter(version__any_of=versions) if versions else ()
        waiting = {change.version_id: change for change in changes}
        for payout in payouts:
            payout.open_change = waiting.get(payout.method_version_id)

    def is_any_past_cut_off(self, bank_account, now) -> bool:
        """Tell whether the cut-off of a scheduled payout of the bank account has come; whether it may leave, `due` says."""
        past = "status = 'scheduled' AND bank_account_id = %s AND cut_off_at <= %s"
        [(is_any,)] = ask(f"SELECT EXISTS (SELECT FROM payouts_payout WHERE {past})", [bank_account.pk, now])  # noqa: S608 - our own words
        return is_any

    def due(self, bank_account, now):
        """
        Return scheduled payouts of the bank account whose cut-off has come, oldest first.

        Left out are those held, stopped or contradicted, and those to an account that has not rested or nobody confirmed.
        """
        confirmed = Q(method_version__change=None, method_version__number=1)
        confirmed |= Q(method_version__change__status=MethodChange.Status.CONFIRMED)
        return (
            self.filter(bank_account=bank_account, status=State.SCHEDULED, cut_off_at__lte=now)
            .filter(confirmed, method_version__usable_from__lte=now)
            .exclude(models.Exists(Hold.objects.open().filter(payout=models.OuterRef("pk"))))
            .exclude(models.Exists(_stops_over_row()))
            .exclude(models.Exists(Conflict.objects.open().filter(payout=models.OuterRef("pk"))))
            .order_by("cut_off_at", "id")
        )

    def stopped(self):
        """Return the payouts that an open stop covers."""
        return self.filter(models.Exists(_stops_over_row()))

    def save_states(self, payouts) -> None:
        """
        Write the changed facts of locked payouts in one statement; the database allows only edges of the table.

        :raises RuntimeError: if a row was not in the state it was read in, which its lock should have prevented.
        """
        if not payouts:
            return
        columns = (
            "status", "funding", "tracking", "failure_code", "failure_reason", "cut_off_at", "returned_from",
            "screening_id", "review_id",
        )  # fmt: skip
        values = [[getattr(payout, column) for payout in payouts] for column in columns]
        known = [[payout.pk for payout in payouts], [payout.read_status for payout in payouts]]
        times = dict(ask(_SAVE_STATES, [*known, *values]))
        if len(times) != len(payouts):
            raise RuntimeError(f"{len(payouts) - len(times)} payouts changed under their lock")
        for payout in payouts:
            payout.came_from, payout.read_status = payout.read_status, payout.status
            payout.status_at = times[payout.pk]
