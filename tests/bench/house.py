"""
What stands beside the payouts of a crowd, by the thousand and the million: copies of one row of each kind.

The rows that are copied are those of `tests.pages.world`, in which every page of the console has something to show.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from apps.approvals.models import Absence, SettingVersion
from apps.compliance.models import Review, Watchlist
from apps.events.models import Delivery, Endpoint
from apps.ledger.models import Account, Journal, Transfer
from apps.partners.models import Partner
from apps.payouts.models import Attempt, Batch, Conflict, Plan, PlanRow, RecallRequest
from apps.rails.models import PaymentFile, StatusReport, Stop
from apps.recipients.models import MethodChange
from apps.reconciliation.models import (
    DayClose,
    LinePart,
    Match,
    Proposal,
    Statement,
    StatementFile,
    StatementLine,
)
from apps.users.models import User

SHA256 = "md5(random()::text) || md5(i::text)"
NUMBERED = 10_000_000
"""Behind this are the copies of rows that are numbered."""


@dataclass(frozen=True)
class Copies:
    """Of which row there are how many copies, one in so many payouts, and what differs: SQL over the number `i`."""

    model: type
    like: Callable
    one_in: int
    values: dict = field(default_factory=dict)
    least: int = 50
    """However few payouts there are."""
    ids: str = ""
    """Under which kind the ids of the copies are found again."""


def _newest(model, **wanted):
    return lambda world: model.objects.filter(**wanted).order_by("-pk")[:1].get()


def _any(model, **wanted):
    return lambda world: model.objects.filter(**wanted).first()


MADE = (
    Copies(User, lambda world: world.partner.service_user, 1000, {"email": "'made-' || i || '@made.example'"}, ids="u"),
    Copies(User, lambda world: world.people["olga"], 5000, {"email": "'clerk-' || i || '@made.example'"}),
    Copies(
        Partner, lambda world: world.partner, 1000,
        {"name": "'Platform ' || i", "funding_reference": "'FUMADE' || lpad(i::text, 10, '0')", "service_user_id": "{u}",
         "twin_of_id": "NULL"},
        ids="ptn",
    ),
    Copies(Account, _any(Account, kind="funds"), 1000, {"holder": "audit_public_id('ptn', ({ptn})::uuid)", "debits": "0", "credits": "i"}),
    Copies(Batch, lambda world: world.batch, 100, {"reference": "'BATCH-' || i"}),
    Copies(Plan, lambda world: world.plans["committed"], 1000, {"reference": "'PLAN-' || i", "sha256": SHA256}),
    Copies(
        PlanRow, lambda world: PlanRow.objects.filter(plan=world.plans["faulty"], faults=[])[0], 10,
        {"number": "1000 + i", "line": "1000 + i", "reference": "'ROW-' || i"},
    ),
    Copies(
        PaymentFile, _newest(PaymentFile, answered_at__isnull=False), 500,
        {"message_id": "'MADE-' || i", "file_name": "'made-' || i || '.xml'", "cut_off_at": "cut_off_at - i * interval '1 hour'"},
        ids="file",
    ),
    Copies(
        StatusReport, _newest(StatusReport, parked_reason=""), 500,
        {"message_id": "'MADE-' || i", "sha256": SHA256, "file_id": "{file}"},
    ),
    Copies(StatementFile, _newest(StatementFile, status="imported"), 500, {"sha256": SHA256}),
    Copies(
        Statement, _newest(Statement, kind="camt.053"), 1000,
        {"number": "1000 + i", "statement_id": "'MADE-' || i", "closes_on": "closes_on - 1000 + (i / 2)::int"},
    ),
    Copies(
        StatementLine, _newest(StatementLine, state="matched", sign="DBIT"), 1,
        {"fingerprint": r"('\x' || md5(i::text) || md5(i::text))::bytea", "amount": "100 + i % 90000", "bank_reference": "'REF-' || i",
         "state": "CASE WHEN i % 200 = 0 THEN 'unmatched' ELSE 'matched' END", "booked_on": "booked_on - (i % 300)::int"},
        ids="line",
    ),
    Copies(LinePart, _newest(LinePart, line__state="matched"), 1, {"line_id": "{line}", "is_open": "i % 200 = 0"}),
    Copies(Match, _newest(Match, kind="funding", undone_at=None), 1, {"line_id": "{line}", "part_id": "{first_part} + i"}),
    Copies(
        Proposal, _newest(Proposal, status="proposed", kind="funding"), 1000,
        {"line_id": "{line}", "part_id": "{first_part} + i"},
    ),
    Copies(DayClose, _any(DayClose), 5000, {"day": "day - 1000 + i::int"}),
    Copies(Journal, _any(Journal, moment="payout.reserved"), 1, {"reference": "'MADE-' || i", "subject": "'po_made_' || i"}, ids="jrn"),
    Copies(Transfer, _any(Transfer, journal__moment="payout.reserved"), 1, {"journal_id": "{jrn}", "amount": "1 + i % 90000"}),
    Copies(Endpoint, lambda world: world.endpoint, 5000),
    Copies(
        Delivery, _newest(Delivery), 1,
        {"event_id": "{first_event} + i", "subject": "'po_made_' || i", "status": "CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'delivered' END",
         "delivered_at": "CASE WHEN i % 100 = 0 THEN NULL ELSE real.created_at END"},
    ),
    Copies(
        SettingVersion, _newest(SettingVersion, status="published", kind="approval_policy"), 2000,
        {"version": "1000 + i", "name": "'Made ' || i"},
    ),
    Copies(Absence, _any(Absence), 5000, {"begins_at": "begins_at - i * interval '5 days'", "ends_at": "ends_at - i * interval '5 days'"}),
    Copies(Stop, lambda world: world.stop, 50_000, {"value": "chr(65 + (i / 26 % 26)::int) || chr(65 + (i % 26)::int)"}),
    Copies(Watchlist, _any(Watchlist, active=True), 50_000, {"sha256": SHA256, "active": "false"}),
)  # fmt: skip
"""Tables in the order in which they are filled."""


def fill(world, crowd) -> None:
    """Copy rows of the world, and let payouts of the crowd be what they say: in review, in doubt, recalled, contradicted."""
    first = crowd.cursor.execute("SELECT min(id) - 1 FROM events_event WHERE type = 'payout.updated'").fetchone()[0]
    known = {one.ids: crowd.id_of(one.ids) for one in MADE if one.ids} | {"first_event": first, "first_part": NUMBERED}
    for made in MADE:
        table, count = made.model._meta.db_table, max(crowd.count // made.one_in, made.least)
        crowd.tell(f"{count} {made.model._meta.verbose_name_plural}")
        is_numbered = made.model._meta.pk.get_internal_type() != "UUIDField"
        values = {"id": f"{NUMBERED} + i" if is_numbered else crowd.id_of(made.ids or table)}
        values |= {name: sql.format(**known) if "{" in sql else sql for name, sql in made.values.items()}
        crowd.copy(table, made.like(world).pk, values, count)
    _reviews(crowd)
    _doubts(world, crowd)


def _reviews(crowd):
    """Open a review for everybody whose payout waits for one, and decide others."""
    crowd.tell("Reviews")
    crowd.cursor.execute("""
        CREATE TEMPORARY TABLE looked_at AS
        SELECT row_number() OVER () AS i, recipient_version_id,
               CASE WHEN bool_or(status = 'in_review') THEN 'open' ELSE 'cleared' END AS status
          FROM payouts_payout
         WHERE end_to_end_id LIKE 'PO99E%' AND (status = 'in_review' OR right(reference, 1) = '7')
         GROUP BY recipient_version_id
         LIMIT 100000
    """)
    for status in ("open", "cleared"):
        like, chosen = _newest(Review, status=status)(None), f"JOIN looked_at ON looked_at.status = '{status}'"
        whom = {"recipient_version_id": "looked_at.recipient_version_id"}
        screening = {"id": crowd.id_of("screening"), "covered_by_id": "NULL", **whom}
        crowd.copy("compliance_screening", like.screening_id, screening, source=chosen)
        review = {"id": crowd.id_of("review"), "screening_id": crowd.id_of("screening"), **whom}
        if status == "open":
            review |= {name: f"{name} - i * interval '1 minute'" for name in ("opened_at", "due_at")}
        crowd.copy("compliance_review", like.pk, review, source=chosen)
    crowd.cursor.execute("""
        UPDATE payouts_payout AS payout SET review_id = review.id
          FROM compliance_review AS review
         WHERE payout.status = 'in_review' AND payout.end_to_end_id LIKE 'PO99E%' AND review.status = 'open'
           AND review.recipient_version_id = payout.recipient_version_id
    """)


def _doubts(world, crowd):
    """Let the bank's word be missing, contradict itself, or not come on a recall; and accounts be changed."""
    crowd.tell("Doubts")
    attempt = _newest(Attempt, status="in_doubt")(world)
    crowd.cursor.execute(
        """
        UPDATE payouts_attempt SET status = 'in_doubt', raised_at = now(), raised_because = %s
          FROM payouts_payout AS payout
         WHERE payout.id = payout_id AND payout.status = 'in_doubt' AND payout.end_to_end_id LIKE 'PO99E%%'
        """,
        [attempt.raised_because],
    )
    chosen = """
        CROSS JOIN (SELECT row_number() OVER () AS i, payout.id AS payout, attempt.id AS attempt
                      FROM payouts_payout AS payout JOIN payouts_attempt AS attempt ON attempt.payout_id = payout.id
                     WHERE payout.status = 'sent' AND payout.end_to_end_id LIKE 'PO99E%' LIMIT 200) AS sent
    """
    of = {"payout_id": "sent.payout", "attempt_id": "sent.attempt"}
    recall = {"id": crowd.id_of("recall"), "recall_id": "'MADE-' || i", **of}
    crowd.copy("payouts_recallrequest", _newest(RecallRequest)(world).pk, recall, source=chosen)
    crowd.copy("payouts_conflict", _newest(Conflict)(world).pk, {"id": crowd.id_of("conflict"), **of}, source=chosen)
    chosen = """
        CROSS JOIN (SELECT row_number() OVER () AS i, id AS version, method_id AS method
                      FROM recipients_payoutmethodversion
                     WHERE number = 2 AND id NOT IN (SELECT version_id FROM recipients_methodchange)) AS changed
    """
    like = _newest(MethodChange, status="proposed")(world)
    former = {"id": crowd.id_of("former"), "method_id": "changed.method", "number": "1"}
    crowd.copy("recipients_payoutmethodversion", like.version_id, former, source=chosen)
    change = {"id": crowd.id_of("change"), "version_id": "changed.version", "method_id": "changed.method"}
    crowd.copy("recipients_methodchange", like.pk, change, source=chosen)
