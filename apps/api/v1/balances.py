from apps.api.doors import Door, endpoint
from apps.core.money import format_amount
from apps.ledger.queries import balances

KINDS = {"available": "funds", "reserved": "reserved", "returned": "returned", "blocked": "blocked"}


class Balances(Door):
    @endpoint("listBalances", "List balances", permission="ledger.view_ledger", answer="BalanceList")
    def get(self, request, query):
        """One per currency, straight from the ledger. `available` is what new payouts can use."""
        held = balances(request.partner.public_id)
        return {
            "object": "list",
            "data": [_represent(currency, kinds) for currency, kinds in sorted(held.items())],
            "funding_reference": request.partner.funding_reference,
        }


def _represent(currency, kinds):
    amounts = {shown: format_amount(kinds.get(kind, 0), currency) for shown, kind in KINDS.items()}
    return {"object": "balance", "currency": currency, **amounts}
