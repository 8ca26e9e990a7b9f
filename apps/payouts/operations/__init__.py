"""What people and jobs do with payouts. Every operation takes a set; one payout is a set of one."""

from apps.payouts.operations.accounts import decide_method_change, end_turned_down
from apps.payouts.operations.calls import ask_banks, doubt_dead, send_calls
from apps.payouts.operations.committing import commit_plans
from apps.payouts.operations.conflicts import open_conflicts, stop_contradicted
from apps.payouts.operations.create import PayoutDraft, create_batch, create_payouts
from apps.payouts.operations.decide import (
    approve_payouts,
    cancel_payouts,
    decide_review,
    expire_waiting,
    fund_waiting,
    reject_payouts,
    screen_waiting,
)
from apps.payouts.operations.holds import hold_payouts, lift_holds
from apps.payouts.operations.leaving import shut_out_person
from apps.payouts.operations.outcomes import (
    Evidence,
    give_back_payouts,
    settle_payouts,
    undo_returns,
    unsettle_payouts,
)
from apps.payouts.operations.planning import read_plans
from apps.payouts.operations.plans import cancel_plan, commit_plan, create_plan, download_plan_file, name_columns
from apps.payouts.operations.quotes import QuoteDraft, create_quote
from apps.payouts.operations.recalls import ask_recalls, raise_recalls, request_recalls
from apps.payouts.operations.restored import ask_about_restored, hold_what_may_have_left, recover_files
from apps.payouts.operations.stops import stop_sending
from apps.payouts.operations.submit import apply_report, apply_reports, mark_handed_over, seal_files, start_due
from apps.payouts.operations.views import remove_view, save_view

__all__ = [
    "Evidence",
    "PayoutDraft",
    "QuoteDraft",
    "apply_report",
    "apply_reports",
    "approve_payouts",
    "ask_about_restored",
    "ask_banks",
    "ask_recalls",
    "cancel_payouts",
    "cancel_plan",
    "commit_plan",
    "commit_plans",
    "create_batch",
    "create_payouts",
    "create_plan",
    "create_quote",
    "decide_method_change",
    "decide_review",
    "doubt_dead",
    "download_plan_file",
    "end_turned_down",
    "expire_waiting",
    "fund_waiting",
    "give_back_payouts",
    "hold_payouts",
    "hold_what_may_have_left",
    "lift_holds",
    "mark_handed_over",
    "name_columns",
    "open_conflicts",
    "raise_recalls",
    "read_plans",
    "recover_files",
    "reject_payouts",
    "remove_view",
    "request_recalls",
    "save_view",
    "screen_waiting",
    "seal_files",
    "send_calls",
    "shut_out_person",
    "settle_payouts",
    "start_due",
    "stop_contradicted",
    "stop_sending",
    "undo_returns",
    "unsettle_payouts",
]
