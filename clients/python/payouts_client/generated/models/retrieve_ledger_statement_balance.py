from typing import Literal, cast

RetrieveLedgerStatementBalance = Literal["available", "blocked", "reserved", "returned"]


def check_retrieve_ledger_statement_balance(value: str) -> RetrieveLedgerStatementBalance:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RetrieveLedgerStatementBalance, value)
