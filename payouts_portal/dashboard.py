"""The page "Today": what needs the person who looks, and where the money is. Every number leads to its rows."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Count, Max, Q, Sum
from django.urls import reverse

from apps.approvals.models import SettingVersion
from apps.audit.admin import named
from apps.audit.queries import last_run
from apps.compliance.models import Review
from apps.core.database import database_now
from apps.core.ids import decode
from apps.events.models import Event
from apps.ledger.models import Account
from apps.partners.models import Partner
from apps.payouts import approving, figures, queries
from apps.payouts.models import Conflict, Payout, Resolution
from apps.payouts.states import State
from apps.rails.models import BankAccount, HandOver, PaymentFile, StatusReport, Stop
from apps.rails.registry import RAILS
from apps.rails.terms import rails_in_force
from apps.recipients.models import MethodChange
from apps.reconciliation.in_doubt import unanswered_recalls
from apps.reconciliation.models import CloseProposal, DayClose, Proposal, Statement, StatementFile, StatementLine

RECENT_EVENTS = 12
RECENT_DAYS = figures.RECENT_DAYS
MOST_PLATFORMS = 12

CHART_HEIGHT, CHART_STEP, LOWEST_BAR = 96, 20, 2
"""In units of the drawing: its height, from bar to bar, and what a day with any payout has at least."""


def today(request, context):
    """Fill the front page of the admin."""
    person, now = request.user, database_now()
    may, stops = person.has_perm, list(Stop.objects.open())
    context |= {"title": "Today", "now": now, "recent_days": RECENT_DAYS}
    needs = [need for need in _needs(person, now, stops) if need["count"]]
    context["needs"] = [need for need in needs if need["is_theirs"]]
    context["needs_of_others"] = [need for need in needs if not need["is_theirs"]]
    if may("payouts.view_payout"):
        context["stops"] = named(stops)
        run = last_run()
        context["violations"] = run.violations if run else []
        context |= _figures(now)
    if may("rails.view_file"):
        context["bank_accounts"] = _bank_accounts(now)
    if may("ledger.view_ledger"):
        context["may_see_ledger"] = True
        context["platforms"] = _platforms()
    if may("events.view_event") or may("payouts.view_payout"):
        events = Event.objects.order_by("-id")
        context["events"] = (events if may("events.view_event") else events.filter(type__startswith="payout."))[
            :RECENT_EVENTS
        ]
    return context


def _needs(person, now, stops):
    """Yield what may wait for this person's roles, and how much of it there is."""
    may = person.has_perm
    if may("payouts.approve_payout"):
        mine = approving.awaiting_approval(person=person)
        yield _need("waiting for your approval", "payout", mine, "approvals_request", with_totals=True)
    if may("payouts.approve_payout") or may("approvals.publish_setting"):
        yield _too_few_people(may, now)
    if may("approvals.publish_setting"):
        settings = SettingVersion.objects.proposed().exclude(author__in=person.people_behind)
        yield _need("waiting for you as the second person", "setting", settings, "approvals_settingversion")
    if may("recipients.confirm_method"):
        changes = MethodChange.objects.for_second(person)
        yield _need("to confirm", "changed account", changes, "recipients_methodchange")
    if may("compliance.work_on_review"):
        reviews = Review.objects.filter(status=Review.Status.OPEN)
        found = reviews.aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
        note = f"{found['late']} past their due time" if found["late"] else ""
        yield _need("open", "review", reviews, "compliance_review", note=note, count=found["count"])
    if may("compliance.decide_review"):
        proposed = Review.objects.for_second(person)
        yield _need("to decide, with a proposal", "review", proposed, "compliance_review", "?show=proposed")
    if may("reconciliation.match_line"):
        lines, refused = StatementLine.objects.open(), StatementFile.objects.exclude(status="imported")
        yield _need("not identified", "statement line", lines, "reconciliation_statementline")
        yield _need("could not be imported", "statement file", refused, "reconciliation_statementfile", is_bad=True)
    if may("reconciliation.confirm_proposal") or may("reconciliation.confirm_write_off"):
        second, where = Proposal.objects.for_second(person), "?status__exact=proposed"
        yield _need("waiting for you as the second person", "proposal", second, "reconciliation_proposal", where)
    if may("reconciliation.sign_remainder"):
        left, where = CloseProposal.objects.for_second(person), "admin:reconciliation_statement_days"
        days = list(left.select_related("bank_account").order_by("day"))
        what = "to sign that they close with a remainder"
        need = _need(what, "day", left, "reconciliation_statement", count=len(days))
        yield need | (
            {"address": f"{reverse(where, args=[days[0].bank_account.public_id])}?day={days[0].day}"} if days else {}
        )
    if may("rails.confirm_hand_over"):
        reported, where = HandOver.objects.for_second(person), f"?state__exact={PaymentFile.HANDING_OVER}"
        yield _need("brought to the bank by hand, to confirm", "bank file", reported, "rails_paymentfile", where)
    if may("rails.download_file"):
        stuck, parked = PaymentFile.objects.stuck(), StatusReport.objects.parked()
        yield _need("cannot be handed over", "bank file", stuck, "rails_paymentfile", is_bad=True)
        yield _need("could not be applied", "bank answer", parked, "rails_statusreport", is_bad=True)
    if may("payouts.confirm_resolution"):
        said = Resolution.objects.filter(status="proposed").exclude(proposed_by__in=person.people_behind)
        yield _need("about what is in doubt, waiting for you", "proposal", said, "payouts_resolution")
    if may("payouts.lift_stop"):
        lifts = [stop for stop in stops if stop.lift_proposed_by_id not in (None, *person.people_behind)]
        yield _need("waiting for you to agree that it is lifted", "stop", lifts, "rails_stop", count=len(lifts))
    if may("payouts.view_payout"):
        yield from _doubts(is_theirs=may("payouts.propose_resolution"))
    if may("payouts.create_payout"):
        short = Payout.objects.filter(status=State.AWAITING_FUNDS)
        where = f"?state={State.AWAITING_FUNDS}"
        yield _need("waiting for money", "payout", short, "payouts_payout", where, with_totals=True)


