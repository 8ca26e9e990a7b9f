"""A short run of what `make bench-webhooks` measures: what is promised holds, whatever the machine makes of the speed."""

from argparse import Namespace

import pytest

from tests.bench.webhooks import measure


@pytest.mark.slow  # starts receivers and a dispatcher as processes of their own
@pytest.mark.usefixtures("committed_db")
def test_a_hanging_endpoint_costs_the_others_nothing_and_order_and_transactions_are_kept():
    found = measure(Namespace(seed=3, endpoints=20, messages=15, dispatchers=2))
    assert (found["hanging"], found["delivered"]) == (1, 19 * 15)
    assert (found["missing"], found["out_of_order"], found["rolled_back_but_sent"]) == (0, 0, 0)
