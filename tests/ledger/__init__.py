import pytest

# These tests move money without the payouts it would be for.
BOOKS_ALONE = pytest.mark.except_invariants(
    "payouts_reserved_is_in_the_ledger",
    "payouts_in_clearing_are_in_the_ledger",
    "returned_money_is_credited",
    "fees_pending_are_in_the_ledger",
    "fees_earned_are_in_the_ledger",
)
