from apps.core.statements import rows_where
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from tests import factories


def test_rows_under_a_condition_are_those_of_a_queryset(platform, key):
    drafts = [factories.payout_draft(amount=amount, metadata={"order": str(amount)}) for amount in (100, 200, 300)]
    create_payouts(platform.pk, drafts, by=key)
    found = rows_where(Payout, "WHERE amount > %s ORDER BY amount DESC", [100])
    asked = list(Payout.objects.filter(amount__gt=100).order_by("-amount"))
    fields = [field.attname for field in Payout._meta.concrete_fields]
    read = [[getattr(row, name) for name in fields] for row in found]
    assert read == [[getattr(row, name) for name in fields] for row in asked] and len(read) == 2
    assert [row.metadata for row in found] == [{"order": "300"}, {"order": "200"}]
    assert not found[0]._state.adding and found[0]._state.db == "default"


def test_of_rows_that_are_alike_the_first_is_kept(platform, key):
    create_payouts(platform.pk, [factories.payout_draft(amount=amount) for amount in (100, 300, 200)], by=key)
    [largest] = rows_where(Payout, "ORDER BY currency, amount DESC", newest_of=["currency"])
    assert largest.amount == 300