def _doubts(*, is_theirs):
    """Yield what is not known of money that may have left; `is_theirs` for those who say what is true."""
    said = list(_contradicted())
    totals = {row["currency"]: row["gone"] for row in said if row["gone"]}
    note, count = " may have left unnoticed" if totals else "", sum(row["count"] for row in said)
    doubt = Payout.objects.filter(status=State.IN_DOUBT)
    for need in (
        _need(
            "with the bank", "conflict", said, "payouts_resolution", count=count, totals=totals, note=note, is_bad=True
        ),
        _need("without an answer", "recall", unanswered_recalls(), "payouts_resolution", "#recalls"),
        _need("in doubt", "payout", doubt, "payouts_payout", f"?state={State.IN_DOUBT}", is_bad=True),
    ):
        yield need | {"is_theirs": is_theirs}


def _need(
    what, noun, rows, model, query="", *, count=None, totals=None, with_totals=False, note="", is_bad=False
) -> dict:
    if with_totals:
        count, totals = queries.count_and_totals(rows)
    elif count is None:
        count = rows.count()
    return {
        "title": f"{noun}{'' if count == 1 else 's'} {what}",
        "count": count,
        "address": reverse(f"admin:{model}_changelist") + query,
        "totals": totals or {},
        "note": note,
        "tone": "bad" if is_bad else "attention",
        "is_theirs": True,
    }


def _too_few_people(may, now) -> dict:
    """Tell of payouts that nobody who is present can release: somebody has to come back, or to be given the role."""
    count, queue = approving.too_few_present(now), may("approvals.view_request")
    where = reverse("admin:approvals_request_changelist") + "?show=people" if queue else None
    return {
        "title": f"payout{'' if count == 1 else 's'} without enough approvers present",
        "count": count,
        "address": where or reverse("admin:approvals_absence_changelist"),
        "totals": {},
        "note": "somebody comes back, or another person is given the role",
        "tone": "bad",
        "is_theirs": True,
    }


def _contradicted():
    """Return, for each currency, how many conflicts are open, and how much of them may have left unnoticed."""
    gone = Sum("amount", filter=Q(kind__in=Conflict.MONEY_IS_GONE))
    return Conflict.objects.open().order_by().values("currency").annotate(count=Count("pk"), gone=gone)


def _figures(now) -> dict:
    """Return what is on its way and since when, and how payouts of the last days fared: in sum, per rail and per day."""
    first_day = now.astimezone(UTC).date() - timedelta(days=RECENT_DAYS - 1)
    since = datetime.combine(first_day, time.min, tzinfo=UTC)
    found = figures.Figures(now, since)
    return {
        "unfinished": found.unfinished,
        "finished": found.ended,
        "since": first_day,
        "rails": [{"rail": RAILS[row.rail], "figures": row} for row in found.rails],
        "charts": [_chart(currency, by_day, first_day) for currency, by_day in found.days.items()],
    }


