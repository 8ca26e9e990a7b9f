"""Files of payouts: what would come of them, and what comes of them when they are committed."""

import io
import json

import pytest
from django.db import IntegrityError, transaction

from apps.core.errors import Invalid, PermissionDenied
from apps.events.models import Event
from apps.payouts.errors import CannotChangePlan, CannotCommit
from apps.payouts.models import Batch, Payout, Plan, PlanPiece, PlanRow
from apps.payouts.operations import (
    cancel_plan,
    commit_plan,
    commit_plans,
    committing,
    create_payouts,
    create_plan,
    name_columns,
    read_plans,
)
from apps.payouts.plans.stored import opened
from tests import factories
from tests.threads import at_once

HEADER = "Reference,Amount,Currency,Name,Country,Kind,IBAN,Purpose"


def line(reference, amount="10.00", name="Ada Quill", iban=None, currency="EUR", country="DE"):
    return f"{reference},{amount},{currency},{name},{country},individual,{iban or factories.iban()},June"


def table(*lines, header=HEADER):
    return io.BytesIO("\r\n".join([header, *lines]).encode())


def planned(platform, by, content, reference="JUNE", **options):
    """Return the plan of a file after a worker has read it."""
    plan = create_plan(platform.pk, reference, content, by=by, **options)
    read_plans()
    return Plan.objects.get(pk=plan.pk)


def rows_of(plan):
    return list(PlanRow.objects.filter(plan=plan).order_by("number"))


def committed(plan, by, mode="all_or_nothing"):
    """Return the plan after a worker has made of it what it could."""
    commit_plan(plan.pk, by=by, plan_hash=plan.plan_hash, mode=mode)
    commit_plans()
    return Plan.objects.get(pk=plan.pk)


def test_a_plan_says_what_would_come_of_each_row_and_of_all(platform, operator, key):
    known = factories.iban()
    create_payouts(platform.pk, [factories.payout_draft(1000, factories.recipient_draft(iban=known))], by=key)
    content = table(
        line("A-1", iban=known),
        line("A-2", "1000.01", name="Bo Tamm"),
        line("A-3", "20000.00", name="Zoltar Vexwick"),
        line("A-4", "1.005", iban="DE00999999990000000001"),
        line("A-5", country="Germany"),
        line("A-1", "3.00"),
    )
    plan = planned(platform, operator, content, file_name="C:\\pay\\june.csv")
    assert (plan.status, plan.rows_read, plan.valid, plan.file_name) == ("planned", 6, 2, "june.csv")
    rows = rows_of(plan)
    assert [row.line for row in rows] == [2, 3, 4, 5, 6, 7]
    assert [sorted((fault["pointer"], fault["code"]) for fault in row.faults) for row in rows] == [
        [],
        [],
        [],
        [("/amount", "too-many-decimals"), ("/recipient/method/iban", "iban-checksum")],
        [("/recipient/country", "unknown-country")],
        [],
    ]
    assert [row.repeats for row in rows] == [["/reference"], [], [], [], [], ["/reference"]]
    one = rows[1].answer
    assert (one["rail"], one["approvals"], one["screening"]) == ("sepa_credit_transfer", 1, "clear")
    assert rows[2].answer["screening"] == "review" and rows[2].answer["approvals"] == 2
    assert len(rows[0].answer["duplicates"]) == 1 and rows[1].answer["duplicates"] == []
    assert plan.totals["EUR"] | {"available": 0} == {
        "rows": 6, "valid": 2, "amount": 2_100_001, "reviews": 1, "approvals": 2, "duplicates": 0,
        "available": 0, "after": 7_898_999, "covered": True,
    }  # fmt: skip
    assert Payout.objects.count() == 1 and not Batch.objects.exists()
    assert opened(plan).read() == content.getvalue()
    assert not any(b"99999999" in bytes(piece.content_ciphertext) for piece in PlanPiece.objects.all())


def test_all_or_nothing_makes_a_batch_once_and_its_makers_do_not_approve(platform, operator, key, approvers):
    plan = planned(platform, key, table(line("B-1"), line("B-2", "2000.00")))
    assert (plan.valid, plan.faulty) == (2, 0)
    plan = committed(plan, operator)
    assert (plan.status, plan.created, plan.refused) == ("committed", 2, 0)
    assert commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="all_or_nothing").status == "committed"
    assert commit_plans() == 0
    batch = Batch.objects.get()
    assert (batch.plan_id, batch.reference, batch.count, batch.totals) == (plan.pk, "JUNE", 2, {"EUR": 201_000})
    payouts = list(Payout.objects.with_facts().order_by("pk"))
    assert [(one.reference, one.status, one.batch_id) for one in payouts] == [
        ("B-1", "scheduled", batch.pk),
        ("B-2", "awaiting_approval", batch.pk),
    ]
    assert [row.payout_id for row in rows_of(plan)] == [one.pk for one in payouts]
    assert {operator.pk, key.pk} <= set(payouts[1].approval.excluded)
    types = list(Event.objects.filter(subject=plan.public_id).order_by("pk").values_list("type", flat=True))
    assert types == ["batch.file_received", "batch.planned", "batch.commit_started", "batch.committed"]
    with pytest.raises(CannotChangePlan):
        cancel_plan(plan.pk, by=operator)


