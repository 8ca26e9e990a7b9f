"""A plan and its rows as the API shows them and as events carry them."""

from apps.core.money import format_amount
from apps.payouts.plans.columns import column_of

PLAN_OBJECT, ROW_OBJECT = "batch_plan", "batch_plan_row"
_COUNTS = ("rows", "valid", "reviews", "approvals", "duplicates")


def represent_plan(plan) -> dict:
    """Return the public shape of a plan; `batch` is there once a payout of it is."""
    batch = getattr(plan, "batch", None)
    return {
        "id": plan.public_id,
        "object": PLAN_OBJECT,
        "status": str(plan.status),
        "reference": plan.reference,
        "format": str(plan.format),
        "file_name": plan.file_name or None,
        "size": plan.size,
        "sha256": plan.sha256,
        "problem": plan.problem or None,
        "rows": plan.rows_read,
        "valid": plan.valid,
        "faulty": plan.faulty if plan.plan_hash else 0,
        "totals": [_represent_total(currency, total) for currency, total in sorted(plan.totals.items())],
        "plan_hash": plan.plan_hash or None,
        "changes": plan.changes,
        "changes_count": plan.changes_count,
        "mode": str(plan.mode) or None,
        "created": plan.created,
        "refused": plan.refused,
        "batch": batch.public_id if batch else None,
        "created_at": plan.created_at.isoformat(),
        "committed_at": plan.committed_at.isoformat() if plan.committed_at else None,
    }


def _represent_total(currency, total):
    after = total["after"]
    return {
        "currency": currency,
        **{name: total[name] for name in _COUNTS},
        "amount": format_amount(total["amount"], currency),
        "fees": format_amount(total.get("fees", 0), currency),
        "total": format_amount(total.get("total", total["amount"]), currency),
        "covered": total["covered"],
        "balance_after": format_amount(max(after, 0), currency),
        "short_by": format_amount(max(-after, 0), currency),
    }


def represent_row(row, plan) -> dict:
    """Return the public shape of a row of a plan; its payout is loaded with it."""
    answer = row.answer
    return {
        "id": row.public_id,
        "object": ROW_OBJECT,
        "number": row.number,
        "line": row.line,
        "status": str(row.status),
        "reference": row.reference or None,
        "amount": format_amount(row.amount, row.currency) if row.amount else None,
        "currency": row.currency or None,
        "name": row.payee.get("name") or None,
        "account": row.payee.get("account") or None,
        "plan": _represent_answer(answer, row) if answer else None,
        "same_amount_and_account": row.twins,
        "faults": faults_of(row, plan),
        "payout": row.payout.public_id if row.payout_id else None,
    }


def _represent_answer(answer, row):
    fee, total = answer.get("fee", 0), answer.get("total", row.amount)
    return answer | {
        "fee": format_amount(fee, row.currency),
        "fee_paid_by": answer.get("fee_paid_by"),
        "fee_schedule": answer.get("fee_schedule"),
        "total": format_amount(total, row.currency),
        "net": format_amount(total - fee, row.currency),
    }


def faults_of(row, plan) -> list[dict]:
    """Return everything that is wrong with a row, each with the column it is in where the file is a table."""
    found = list(row.faults)
    for pointer in row.repeats:
        what = "payout" if pointer == "/reference" else "recipient"
        detail = f"Another row of this file names its {what} the same."
        if {"pointer": pointer, "code": "duplicate-reference"} not in [
            {name: fault[name] for name in ("pointer", "code")} for fault in found
        ]:
            found.append({"pointer": pointer, "code": "duplicate-reference", "detail": detail})
    return [{**fault, "column": column_of(fault["pointer"], plan.columns) or None} for fault in found]
