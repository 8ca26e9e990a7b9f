"""Whatever JSON is sent, the answer is one that the API describes, and never a breakdown."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.api.conftest import a_payout, a_recipient

IBAN = {"type": "iban", "iban": factories.iban(77), "bic": "DEUTDEFF", "holder_name": "Ada Quill"}
GOOD = {
    "/payouts": a_payout(
        recipient=a_recipient(method=IBAN, email="ada@example.org", date_of_birth="1990-01-01", reference="r"),
        execute_on="2026-12-01", description="x", metadata={"a": "b"}, rail="auto",
    ),
    "/batches": {"reference": "B", "payouts": [a_payout()], "count": 1, "totals": {"EUR": "125.50"}},
    "/recipients": a_recipient(method=IBAN),
    "/webhook-endpoints": {"url": "http://127.0.0.1:9/x", "event_types": ["*"], "description": "d"},
    "/sandbox/clock/advance": {"by_seconds": 60},
    "/sandbox/deposits": {"amount": "1.00", "currency": "EUR", "reference": "x", "debtor_name": "y"},
}  # fmt: skip

SPECIAL = st.sampled_from(
    ["", " ", "-0", "1e5", "\x00", "\ud800", "\u202e", "rcp_" + "0" * 26, "2026-02-30", "EUR", "XXX", "9" * 400,
     0, -1, 2**63, 10**400, 1e308, True, None, [], {}, [[]], {"": ""}, {"currency": "EUR"}]
)  # fmt: skip
ANYTHING = st.recursive(
    SPECIAL | st.text(max_size=30) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(document, path=()):
    """Yield the path of every member and item of a document."""
    members = document.items() if isinstance(document, dict) else enumerate(document)
    for name, value in members:
        yield (*path, name)
        if isinstance(value, dict | list):
            yield from places(value, (*path, name))


@st.composite
def damaged(draw, good):
    """Return a good document in which up to three places hold anything, or nothing."""
    document = copy.deepcopy(good)
    for path in draw(st.lists(st.sampled_from(list(places(good))), min_size=1, max_size=3)):
        holder = document
        try:
            for name in path[:-1]:
                holder = holder[name]
            if isinstance(holder, dict) and draw(st.integers(0, 4)) == 0:
                holder.pop(path[-1], None)
            else:
                holder[path[-1]] = draw(ANYTHING)
        except (KeyError, IndexError, TypeError):
            pass  # an earlier damage took the place away
    return document


@pytest.mark.parametrize("path", GOOD)
def test_damaged_request_gets_a_described_answer(api, path):
    """A second or two: twenty-five requests for each address."""

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(damaged(GOOD[path]))
    def send(body):
        assert api.create(path, body).status_code < 500

    send()


def test_the_undamaged_requests_are_good(api):
    for path, body in GOOD.items():
        assert api.create(path, body).status_code in (200, 201), path