def test_what_is_valid_goes_on_where_a_worker_died_and_refuses_what_others_took(platform, operator, key, monkeypatch):
    for module in ("committing", "planning"):
        monkeypatch.setattr(f"apps.payouts.operations.{module}.CHUNK", 2)
    content = table(*[line(f"C-{number}") for number in range(1, 6)], line("C-6", "0"))
    plan = planned(platform, operator, content)
    assert (plan.valid, plan.faulty) == (5, 1)
    with pytest.raises(CannotCommit, match="1 row has faults"):
        commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="all_or_nothing")
    commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="valid_rows")
    assert committing._commit_some(plan.pk) == (2, 2)
    plan.refresh_from_db()
    assert (plan.status, plan.created, Payout.objects.count(), Batch.objects.get().count) == ("committing", 2, 2, 2)
    create_payouts(platform.pk, [factories.payout_draft(reference="C-4")], by=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRow.objects.filter(plan=plan, number=3).update(status="created", payout=Payout.objects.latest("pk"))
    assert commit_plans() == 3
    plan.refresh_from_db()
    assert (plan.status, plan.created, plan.refused) == ("committed", 4, 1)
    rows = rows_of(plan)
    assert [row.status for row in rows] == ["created"] * 3 + ["refused", "created", "planned"]
    assert [fault["code"] for fault in rows[3].faults] == ["duplicate-reference"]
    assert (Batch.objects.get().count, Batch.objects.get().totals) == (4, {"EUR": 4000})
    progress = Event.objects.filter(subject=plan.public_id, type="batch.commit_progressed")
    assert [event.data["created"] for event in progress.order_by("pk")] == [2, 3]


def test_a_changed_world_makes_nothing_and_says_what_has_changed(platform, operator, key):
    plan = planned(platform, operator, table(line("D-1"), line("D-2", "1500.00"), line("D-3", "98000.00")))
    shown = plan.plan_hash
    create_payouts(platform.pk, [factories.payout_draft(70_000, reference="D-1")], by=key)
    factories.policy((100_000, 0), (None, 2), platform=platform)
    plan = committed(plan, operator)
    assert (plan.status, plan.created, plan.mode, plan.changes_count) == ("planned", 0, "", 3)
    assert {change["pointer"]: (change["old"], change["new"]) for change in plan.changes} == {
        "/rows/1/reference": ("", "Another payout of this platform has this reference."),
        "/rows/2/approvals": (1, 2),
        "/totals/EUR/covered": (True, False),
    }
    assert plan.plan_hash != shown and plan.valid == 2
    assert Payout.objects.count() == 1 and not Batch.objects.exists()
    with pytest.raises(CannotCommit) as refusal:
        commit_plan(plan.pk, by=operator, plan_hash=shown, mode="valid_rows")
    assert refusal.value.extra["plan_hash"] == plan.plan_hash
    assert "/rows/2/approvals" in [fault.pointer for fault in refusal.value.errors]
    assert committed(plan, operator, "valid_rows").created == 2


def test_who_may_no_longer_create_payouts_makes_none(platform, operator):
    plan = planned(platform, operator, table(line("E-1")))
    commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="all_or_nothing")
    operator.is_active = False
    operator.save()
    commit_plans()
    plan.refresh_from_db()
    assert (plan.status, plan.created) == ("planned", 0)
    assert plan.changes == [{"pointer": "", "old": "", "new": "This needs the permission payouts.create_payout."}]
    assert not Payout.objects.exists() and not Batch.objects.exists()


def test_a_plan_is_cancelled_before_it_is_committed_and_its_file_may_come_again(platform, operator):
    content = table(line("F-1"))
    plan = planned(platform, operator, content)
    content.seek(0)
    with pytest.raises(Invalid) as refusal:
        create_plan(platform.pk, "JUNE", content, by=operator)
    assert [fault.code for fault in refusal.value.errors] == ["file-already-planned", "duplicate-reference"]
    assert Plan.objects.count() == 1
    cancel_plan(plan.pk, by=operator)
    with pytest.raises(CannotCommit):
        commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="all_or_nothing")
    content.seek(0)
    assert planned(platform, operator, content).status == "planned"
    assert not Payout.objects.exists()


