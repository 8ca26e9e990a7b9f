"""The table of `docs/auditing.md`: what is promised of payouts, and the invariants that would show it broken."""

from apps.audit.invariants import invariants

PROMISES = (
    (
        "I1",
        "Nothing is paid twice",
        "payouts_have_one_live_attempt matches_are_unique payouts_are_paid_by_evidence matches_together_are_whole",
    ),
    ("I2", "No payout is lost", "payouts_wait_for_something payouts_are_found_by_somebody batches_are_whole"),
    ("I3", "Every journal sums to zero", "ledger_journals_are_whole ledger_sums_to_zero ledger_contras_are_exact"),
    (
        "I4",
        "Balances are the sums of their entries and reservations, and never below their floor",
        "ledger_balances_are_sums ledger_balances_above_floor payouts_reserved_is_in_the_ledger "
        "payouts_in_clearing_are_in_the_ledger payouts_hold_the_money_they_say payouts_each_hold_their_own_money "
        "returned_money_is_credited conflicts_are_charged_once fees_pending_are_in_the_ledger "
        "fees_earned_are_in_the_ledger",
    ),
    (
        "I5",
        "A state agrees with what the bank says, or people are at it",
        "payouts_are_paid_by_evidence expectations_follow_their_attempts conflicts_are_decided_by_two",
    ),
    (
        "I6",
        "A state is what its events tell, without gaps, along allowed changes",
        "payouts_tell_every_change payouts_move_along_edges events_have_no_gaps",
    ),
    (
        "I7",
        "What leaves was approved by enough people who did not make it, and is what they saw",
        "payouts_are_approved_before_they_leave payouts_are_what_was_approved approvals_are_counted "
        "approvals_are_by_allowed_people approvals_follow_their_policy approvals_count_what_came_before "
        "changed_accounts_are_confirmed_by_two "
        "settings_are_published_by_two "
        "plans_make_what_they_say",
    ),
    ("I8", "What leaves was screened", "payouts_are_screened_before_they_leave reviews_are_cleared_by_two"),
    ("I9", "What was asked for once is there once", "payouts_are_asked_for_once"),
    ("I10", "Platforms are told everything", "webhooks_tell_every_event events_have_no_gaps"),
    (
        "I11",
        "Statements are a chain, and their lines are accounted for to the cent",
        "statements_are_a_chain statements_are_their_lines lines_are_their_parts lines_know_what_is_open "
        "matches_are_in_the_ledger bank_is_what_statements_say suspense_is_what_is_open closed_days_are_clean "
        "matches_by_hand_are_by_two write_offs_are_small_and_by_two_roles",
    ),
    ("I13", "Nothing of one platform is reached from another", "rows_stay_with_their_platform"),
    (
        "I14",
        "A sealed file holds its payments and keeps its bytes",
        "files_hold_their_attempts attempts_left_with_their_file files_by_hand_are_by_two",
    ),
    (
        "I17",
        "A fee is what two people had published, to the minor unit",
        "fees_are_what_their_schedule_says quotes_are_kept",
    ),
)
"""Each with its number, in words, and the codes of its invariants. The others of the sixteen are no query over rows."""


def invariant_table() -> str:
    """Return Markdown: each promise with the invariants that prove it, and what they say."""
    lines = ["| | promised | proved by |", "|---|---|---|"]
    for number, promise, codes in PROMISES:
        proofs = "; ".join(
            f"`{code}`: {invariants()[code].title[:1].lower()}{invariants()[code].title[1:]}" for code in codes.split()
        )
        lines.append(f"| {number} | {promise} | {proofs} |")
    return "\n".join(lines)
