"""A batch in two steps, as a platform's program takes them."""

import json

from apps.payouts.models import Payout
from apps.payouts.operations import commit_plans, read_plans
from tests.api.conftest import a_payout

LINES, CSV = "application/x-ndjson", "text/csv"


def lines(*documents):
    return "\n".join(json.dumps(document) for document in documents).encode()


def test_from_a_file_to_its_payouts(api, client_with, stranger):
    content = lines(a_payout(reference="P-1"), a_payout(reference="P-2", amount="0"), a_payout(reference="P-3"))
    sent = {"raw": content, "Content_Type": LINES, "key": "june"}
    plan = api.create("/batch-plans?reference=JUNE&file_name=june.jsonl", **sent)
    assert (plan.status_code, plan.json()["status"], plan.json()["plan_hash"]) == (201, "reading", None)
    address = plan["Location"].removeprefix("/api/v1")
    assert api.create("/batch-plans?reference=JUNE&file_name=june.jsonl", **sent)["Idempotent-Replayed"] == "true"
    assert api.create("/batch-plans?reference=JULY", **sent).json()["errors"][0]["pointer"] == "/file_name"
    read_plans()

    plan = api.read(address).json()
    [total] = plan["totals"]
    assert (plan["status"], plan["rows"], plan["valid"], plan["faulty"]) == ("planned", 3, 2, 1)
    assert (total["amount"], total["balance_after"], total["covered"]) == (
        "251.00", "99749.00", True,
    )  # fmt: skip
    first = api.read(f"{address}/rows?limit=1").json()
    rest = api.read(f"{address}/rows?limit=5&cursor={first['next_cursor']}").json()["data"]
    assert [row["number"] for row in first["data"] + rest] == [1, 2, 3]
    [faulty] = api.read(f"{address}/rows?show=faulty").json()["data"]
    assert faulty["faults"] == [
        {
            "pointer": "/amount",
            "code": "amount-not-positive",
            "detail": "The amount must be greater than zero.",
            "column": None,
        }
    ]
    assert first["data"][0]["plan"]["rail"] == "sepa_credit_transfer" and "DE" in first["data"][0]["account"]

    commit = {"plan_hash": plan["plan_hash"], "mode": "valid_rows"}
    assert client_with("payouts:read").create(f"{address}/commit", commit).status_code == 403
    assert stranger.create(f"{address}/commit", commit).status_code == 404
    wrong = api.create(f"{address}/commit", commit | {"plan_hash": "0" * 64})
    assert (wrong.status_code, wrong.json()["plan_hash"]) == (409, plan["plan_hash"])
    assert api.create(f"{address}/commit", commit | {"mode": "all_or_nothing"}).status_code == 409
    accepted = api.create(f"{address}/commit", commit)
    assert (accepted.status_code, accepted.json()["status"]) == (202, "committing")
    assert not Payout.objects.exists()
    commit_plans()
    done = api.read(address).json()
    assert (done["status"], done["created"], done["refused"]) == ("committed", 2, 0)
    assert api.read(f"/batches/{done['batch']}").json()["count"] == 2
    made = [row["payout"] for row in api.read(f"{address}/rows?show=created").json()["data"]]
    assert made == [payout["id"] for payout in api.read(f"/batches/{done['batch']}/items").json()["data"]]
    assert api.create(f"{address}/cancel").status_code == 409


def test_what_is_no_file_of_payouts_is_refused_before_anything_is_kept(api):
    def refused(raw, media_type, query="reference=B"):
        answer = api.create(f"/batch-plans?{query}", raw=raw, Content_Type=media_type)
        body = answer.json()
        return answer.status_code, [error["code"] for error in body.get("errors", [])] or body["type"]

    assert refused(b"{}", "application/json") == (415, "/problems/unsupported-media-type")
    assert refused(b"amount", "text/csv; charset=latin1") == (415, "/problems/unsupported-media-type")
    assert (
        refused(b"PK\x03\x04", CSV) == refused(b" ", CSV) == refused(b"\xff\xfea\0", CSV) == (422, ["unreadable-file"])
    )
    assert refused(b"amount", CSV, "") == (422, ["required"])
    assert refused(b"amount", CSV, "reference=B&x=1") == (422, ["unknown-parameter"])
    assert api.read("/batch-plans").json()["data"] == []
    made = api.create("/batch-plans?reference=B", raw=b"amount,what\n1,2\n", Content_Type=CSV).json()
    read_plans()
    [plan] = api.read("/batch-plans?status=unmapped").json()["data"]
    assert (plan["id"], plan["rows"]) == (made["id"], 0) and "what" in plan["problem"]
    assert api.create(f"/batch-plans/{made['id']}/cancel").json()["status"] == "cancelled"
