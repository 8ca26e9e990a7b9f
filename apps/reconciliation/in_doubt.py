"""Reading for the page In doubt: payments of which nobody knows, and payments of which the bank says two things."""

from django.db.models import Count, F, Min, Prefetch, Sum

from apps.core.ids import NotAnId, decode
from apps.payouts.models import Attempt, Conflict, RecallRequest, Resolution
from apps.payouts.states import ENDS
from apps.rails.registry import RAILS
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import what_must_be_read_of


def doubts():
    """Return the attempts in doubt with what a page shows of them, those for people first, then the oldest."""
    return (
        Attempt.objects.in_doubt()
        .select_related("payout__partner", "bank_account", "file")
        .prefetch_related("calls", "resolutions__proposed_by")
        .order_by(F("raised_at").asc(nulls_last=True), "status_at", "pk")
    )


def exposure() -> list[dict]:
    """Return what is in doubt per rail and bank account, in minor units."""
    rows = Attempt.objects.in_doubt().order_by().values("rail", "bank_account__name", "currency")
    figures = {"count": Count("pk"), "total": Sum("amount"), "oldest": Min("status_at"), "raised": Count("raised_at")}
    found = rows.annotate(**figures).order_by("-total")
    return [row | {"rail": RAILS[row["rail"]].title} for row in found]


def doubts_facts(attempts, person) -> list[dict]:
    """Return attempts in doubt with what was tried, and what this person may do about each."""
    must_be_read = what_must_be_read_of(attempts)
    return [_doubt_facts(attempt, must_be_read[attempt.pk], person) for attempt in attempts]


def _doubt_facts(attempt, must_be_read, person) -> dict:
    return {
        "attempt": attempt,
        "rail": RAILS[attempt.rail].title,
        "calls": list(attempt.calls.all()),
        "must_be_read": must_be_read,
        "verdicts": [(verdict.value, verdict.label) for verdict in Resolution.OF_DOUBT],
    } | _decision(attempt, person)


def conflicts():
    """Return the open conflicts with what a page shows of them, the largest first."""
    proved = Prefetch("payout__matches", Match.objects.filter(undone_at=None).select_related("line"), to_attr="proofs")
    return (
        Conflict.objects.open()
        .select_related("payout__partner", "payout__bank_account", "attempt", "stop")
        .prefetch_related("resolutions__proposed_by", proved)
        .order_by("-amount", "opened_at", "pk")
    )


def gone() -> list[dict]:
    """Return what may have left by open conflicts although the books say it did not, per rail and bank account."""
    rows = Conflict.objects.exposing().order_by().values("payout__rail", "payout__bank_account__name", "currency")
    found = rows.annotate(count=Count("pk"), total=Sum("amount"), oldest=Min("opened_at")).order_by("-total")
    return [row | {"rail": RAILS[row["payout__rail"]].title} for row in found]


def conflict_facts(conflict, person) -> dict:
    """Return an open conflict with its evidence, and what this person may do about it."""
    return {
        "conflict": conflict,
        "rail": RAILS[conflict.payout.rail].title,
        "evidence": [piece | {"about": _named(piece)} for piece in conflict.evidence],
        "is_exposure": conflict.kind in Conflict.MONEY_IS_GONE,
        "verdicts": conflict.outcomes,
    } | _decision(conflict, person)


def unanswered_recalls():
    """Return the requests for money back that no bank has answered in the time of its scheme, the oldest first."""
    recalls = RecallRequest.objects.filter(status=RecallRequest.Status.UNANSWERED).exclude(payout__status__in=ENDS)
    return recalls.select_related("payout__partner", "payout__bank_account", "requested_by").order_by("pk")


def _named(piece) -> str:
    """Return the public id of what a piece of evidence is, where it has a page."""
    name = piece["id"].partition("/")[0]
    try:
        decode(StatementLine.id_prefix, name)
    except NotAnId:
        return name if piece["source"] == "report" else ""
    return name


def _decision(question, person) -> dict:
    proposed = next((said for said in question.resolutions.all() if said.status == "proposed"), None)
    is_own = proposed is not None and proposed.proposed_by_id in person.people_behind
    return {
        "proposed": proposed,
        "may_decide": person.has_perm("payouts.confirm_resolution") and not is_own,
        "why_not_decide": "Another person decides what you have proposed."
        if is_own
        else "An approver or a compliance officer decides.",
    }
