"""A bank file as JSON: what was read, word for word, and what is odd about it."""

import json
from collections.abc import Iterator

from apps.reconciliation.camt.checks import survey
from apps.reconciliation.camt.facts import Balance, Entry, Statement, Transaction
from apps.reconciliation.camt.reader import read


def inspect(data: bytes) -> Iterator[str]:
    """
    Yield the JSON text of a bank file in pieces, so that a long file needs no more memory than a short one.

    :raises UnreadableBankFile: before the first piece, as `read`.
    """
    found = survey(data)
    yield f'{{"kind": {_json(found.kind)}, "message_id": {_json(found.message_id)}, "statements": ['
    heads = iter(found.statements)
    between = ""
    separator = None
    for _statement, entry in read(data):
        if separator is None:
            yield between + _open_statement(next(heads))
            between, separator = ",", ""
        if entry is None:
            yield "\n]}"
            separator = None
            continue
        yield f"{separator}\n  {_json(_entry(entry))}"
        separator = ","
    yield f'],\n"warnings": {_json([str(finding) for finding in found.findings])}}}\n'


def _open_statement(statement: Statement) -> str:
    head = {
        "id": statement.id,
        "account": statement.account,
        "account_ccy": statement.account_ccy,
        "opening": _balance(statement.opening),
        "closing": _balance(statement.closing),
    }
    return f'\n{_json(head)[:-1]}, "entries": ['


def _balance(balance: Balance | None):
    if balance is None:
        return None
    return {"amount": balance.amount, "ccy": balance.ccy, "sign": balance.sign, "date": balance.date}


def _entry(entry: Entry):
    return {
        "amount": entry.amount,
        "ccy": entry.ccy,
        "sign": entry.sign,
        "reversal": entry.reversal,
        "status": entry.status,
        "booking": entry.booking,
        "value": entry.value,
        "acct_svcr_ref": entry.acct_svcr_ref,
        "txs": [_transaction(transaction) for transaction in entry.txs],
    }


def _transaction(transaction: Transaction):
    return {
        "amount": transaction.amount,
        "end_to_end": transaction.end_to_end,
        "tx_id": transaction.tx_id,
        "counterparty": transaction.counterparty,
        "counterparty_acct": transaction.counterparty_acct,
        "unstructured": transaction.unstructured,
        "ret": None if transaction.ret is None else {"code": transaction.ret.code},
    }


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)
