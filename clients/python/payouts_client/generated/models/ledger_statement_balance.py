from typing import Literal, cast

LedgerStatementBalance = Literal["available", "blocked", "reserved", "returned"]


def check_ledger_statement_balance(value: str) -> LedgerStatementBalance:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(LedgerStatementBalance, value)