def _chart(currency, by_day, first_day) -> dict:
    """Return one bar per day, as high as what was created on it is to the most of all days."""
    days = [first_day + timedelta(days=number) for number in range(RECENT_DAYS)]
    highest = max(amount for _, amount in by_day.values())
    bars = []
    for number, day in enumerate(days):
        count, amount = by_day.get(day, (0, 0))
        height = round(CHART_HEIGHT * amount / highest)
        if count:
            height = max(height, LOWEST_BAR)
        left, top = number * CHART_STEP, CHART_HEIGHT - height
        bars.append({"day": day, "count": count, "amount": amount, "left": left, "top": top, "height": height})
    total = sum(amount for _, amount in by_day.values())
    return {"currency": currency, "bars": bars, "highest": highest, "total": total}


def _bank_accounts(now) -> list[dict]:
    """Return our bank accounts, each on its own clock: its next cut-off and what leaves with it, and what is on it."""
    accounts = list(BankAccount.objects.active().order_by("mode", "name"))
    scheduled = Payout.objects.filter(status=State.SCHEDULED).order_by().values("bank_account")
    leaving = {row["bank_account"]: row for row in scheduled.annotate(count=Count("pk"), amount=Sum("amount"))}
    books = {(row.holder, row.kind, row.currency): row for row in Account.objects.filter(kind__in=["bank", "clearing"])}
    statements = Statement.objects.filter(kind=Statement.STATEMENT).order_by("bank_account", "-number")
    last = {statement.bank_account_id: statement for statement in statements.distinct("bank_account")}
    closed = dict(DayClose.objects.order_by().values_list("bank_account").annotate(Max("day")))
    open_days, rails = _open_days(closed), rails_in_force().values()
    shown = []
    for account in accounts:
        rows = [books.get((account.public_id, kind, account.currency)) for kind in ("bank", "clearing")]
        balance, clearing = (row.available if row else 0 for row in rows)
        account_now, leaves = account.business_now(now), leaving.get(account.pk)
        shown.append(
            {
                "account": account,
                "now": account_now,
                "cut_offs": _cut_offs(account, account_now, rails),
                "leaving": leaves,
                "balance": balance,
                "clearing": clearing,
                "pages": {"balance": _page_of(rows[0]), "clearing": _page_of(rows[1])},
                "left": balance - clearing - (leaves["amount"] if leaves else 0),
                "statement": last.get(account.pk),
                "closed_on": closed.get(account.pk),
                "open_days": open_days.get(account.pk, 0),
            }
        )
    return shown


def _cut_offs(account, account_now, rails):
    """Return the rails with cut-offs that pay from the account, each with the next one."""
    known = [one for one in rails if one.capabilities.cut_offs and account.currency in one.capabilities.limits]
    return [(rail, rail.plan(account_now, account).cut_off_at) for rail in known]


def _open_days(closed) -> dict:
    """Return per bank account how many days have a statement and are not closed."""
    beyond = Q()
    for account_id, day in closed.items():
        beyond |= Q(bank_account=account_id, closes_on__gt=day)
    stated = Statement.objects.filter(kind=Statement.STATEMENT)
    stated = stated.filter(beyond | ~Q(bank_account__in=list(closed)))
    return dict(stated.order_by().values_list("bank_account").annotate(Count("closes_on", distinct=True)))


def _platforms() -> list[dict]:
    """Return the platforms that hold the most, with what of it is free, set aside and come back."""
    most = Account.objects.filter(kind="funds").order_by("-available", "holder")[:MOST_PLATFORMS]
    beside = Q(kind__in=["reserved", "returned", "blocked"], holder__in=most.values("holder"))
    books = {
        (row.holder, row.kind, row.currency): row
        for row in Account.objects.filter(beside | Q(pk__in=most.values("pk")))
    }
    funds = [row for row in books.values() if row.kind == "funds"]
    funds.sort(key=lambda row: (-row.available, row.holder))
    partners = Partner.objects.in_bulk([decode("ptn", account.holder) for account in funds])
    return [
        {
            "partner": partners[decode("ptn", account.holder)],
            "currency": account.currency,
            "funds": account.available,
            "page": _page_of(account),
            "others": [
                (title, row.available if row else 0, _page_of(row))
                for title, row in (
                    ("Set aside", books.get((account.holder, "reserved", account.currency))),
                    ("Come back", books.get((account.holder, "returned", account.currency))),
                    ("Frozen", books.get((account.holder, "blocked", account.currency))),
                )
            ],
            "reserved": _available(books, account, "reserved"),
        }
        for account in funds
    ]


def _available(books, account, kind) -> int:
    row = books.get((account.holder, kind, account.currency))
    return row.available if row else 0


def _page_of(account) -> str:
    """Return the address at which the entries of a ledger account stand, or an empty text if it was never opened."""
    return reverse("admin:ledger_account_change", args=[account.pk]) if account else ""