def test_columns_are_named_once_and_remembered(platform, operator):
    header, cells = "Wer,Wohin,Wieviel,Wofür", f"Ada Quill,{factories.iban()},12.00,G-1"
    plan = planned(platform, operator, table(cells, header=header))
    assert (plan.status, plan.rows_read, plan.columns) == ("unmapped", 0, ["", "", "", ""])
    assert plan.problem == (
        "No column holds the amount. It is not known what these columns hold: Wer, Wohin, Wieviel, Wofür."
    )
    columns = ["recipient/name", "recipient/method/iban", "amount", "reference"]
    fixed = {"currency": "EUR", "recipient/kind": "individual", "recipient/country": "DE"}
    with pytest.raises(CannotChangePlan, match="No column holds the currency"):
        name_columns(plan.pk, columns, {}, by=operator)
    name_columns(plan.pk, columns, fixed, by=operator)
    read_plans()
    plan.refresh_from_db()
    assert (plan.status, plan.valid, plan.totals["EUR"]["amount"]) == ("planned", 1, 1200)
    again = planned(platform, operator, table(cells.replace("G-1", "G-2"), header=header), "JULY")
    assert (again.status, again.valid) == ("planned", 1)


def test_a_known_recipient_is_named_by_id_or_by_reference(platform, key, operator):
    draft = factories.recipient_draft(reference="seller-1")
    [payout] = create_payouts(platform.pk, [factories.payout_draft(recipient=draft)], by=key)
    public_id = payout.recipient.public_id
    rows = [
        {"recipient": public_id, "amount": "1.00", "currency": "EUR", "reference": "H-1"},
        {"recipient": {"reference": "seller-1"}, "amount": "2.00", "currency": "EUR", "reference": "H-2"},
        {"recipient": {"reference": "nobody\x00"}, "amount": "2.00", "currency": "EUR", "reference": "H-3"},
        {"recipient": public_id, "amount": 3, "currency": "EUR", "reference": "H-4", "state": "paid"},
    ]
    lines = [json.dumps(row) for row in rows] + ['{"amount": "1", "amount": "2"}', "[]"]
    plan = planned(platform, operator, io.BytesIO("\n".join(lines).encode()))
    assert (plan.format, plan.valid) == ("jsonl", 2)
    found = rows_of(plan)
    assert [sorted(fault["code"] for fault in row.faults) for row in found] == [
        [],
        [],
        ["unknown-recipient"],
        ["amount-must-be-string", "unknown-field"],
        ["duplicate-member"],
        ["not-json"],
    ]
    assert found[1].answer["recipient"] == public_id and found[1].payee["name"] == "Ada Quill"
    plan = committed(plan, operator, "valid_rows")
    assert {payout.recipient_id for payout in Payout.objects.all()} == {payout.recipient_id}
    assert plan.created == 2


def test_nobody_plans_or_commits_without_the_permission(platform, operator, approvers, auditor):
    for person in (approvers[0], auditor):
        with pytest.raises(PermissionDenied):
            create_plan(platform.pk, "JUNE", table(line("I-1")), by=person)
    assert not Plan.objects.exists() and not PlanPiece.objects.exists()
    plan = planned(platform, operator, table(line("I-1")))
    for act in (
        lambda: commit_plan(plan.pk, by=approvers[0], plan_hash=plan.plan_hash, mode="all_or_nothing"),
        lambda: cancel_plan(plan.pk, by=auditor),
        lambda: name_columns(plan.pk, [], {}, by=auditor),
    ):
        with pytest.raises(PermissionDenied):
            act()
    plan.refresh_from_db()
    assert plan.status == "planned"


def test_the_database_keeps_plans_as_they_are(platform, operator):
    plan = planned(platform, operator, table(line("K-1")))
    for change in ({"sha256": "0" * 64}, {"status": "committed"}, {"makers": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.filter(pk=plan.pk).update(**change)
    for rows in (Plan.objects.filter(pk=plan.pk), PlanPiece.objects.filter(plan=plan)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete("default")


def test_the_database_keeps_to_what_a_row_says(platform, operator, key):
    plan = planned(platform, operator, table(line("K-2"), line("K-3", "20.00")))
    commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="valid_rows")
    [other] = create_payouts(platform.pk, [factories.payout_draft(1_000, reference="K-9")], by=key)
    with pytest.raises(IntegrityError, match="not what the row says"), transaction.atomic():
        PlanRow.objects.filter(plan=plan, number=1).update(payout=other, status="created")
    commit_plans()
    one, two = rows_of(plan)
    for change in ({"payout": other}, {"payout": None, "status": "planned"}, {"amount": 1}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            PlanRow.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        PlanRow.objects.filter(pk=two.pk)._raw_delete("default")
    assert [row.payout.reference for row in rows_of(plan)] == ["K-2", "K-3"]


def test_of_many_at_once_one_commits_and_one_makes_the_payouts(committed_db, platform, operator):
    """It takes a second: eight connections, each a person who presses the button and a worker."""
    plan = planned(platform, operator, table(*[line(f"L-{number}") for number in range(20)]))

    def press():
        commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="all_or_nothing")
        return commit_plans()

    made = at_once(*[press] * 8)
    assert sum(made) == 20 and set(made) == {0, 20}
    assert (Batch.objects.get().count, Payout.objects.count()) == (20, 20)
    assert Event.objects.filter(subject=plan.public_id, type="batch.commit_started").count() == 1
